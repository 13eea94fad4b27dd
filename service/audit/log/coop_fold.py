"""Folding the events of every coop while the log is read: one decoding and one booking for all that checks ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final, Self
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.log.append import booking_key
from adapters.log.append_records import Booking
from adapters.log.chain import readable
from domain.association.state import Association
from domain.events.closings.period import PeriodClosed
from domain.journal import Postings, postings
from domain.recorded_event import RecordedEvent
from service.audit.log.closings_fold import ClosingsFold
from service.audit.log.contents import CoopReading, ReadingPlan
from service.audit.log.papers_fold import PapersFold

_ALL: Final = SQL(
    "SELECT position, originator_id, originator_version, coop_id, recorded_at, topic, state FROM {}.ledger_events"
    " ORDER BY position"
)


class CoopFold:
    """What checks ask of one coop's events."""

    def __init__(
        self, coop_id: UUID, closings: Iterable[tuple[int, PeriodClosed]], association: Association, position: int
    ) -> None:
        """Begin before its first event; ``position`` is where documents are made."""
        self._closings = ClosingsFold(closings, association, position)
        self._papers = PapersFold(coop_id, association.name, position)

    def take(self, fact: RecordedEvent, legs: Postings) -> None:
        """Fold the next event, with its postings."""
        self._closings.take(fact, legs)
        self._papers.take(fact, legs)

    def fail(self, position: int, error: Exception) -> None:
        """Go no further than an event that cannot be booked."""
        self._closings.fail(position, error)
        self._papers.fail(position, error)

    def finish(self) -> CoopReading:
        """Return what was asked."""
        self._closings.finish()
        papers = self._papers.finish()
        closings = self._closings
        return CoopReading(closings.folds, closings.broken, closings.income, self._papers.so_far, papers)


class CoopFolds:
    """All coops of a log, and what its events book at the provider."""

    def __init__(self, plan: ReadingPlan) -> None:
        """Begin before the first event."""
        self._plan = plan
        self._association = plan.association()
        self._closings: defaultdict[UUID | None, list[tuple[int, PeriodClosed]]] = defaultdict(list)
        for position, coop_id, event in plan.heard:
            if isinstance(event, PeriodClosed):
                self._closings[coop_id].append((position, event))
        self._coops: dict[UUID, CoopFold] = {}
        self.bookings: dict[str, Booking] = {}

    def hear(self, fact: RecordedEvent) -> None:
        """Take the next event of the log that can be read; the replay tells of the others."""
        event, coop_id = fact.event, fact.coop_id
        try:
            legs = postings(event)
        except Exception as error:  # noqa: BLE001 - whatever a forged event makes of our code is told by the replay
            if coop_id is not None:
                self._of(coop_id).fail(fact.position, error)
            return
        use = booking_key(event, 0) if event.BOOKS else None
        if use is not None:
            self.bookings[use.key] = Booking(fact.position, use.fingerprint)
        if coop_id is not None:
            self._of(coop_id).take(fact, legs)

    def hear_all(self, connection: Connection[Any]) -> Self:
        """Take the whole log by itself, where the chain could not be read."""
        with connection.transaction(), connection.cursor("folds", binary=True) as cursor:
            cursor.execute(_ALL.format(Identifier(self._plan.place.slug)))
            for position, stream_id, version, coop_id, recorded_at, topic, state in cursor:
                event = readable(topic, state)
                if event is not None:
                    self.hear(RecordedEvent(position, stream_id, version, coop_id, recorded_at, event))
        return self

    def finish(self) -> dict[UUID, CoopReading]:
        """Return what was asked of each coop."""
        return {coop_id: fold.finish() for coop_id, fold in self._coops.items()}

    def _of(self, coop_id: UUID) -> CoopFold:
        fold = self._coops.get(coop_id)
        if fold is None:
            closings = self._closings[coop_id]
            fold = self._coops[coop_id] = CoopFold(coop_id, closings, self._association, self._plan.position)
        return fold
