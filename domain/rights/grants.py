"""Who may do something at an association now: its roles and its coops' mandates, folded from the log.

Facts of several streams make it, so it is no aggregate: it folds the events about rights in the order of the log.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import end_of_paris_day, paris_date
from domain.events.association import RoleGranted, RoleRevoked
from domain.events.coop import MandateGranted, MandateRevoked
from domain.recorded_event import RecordedEvent
from domain.rights.roles import Role


class RoleGrant(NamedTuple):
    """One right of a person: a role, for one coop or (None) all of them, until an instant (excluded) or without end."""

    role: Role
    coop_id: UUID | None = None
    class_code: str | None = None
    until: datetime | None = None


class _Term(NamedTuple):
    """A right from one Paris day to another, both included; None for no bound."""

    member_id: UUID
    grant: RoleGrant
    first: date | None
    last: date | None


_MAX_DAY: Final = date(9999, 12, 30)
"""A later last day is no end: the instant after it could not be written."""


class Rights:
    """All rights of an association, up to a position of its log."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self.position = 0
        self._terms: dict[tuple[UUID, UUID], _Term] = {}
        self._by_member: dict[UUID, set[tuple[UUID, UUID]]] = {}

    def apply(self, fact: RecordedEvent) -> None:
        """Fold the next event about rights; every other event changes nothing."""
        event = fact.event
        if isinstance(event, RoleGranted):
            grant = RoleGrant(Role(event.role), event.coop_id, event.class_code)
            self._add(fact.stream_id, event.role_id, _Term(event.member_id, grant, None, event.valid_to))
        elif isinstance(event, MandateGranted):
            grant = RoleGrant(Role.MANDATAIRE, fact.stream_id)
            term = _Term(event.holder_id, grant, event.valid_from, event.valid_to)
            self._add(fact.stream_id, event.mandate_id, term)
        elif isinstance(event, RoleRevoked):
            self._remove(fact.stream_id, event.role_id)
        elif isinstance(event, MandateRevoked):
            self._remove(fact.stream_id, event.mandate_id)
        self.position = fact.position

    def of(self, member_id: UUID, now: datetime) -> tuple[RoleGrant, ...]:
        """Return what a person may do at an instant (UTC), with the instant at which each right ends by itself."""
        today = paris_date(now)
        terms = (self._terms[key] for key in self._by_member.get(member_id, ()))
        return tuple(
            term.grant if term.last is None or term.last > _MAX_DAY else _until(term.grant, term.last)
            for term in terms
            if (term.first is None or term.first <= today) and (term.last is None or today <= term.last)
        )

    def _add(self, stream_id: UUID, right_id: UUID, term: _Term) -> None:
        key = (stream_id, right_id)
        self._terms[key] = term
        self._by_member.setdefault(term.member_id, set()).add(key)

    def _remove(self, stream_id: UUID, right_id: UUID) -> None:
        term = self._terms.pop((stream_id, right_id))
        self._by_member[term.member_id].discard((stream_id, right_id))


def _until(grant: RoleGrant, last: date) -> RoleGrant:
    return grant._replace(until=end_of_paris_day(last))
