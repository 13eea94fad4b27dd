"""Erasing members who are none any more, and what is over of those who are: sessions, links, former addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain.calendar import paris_date
from domain.events.association import MemberInvited, RoleGranted, RoleRevoked
from domain.events.coop import MandateGranted, MandateRevoked
from domain.recorded_event import RecordedEvent
from service.retention.context import RetentionContext

NAMED: Final = timedelta(days=365)
"""How long a member is known after the last right: as long as the trail, whose ids could not be read otherwise."""


def erase_expired_member_data(context: RetentionContext) -> int:
    """Erase what is over: sessions, links, challenges, replacements, former addresses."""
    return context.opened.members.erase_expired(context.now)


def erase_former_members(context: RetentionContext) -> int:
    """Erase members a year after their last right ended, or after the last invitation if that is later."""
    store, members = context.opened.ledger.store, context.opened.members.members
    association = store.newer({context.opened.ledger.association_id: 0})
    invitations = [fact.event for fact in association if isinstance(fact.event, MemberInvited)]
    last_days = _last_days(invitations, store.rights_events(0))
    past = paris_date(context.now) - NAMED
    gone = [one.member_id for one in members.all() if last_days.get(one.member_id, paris_date(one.invited_at)) < past]
    for member_id in gone:
        members.erase(member_id)
    return len(gone)


def _last_days(invitations: Iterable[MemberInvited], rights: Iterable[RecordedEvent]) -> dict[UUID, date]:
    """Return the last Paris day of each member's rights, or that of a later invitation; ``date.max`` for no end."""
    found: dict[UUID, date] = {}
    held: dict[tuple[UUID, UUID], tuple[UUID, date]] = {}

    def note(member_id: UUID, last: date) -> None:
        found[member_id] = max(last, found.get(member_id, last))

    for invitation in invitations:
        note(invitation.member_id, paris_date(invitation.at))
    for fact in rights:
        event = fact.event
        if isinstance(event, RoleGranted):
            held[fact.stream_id, event.role_id] = (event.member_id, event.valid_to or date.max)
        elif isinstance(event, MandateGranted):
            held[fact.stream_id, event.mandate_id] = (event.holder_id, event.valid_to)
        elif isinstance(event, RoleRevoked | MandateRevoked):
            right_id = event.role_id if isinstance(event, RoleRevoked) else event.mandate_id
            member_id, last = held.pop((fact.stream_id, right_id))
            note(member_id, min(last, paris_date(event.at)))
    for member_id, last in held.values():
        note(member_id, last)
    return found
