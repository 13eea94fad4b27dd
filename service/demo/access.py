"""Who comes into the demonstration: a member for each role, with a link to sign in and a code for the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import psycopg

from adapters import api_tokens
from adapters.log.ledger import Ledger
from adapters.member_accounts import MemberLinkPurpose, MemberProfile
from domain.aggregate import Stamp
from domain.association.roles import GrantRole
from domain.calendar import fiscal_year, fiscal_year_bounds, paris_date
from domain.coop.mandates import GrantMandate
from domain.rights.roles import MemberRole, Role
from service.auth.actions import Action
from service.emails.member_emails import link_address
from service.members.invitations import invite
from service.runtime.open_ledger import OpenLedger

_DAYS: Final = 7
_ROLES: Final = (MemberRole.STAFF, MemberRole.TREASURER, MemberRole.AUDITOR)


class DemoAccess(NamedTuple):
    """By role, how people come in: links that serve once, as paths of the service, and codes for the API."""

    links: dict[str, str]
    codes: dict[str, str]


def open_access(opened: OpenLedger, database_url: str, holder_id: UUID, coop_ids: Iterable[UUID]) -> DemoAccess:
    """Give rights as of today, and return a link and a code for each role, valid for a week.

    ``holder_id`` holds the mandate of some coops: the scenario's own ended with its school year.
    """
    now = datetime.now(UTC)
    stamp, ledger = Stamp(at=now, by="demo"), opened.ledger
    for coop_id in coop_ids:
        _appoint(ledger, coop_id, holder_id, stamp)
    members = {Role.MANDATAIRE: holder_id, **{Role(role): _give(ledger, role, stamp) for role in _ROLES}}
    actions = tuple(action.value for action in Action)
    scopes = [api_tokens.TokenScope(ledger.slug, member_id, None, actions) for member_id in members.values()]
    scopes.append(api_tokens.TokenScope(ledger.slug, None, "demo", actions))
    until = now + timedelta(days=_DAYS)
    with psycopg.connect(database_url) as connection:
        made = [api_tokens.create_token(connection, scope, until)[1] for scope in scopes]
    links = {role.value: _invite(opened, role, member_id, stamp) for role, member_id in members.items()}
    return DemoAccess(links, dict(zip((*members, Role.PLATFORM), made, strict=True)))


def _invite(opened: OpenLedger, role: Role, member_id: UUID, stamp: Stamp) -> str:
    """Have the vault know a member of a role, and return where its invitation leads."""
    profile = MemberProfile("Camille", role.value.upper(), f"{role.value}@example.org")
    invite(opened, member_id, profile, stamp)
    token = opened.members.links.make(member_id, MemberLinkPurpose.INVITATION, stamp.at)
    return link_address(opened.ledger.slug, MemberLinkPurpose.INVITATION, token)


def _appoint(ledger: Ledger, coop_id: UUID, holder_id: UUID, stamp: Stamp) -> None:
    """Give the mandate of a coop from this school year to the end of the next."""
    year = fiscal_year(paris_date(stamp.at))
    command = GrantMandate(
        stream_id=coop_id,
        stamp=stamp,
        mandate_id=uuid4(),
        holder_id=holder_id,
        valid_from=fiscal_year_bounds(year)[0],
        valid_to=fiscal_year_bounds(year + 1)[1],
    )
    ledger.bus.submit(command).result()


def _give(ledger: Ledger, role: MemberRole, stamp: Stamp) -> UUID:
    """Give a new member a role."""
    member_id = uuid4()
    command = GrantRole(stream_id=ledger.association_id, stamp=stamp, role_id=uuid4(), member_id=member_id, role=role)
    ledger.bus.submit(command).result()
    return member_id
