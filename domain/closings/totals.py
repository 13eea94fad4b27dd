"""Running totals of one coop's online account, month by month, and of its income: what closings state and book.

They are folded from the coop's own events, in the order of the log, so that a closing takes no figure from its caller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import first_of_month, fiscal_year, paris_date
from domain.closings.held_income import HeldIncome
from domain.closings.periods import PeriodKind, period_of
from domain.events.base import Event
from domain.events.closings.period import ExternalHolding, PeriodClosed
from domain.events.coop import CoopRegistered
from domain.events.papers.issued import PayoutStatementIssued, VoucherIssued
from domain.funds.external import external_change
from domain.journal import Postings, of_coop, postings
from domain.papers.fold.book import PAPER_EVENTS
from domain.papers.references import part_reference, statement_reference, voucher_reference
from domain.papers.series import PAPERS, Paper
from domain.roll_forward import Origin, origin_of, statement_movement

RECEIVED: Final = {origin: f"received {origin}" for origin in Origin}
SPENT: Final = {origin: f"spent {origin}" for origin in Origin}
PAID_OUT: Final = "paid out"
PAID_BACK: Final = "paid back"
_ASKING: Final = frozenset(PAPER_EVENTS)
BLOCKED: Final = "blocked"
"""What a change of the account counts as; all but ``BLOCKED`` only grow."""


class AccountTotals:
    """The online account of one coop by month; what is blocked is the change of it.

    ``first_day`` is the first Paris day of the coop: of its registration, or of its money if that came before.
    ``income`` is what the lines of families hold. ``asking`` counts the events that may ask for papers.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.first_day: date | None = None
        self.income = HeldIncome()
        self.asking = 0
        self._months: dict[date, Counter[str]] = {}
        self._elsewhere: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self._papers: defaultdict[date, dict[str, None]] = defaultdict(dict)
        self._closed_through: date | None = None

    @property
    def exercises(self) -> frozenset[int]:
        """The exercises in which the account moved."""
        return frozenset(fiscal_year(month) for month in self._months)

    def apply(self, stream_id: UUID, event: Event) -> None:
        """Fold one event of the coop, whatever its stream."""
        self.apply_booked(stream_id, event, postings(event))

    def apply_booked(self, stream_id: UUID, event: Event, legs: Postings) -> None:
        """Fold one event whose postings are known."""
        kind = type(event)
        self.asking += kind in _ASKING
        self.income.apply(stream_id, event, legs)
        if isinstance(event, PeriodClosed):
            if event.kind == PeriodKind.MONTH:
                self._closed_through = event.last_day
            return
        if not legs and isinstance(event, PAPERS):
            month, _ = period_of(event.piece_on, self._closed_through)
            self._papers[month][_reference(event)] = None
            return
        if not legs and kind is not CoopRegistered:
            return
        day = paris_date(event.happened_at)
        self.first_day = day if self.first_day is None else min(day, self.first_day)
        if not of_coop(legs):
            return
        if (elsewhere := external_change(event)) is not None:
            self._elsewhere[first_of_month(elsewhere.day)][elsewhere.platform] += elsewhere.cents
        movement = statement_movement(event, legs)
        if movement is None:
            return
        month, _ = period_of(day, self._closed_through)
        sums, origin = self._months.setdefault(month, Counter()), origin_of(event.TOPIC)
        sums[RECEIVED[origin]] += movement.receipts
        sums[SPENT[origin]] += movement.disbursements
        sums[PAID_OUT] += max(movement.transfers, 0)
        sums[PAID_BACK] += max(-movement.transfers, 0)
        sums[BLOCKED] += movement.blocked

    def between(self, first_day: date, last_day: date) -> Counter[str]:
        """Return the sums of the months that begin between two days."""
        found: Counter[str] = Counter()
        for month, sums in self._months.items():
            if first_day <= month <= last_day:
                found.update(sums)
        return found

    def held_elsewhere(self, last_day: date) -> tuple[ExternalHolding, ...]:
        """Return what each other platform held at the end of a month, by its last day, as it is known now.

        A platform that held something once is named even when nothing is left there.
        """
        held: Counter[str] = Counter()
        for month, changes in self._elsewhere.items():
            if month <= last_day:
                held.update(changes)
        return tuple(ExternalHolding(platform=platform, cents=cents) for platform, cents in sorted(held.items()))

    def papers_issued(self, first_day: date, last_day: date) -> tuple[str, ...]:
        """Return the numbers of the papers of the months between two days, in the order in which they were issued.

        A paper of a month that was closed before it was issued counts in the first open month, as any late fact. A new
        edition of a recap has the number of the first, and is not named again.
        """
        named = [name for month, names in self._papers.items() if first_day <= month <= last_day for name in names]
        return tuple(dict.fromkeys(named))


def _reference(paper: Paper) -> str:
    """The number of a paper as people read it."""
    if isinstance(paper, PayoutStatementIssued):
        return statement_reference(paper.exercise, paper.number)
    if isinstance(paper, VoucherIssued):
        return part_reference(paper.series, paper.exercise, paper.number, paper.part)
    return voucher_reference(paper.exercise, paper.number)


class TotalsAt(NamedTuple):
    """Running totals at a position of the log, with the chain's hash there in hexadecimal; not to be changed."""

    position: int
    chain_head: str
    totals: AccountTotals
