"""Who comes into the demonstration: a member for each role, the mandate of its coops, and an access code each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import psycopg

from adapters import api_tokens
from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.association.roles import GrantRole
from domain.calendar import fiscal_year, fiscal_year_bounds, paris_date
from domain.coop.mandates import GrantMandate
from domain.rights.roles import MemberRole, Role
from service.auth.actions import Action

_DAYS: Final = 7
_ROLES: Final = (MemberRole.STAFF, MemberRole.TREASURER, MemberRole.AUDITOR)


def open_access(ledger: Ledger, database_url: str, holder_id: UUID, coop_ids: Iterable[UUID]) -> dict[str, str]:
    """Give rights as of today, and return a code for each role, valid for a week.

    ``holder_id`` holds the mandate of some coops: the scenario's own ended with its school year.
    """
    now = datetime.now(UTC)
    stamp = Stamp(at=now, by="demo")
    for coop_id in coop_ids:
        _appoint(ledger, coop_id, holder_id, stamp)
    members = {Role.MANDATAIRE: holder_id, **{Role(role): _give(ledger, role, stamp) for role in _ROLES}}
    actions = tuple(action.value for action in Action)
    scopes = [api_tokens.TokenScope(ledger.slug, member_id, None, actions) for member_id in members.values()]
    scopes.append(api_tokens.TokenScope(ledger.slug, None, "demo", actions))
    until = now + timedelta(days=_DAYS)
    with psycopg.connect(database_url) as connection:
        made = [api_tokens.create_token(connection, scope, until)[1] for scope in scopes]
    return dict(zip((*members, Role.PLATFORM), made, strict=True))


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
