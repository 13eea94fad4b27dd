"""Who comes in, for the tests: members with roles and mandates at the ledger, and tokens that stand for them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import psycopg

from adapters import api_tokens, registry
from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.association.roles import GrantRole
from domain.coop.mandates import GrantMandate
from domain.rights.roles import MemberRole, Role
from service.auth.actions import Action

ALWAYS: Final = (date(2020, 1, 1), date(2099, 12, 31))
"""The first and the last day of a mandate that is current in every test."""
CLASS: Final = "CE1"
"""The class of every teacher."""


def _stamp() -> Stamp:
    return Stamp(at=datetime.now(UTC), by="test")


def give_mandate(
    ledger: Ledger, coop_id: UUID, member_id: UUID | None = None, days: tuple[date, date] = ALWAYS
) -> tuple[UUID, UUID]:
    """Give a member, a new one by default, the mandate of a coop; return the member and the mandate."""
    member, mandate_id = member_id or uuid4(), uuid4()
    ledger.bus.submit(
        GrantMandate(
            stream_id=coop_id,
            stamp=_stamp(),
            mandate_id=mandate_id,
            holder_id=member,
            valid_from=days[0],
            valid_to=days[1],
        )
    ).result(30)
    return member, mandate_id


def give_role(ledger: Ledger, role: MemberRole, coop_id: UUID | None = None) -> tuple[UUID, UUID]:
    """Give a new member a role, a teacher's for the class of every teacher; return the member and the role."""
    member, role_id = uuid4(), uuid4()
    ledger.bus.submit(
        GrantRole(
            stream_id=ledger.association_id,
            stamp=_stamp(),
            role_id=role_id,
            member_id=member,
            role=role,
            coop_id=coop_id,
            class_label=CLASS if role is MemberRole.TEACHER else None,
        )
    ).result(30)
    return member, role_id


def make_token(
    url: str,
    slug: str,
    *,
    member: UUID | None = None,
    program: str | None = None,
    actions: tuple[Action, ...] = tuple(Action),
    coop_id: UUID | None = None,
) -> str:
    """Make a token as an operator does, for two hours; by default it does not limit its owner."""
    scope = api_tokens.TokenScope(slug, member, program, tuple(action.value for action in actions), coop_id)
    with psycopg.connect(url) as connection:
        return api_tokens.create_token(connection, scope, datetime.now(UTC) + timedelta(hours=2))[1]


def give_access(ledger: Ledger, url: str, role: Role, coop_id: UUID | None = None) -> str:
    """Give somebody new a role or a mandate, and return a token of theirs; the platform's is a program's."""
    if role is Role.PLATFORM:
        return make_token(url, ledger.slug, program="test")
    if role is not Role.MANDATAIRE:
        return make_token(url, ledger.slug, member=give_role(ledger, MemberRole(role), coop_id)[0])
    if coop_id is None:
        raise ValueError(role)
    return make_token(url, ledger.slug, member=give_mandate(ledger, coop_id)[0])


def create_token(url: str, slug: str, role: Role, coop_id: UUID | None = None) -> str:
    """Give access to an association that nobody here holds open."""
    with psycopg.connect(url) as connection:
        entry = next(found for found in registry.associations(connection) if found.slug == slug)
    with Ledger(entry, url) as ledger:
        return give_access(ledger, url, role, coop_id)
