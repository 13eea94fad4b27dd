"""Who comes into the demonstration: a member for each role, a family's account, and a code for the API for each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import psycopg

from adapters import api_tokens
from adapters.family_accounts import LinkedContribution, Profile
from adapters.log.ledger import Ledger
from adapters.member_accounts import MemberProfile
from domain.aggregate import Stamp
from domain.association.roles import GrantRole
from domain.calendar import end_of_school_year, fiscal_year, fiscal_year_bounds, paris_date
from domain.coop.mandates import GrantMandate
from domain.rights.roles import MemberRole, Role
from service.accounts.passwords import hash_password
from service.auth.actions import Action
from service.members.invitations import invite
from service.runtime.open_ledger import OpenLedger

_DAYS: Final = 7
_NAMES: Final = {
    Role.MANDATAIRE: ("Laurence", "MARDEGAN"),
    Role.STAFF: ("Camille", "ACCUEIL"),
    Role.TREASURER: ("Dominique", "COMPTES"),
    Role.AUDITOR: ("Claude", "VERIF"),
    Role.TEACHER: ("Hélène", "CLASSE"),
}
_ROLES: Final = (MemberRole.STAFF, MemberRole.TREASURER, MemberRole.AUDITOR)


class DemoFamilyAccount(NamedTuple):
    """How the family of the demonstration signs in: a password of this run alone."""

    email: str
    password: str

    def __repr__(self) -> str:
        """Say nothing: it must not reach a log or a traceback."""
        return "DemoFamilyAccount(…)"


class DemoMembers(NamedTuple):
    """Who can come in: members by role, and a family."""

    ids: Mapping[Role, UUID]
    family: DemoFamilyAccount


def give_roles(opened: OpenLedger, holder_id: UUID) -> dict[Role, UUID]:
    """Give a new member each role of the association; return them with the mandate holder, all known to the vault."""
    stamp = Stamp(at=datetime.now(UTC), by="demo")
    members = {Role.MANDATAIRE: holder_id, **{Role(role): _give(opened.ledger, role, stamp) for role in _ROLES}}
    for role, member_id in members.items():
        first_name, last_name = _NAMES[role]
        invite(opened, member_id, MemberProfile(first_name, last_name, f"{role.value}@example.org"), stamp)
    return members


def appoint(ledger: Ledger, coop_id: UUID, holder_id: UUID) -> None:
    """Give the mandate of a coop from this school year to the end of the next."""
    now = datetime.now(UTC)
    year = fiscal_year(paris_date(now))
    command = GrantMandate(
        stream_id=coop_id,
        stamp=Stamp(at=now, by="demo"),
        mandate_id=uuid4(),
        holder_id=holder_id,
        valid_from=fiscal_year_bounds(year)[0],
        valid_to=fiscal_year_bounds(year + 1)[1],
    )
    ledger.bus.submit(command).result()


def let_teacher_in(opened: OpenLedger, coop_id: UUID, class_label: str, at: datetime) -> UUID:
    """Let a new member count the cash of one class of a coop until the end of the school year."""
    member_id, stamp = uuid4(), Stamp(at=at, by="demo")
    command = GrantRole(
        stream_id=opened.ledger.association_id,
        stamp=stamp,
        role_id=uuid4(),
        member_id=member_id,
        role=MemberRole.TEACHER,
        coop_id=coop_id,
        class_label=class_label,
        valid_to=end_of_school_year(paris_date(at)),
    )
    opened.ledger.bus.submit(command).result()
    first_name, last_name = _NAMES[Role.TEACHER]
    invite(opened, member_id, MemberProfile(first_name, last_name, f"{Role.TEACHER.value}@example.org"), stamp)
    return member_id


def open_family_account(opened: OpenLedger, profile: Profile, contribution: LinkedContribution) -> DemoFamilyAccount:
    """Open a family's account, confirmed, with a contribution in it."""
    account_id, password = uuid4(), secrets.token_urlsafe()
    accounts = opened.families.accounts
    accounts.create(account_id, profile, contribution.placed_at, password=hash_password(password), confirmed=True)
    accounts.link(account_id, contribution)
    return DemoFamilyAccount(profile.email, password)


def make_codes(database_url: str, slug: str, members: Mapping[Role, UUID]) -> dict[Role, str]:
    """Return a code for the API for each member and for a program, valid for a week."""
    actions = tuple(action.value for action in Action)
    scopes = [api_tokens.TokenScope(slug, member_id, None, actions) for member_id in members.values()]
    scopes.append(api_tokens.TokenScope(slug, None, "demo", actions))
    until = datetime.now(UTC) + timedelta(days=_DAYS)
    with psycopg.connect(database_url) as connection:
        made = [api_tokens.create_token(connection, scope, until)[1] for scope in scopes]
    return dict(zip((*members, Role.PLATFORM), made, strict=True))


def _give(ledger: Ledger, role: MemberRole, stamp: Stamp) -> UUID:
    """Give a new member a role."""
    member_id = uuid4()
    command = GrantRole(stream_id=ledger.association_id, stamp=stamp, role_id=uuid4(), member_id=member_id, role=role)
    ledger.bus.submit(command).result()
    return member_id
