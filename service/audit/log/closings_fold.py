"""The running totals of one coop, stopped wherever a closing or a document asks what they are."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from domain.association.state import Association
from domain.calendar import fiscal_year, fiscal_year_bounds
from domain.closings.cut_off import SpreadIncome, cut_off, spread
from domain.closings.figures import figures_of
from domain.closings.periods import Period, PeriodKind
from domain.closings.totals import AccountTotals, TotalsAt
from domain.errors import LedgerError
from domain.events import Event
from domain.events.closings.period import PeriodClosed
from domain.journal import Postings
from domain.recorded_event import RecordedEvent
from service.audit.audit_check import reason_of
from service.audit.log.contents import ClosingFold, IncomeKey

_SUMS: Final = {
    "blocked": "fonds contestés",
    "receipts": "origine des encaissements",
    "disbursements": "origine des décaissements",
    "year_to_date": "cumul de l’exercice",
    "perpetual": "cumul perpétuel",
}
_NEVER: Final = 2**63 - 1


class ClosingsFold:
    """Folds one coop's events once, and stops at each position that its closings name, in their order.

    A closing that names a position before that of an earlier one gets the sums of the later position: it has others.
    """

    def __init__(self, closings: Iterable[tuple[int, PeriodClosed]], association: Association, position: int) -> None:
        """Begin with nothing; ``position`` is where documents are made."""
        self._association = association
        self._position = position
        self._totals = AccountTotals()
        self._waiting: deque[tuple[int, int, PeriodClosed]] = deque()
        self._open = True
        reached = 0
        for stands, event in closings:
            if 0 <= event.up_to_position < stands:
                reached = max(reached, event.up_to_position)
                self._waiting.append((reached, stands, event))
        self._stop = self._next_stop()
        self.folds: dict[int, ClosingFold] = {}
        self.income: dict[IncomeKey, tuple[SpreadIncome, ...]] = {}
        self.broken = ""

    def take(self, fact: RecordedEvent, legs: Postings) -> None:
        """Fold the next event, with its postings."""
        if self.broken:
            return
        try:
            if fact.position > self._stop:
                self._stop_before(fact.position)
            self._totals.apply_booked(fact.stream_id, fact.event, legs)
        except Exception as error:  # noqa: BLE001 - whatever a forged event makes of our code is told by the check
            self.broken = reason_of(error)

    def fail(self, position: int, error: Exception) -> None:
        """Go no further than an event that cannot be booked."""
        self._finish_before(position)
        self.broken = self.broken or reason_of(error)

    def finish(self) -> None:
        """Stop where the log ends."""
        self._finish_before(_NEVER)

    def _finish_before(self, position: int) -> None:
        if self.broken:
            return
        try:
            self._stop_before(position)
        except Exception as error:  # noqa: BLE001 - as above
            self.broken = reason_of(error)

    def _next_stop(self) -> int:
        """The last position that may be folded without a stop."""
        waiting = self._waiting[0][0] if self._waiting else _NEVER
        return min(waiting, self._position) if self._open else waiting

    def _stop_before(self, position: int) -> None:
        """State all that is asked of the totals before a position."""
        while self._waiting and self._waiting[0][0] < position:
            reached, stands, event = self._waiting.popleft()
            self._state(reached, stands, event)
        if self._open and self._position < position:
            self._open = False
            closed = {year for year, _ in self.income}
            for year in self._totals.exercises - closed:
                self._spread(year, self._position)
        self._stop = self._next_stop()

    def _state(self, reached: int, stands: int, event: PeriodClosed) -> None:
        at = TotalsAt(event.up_to_position, event.chain_head, self._totals)
        since = self._association.deferring_since(fiscal_year(event.last_day))
        self.folds[stands] = ClosingFold(_contradicted(event, at), _asked(event, at, since))
        year = fiscal_year(event.first_day)
        if event.kind == PeriodKind.YEAR and event.first_day == fiscal_year_bounds(year)[0]:
            self._spread(year, reached)

    def _spread(self, year: int, known: int) -> None:
        since = self._association.deferring_since(year)
        lines = self._totals.income.lines(year, since=since)
        self.income[year, known] = tuple(spread(lines, fiscal_year_bounds(year)[1]))


def _asked(event: PeriodClosed, at: TotalsAt, since: int | None) -> tuple[Event, ...]:
    """The entries that the closing of a year asks for, with its instant and actor; a month asks for none."""
    if event.kind != PeriodKind.YEAR:
        return ()
    return cut_off(at.totals.income, event.last_day, since=since, at=event.at, by=event.by)


def _contradicted(event: PeriodClosed, at: TotalsAt) -> str:
    """Name the sums of a closing, besides its boxes, that the events do not make."""
    try:
        period = Period.beginning(event.kind, event.first_day)
        figures = figures_of(period, at)
    except LedgerError as error:
        return error.code
    wrong = [french for field, french in _SUMS.items() if getattr(event, field) != getattr(figures, field)]
    if event.last_day != period.last_day:
        wrong.append("dernier jour")
    if event.held_elsewhere != at.totals.held_elsewhere(period.last_day):
        wrong.append("fonds d’autres plateformes")
    if event.papers_issued != at.totals.papers_issued(period.first_day, period.last_day):
        wrong.append("pièces émises")
    return ", ".join(wrong)
