"""Letting a teacher count the cash of one class of a coop until the end of the school year: invited, written to.

It is the role of a teacher alone, for one class of one coop: who runs a coop gives no other right by it (ADR 70).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from adapters.jobs import Outbox
from adapters.member_accounts import MemberProfile
from domain.aggregate import Stamp
from domain.association.roles import GrantRole
from domain.association.state import Association
from domain.rights.roles import MemberRole
from service.coops.appointments import write_to
from service.emails.member_emails import invited_to
from service.members.invitations import invite
from service.members.names import person_names
from service.runtime.open_ledger import OpenLedger


class TeacherWish(NamedTuple):
    """Who is to count for which class of a coop; the ids are new ones, for what is not there yet."""

    coop_id: UUID
    member_id: UUID
    role_id: UUID
    profile: MemberProfile
    class_code: str
    valid_to: date


class TeacherLine(NamedTuple):
    """A teacher who counts for a class of a coop, by name."""

    role_id: UUID
    name: str
    class_code: str
    valid_to: date | None


def let_count(opened: OpenLedger, outbox: Outbox, wish: TeacherWish, stamp: Stamp, key: str) -> int | None:
    """Invite a teacher, give the role and have the letter leave; under the same key all of it happens once.

    Returns the position of the log at which it is known.
    """
    invited = invite(opened, wish.member_id, wish.profile, stamp, key=f"{key}:invitation")
    grant = GrantRole(
        stream_id=opened.ledger.association_id,
        stamp=stamp,
        role_id=wish.role_id,
        member_id=invited,
        role=MemberRole.TEACHER,
        coop_id=wish.coop_id,
        class_label=wish.class_code,
        valid_to=wish.valid_to,
    )
    (outcome,) = opened.ledger.bus.submit(grant, key=f"{key}:role").result()
    if not outcome.replayed:
        write_to(opened, outbox, invited, stamp, invited_to(wish.coop_id, stamp.by, wish.class_code))
    return outcome.last_position


def teacher_lines(opened: OpenLedger, association: Association, coop_id: UUID, today: date) -> list[TeacherLine]:
    """Return who counts for a class of a coop now, by class."""
    held = {
        role_id: one
        for role_id, one in association.roles.items()
        if one.role is MemberRole.TEACHER and one.coop_id == coop_id and one.holds_on(today)
    }
    names = person_names(opened, {one.member_id for one in held.values()})
    lines = [
        TeacherLine(role_id, names[one.member_id], one.class_code or "", one.valid_to) for role_id, one in held.items()
    ]
    return sorted(lines, key=lambda one: (one.class_code, one.name))
