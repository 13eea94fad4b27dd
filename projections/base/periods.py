"""The month a fact counts in: the month it happened in, Paris time, or the first open one after it (invariant 10).

A closed month never changes. A fact that comes in after its month was closed lands in the month after the last
closed one and is marked late, for the annex « corrections de périodes closes ».
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from domain.calendar import paris_date, paris_noon
from domain.closings.periods import PeriodKind, period_of
from domain.events.closings.period import PeriodClosed
from domain.recorded_event import RecordedEvent


class Counted(NamedTuple):
    """When a movement happened (UTC instant, Paris day), the first day of the month it counts in, and if it is late."""

    paid_at: datetime
    paid_on: date
    period: date
    late: bool


class ClosedMonths:
    """The last closed day of each coop at the position reached: a memory that only month closings change."""

    def __init__(self, known: Iterable[tuple[UUID, date]] = ()) -> None:
        """Begin with what the read tables hold."""
        self._through = dict(known)

    def note(self, fact: RecordedEvent) -> None:
        """Remember a closing; closing a fiscal year closes no month of its own (S-65)."""
        event = fact.event
        if isinstance(event, PeriodClosed) and event.kind == PeriodKind.MONTH and fact.coop_id is not None:
            self._through[fact.coop_id] = event.last_day

    def count(self, fact: RecordedEvent) -> Counted:
        """Say when a movement happened and in which month it counts.

        An inventory entry counts on its day though that is closed: on a year's last day in no month at all, in the
        period between August and September that the last day itself names; on the next day in September.
        """
        entered = fact.event.entered
        if entered is not None:
            return Counted(paris_noon(entered), entered, entered, late=False)
        paid_at = fact.event.happened_at
        paid_on = paris_date(paid_at)
        through = None if fact.coop_id is None else self._through.get(fact.coop_id)
        return Counted(paid_at, paid_on, *period_of(paid_on, through))
