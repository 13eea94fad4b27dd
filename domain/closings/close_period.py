"""Closing a month, or the year once its months are closed: the period is named, its figures are the ledger's own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Final

import msgspec

from domain.aggregate import State, TotalsCommand
from domain.calendar import (
    add_months,
    end_of_paris_day,
    first_of_month,
    fiscal_year,
    fiscal_year_bounds,
    french_date,
    paris_date,
)
from domain.closings.cut_off import cut_off
from domain.closings.errors import (
    NothingToClose,
    PapersToIssue,
    PeriodAlreadyClosed,
    PeriodNotOver,
    PeriodOutOfOrder,
    ProviderNotRead,
)
from domain.closings.figures import figures_of
from domain.closings.periods import Period, PeriodKind
from domain.closings.totals import AccountTotals, TotalsAt
from domain.coop.state import Coop
from domain.errors import LedgerCorrupt
from domain.events.base import Event, Value
from domain.events.closings.period import CoverageState, PeriodClosed, ProviderCoverage

SETTLING: Final = timedelta(days=3)
"""How long after a period the provider may still tell of it: its books must have been read past that."""


class PapersSeen(Value, frozen=True, kw_only=True):
    """What a coop's log was found to ask for: how many events may ask for papers, and whether papers are to come."""

    asking: int
    waiting: bool


class ClosePeriod(TotalsCommand[Coop], frozen=True, kw_only=True):
    """Close a month, or the fiscal year once its months are closed.

    ``provider`` is how far the service finds the provider's books read; ``deferring_since`` the exercise from which on
    the association attaches income to the years that it pays for, None when it does not; ``papers`` what the service
    found out about papers, None when they were not looked for. No part of what is asked.
    """

    KIND: ClassVar[str] = "ClosePeriod"
    STATE: ClassVar[type[State]] = Coop
    kind: str
    first_day: date
    provider: ProviderCoverage
    deferring_since: int | None = None
    papers: PapersSeen | None = None

    @property
    def counts_through(self) -> date:
        """The last day of the period."""
        return Period.beginning(self.kind, self.first_day).last_day

    def decide_with_totals(self, state: Coop, at: TotalsAt) -> tuple[Event, ...]:
        """Refuse a period that is not over, out of its turn, or that the provider's books do not cover (S-160)."""
        period = Period.beginning(self.kind, self.first_day)
        if paris_date(self.at) <= period.last_day:
            from_day = french_date(period.last_day + timedelta(days=1))
            raise PeriodNotOver(period=period.french, from_day=from_day, last_day=period.last_day)
        if period.kind is PeriodKind.MONTH:
            _check_month(state, period, at.totals)
        else:
            _check_year(state, period, at.totals)
            self._check_papers(at.totals)
        self._check_read(period)
        return (self._closed(period, at), *self._cut_off(period, at.totals))

    def _closed(self, period: Period, at: TotalsAt) -> PeriodClosed:
        """State the figures of the period."""
        return PeriodClosed(
            at=self.at,
            by=self.by,
            kind=period.kind,
            first_day=period.first_day,
            last_day=period.last_day,
            papers_issued=at.totals.papers_issued(period.first_day, period.last_day),
            held_elsewhere=at.totals.held_elsewhere(period.last_day),
            provider=self.provider,
            **msgspec.structs.asdict(figures_of(period, at)),
        )

    def _cut_off(self, period: Period, totals: AccountTotals) -> tuple[Event, ...]:
        """Carry over what of income is for later years: only the closing of a year does."""
        if period.kind is not PeriodKind.YEAR:
            return ()
        return cut_off(totals.income, period.last_day, since=self.deferring_since, at=self.at, by=self.by)

    def _check_papers(self, totals: AccountTotals) -> None:
        """Refuse a year of which papers are to come, or may have been asked for since they were looked for."""
        if self.papers is None or self.papers.waiting or self.papers.asking != totals.asking:
            raise PapersToIssue(seen=None if self.papers is None else self.papers.asking, asking=totals.asking)

    def _check_read(self, period: Period) -> None:
        """Refuse a period whose end the provider's books were not read past, where there are such books."""
        if self.provider.state is not CoverageState.READ:
            return
        through = period.last_day + SETTLING
        if self.provider.read_at is None or self.provider.read_at < end_of_paris_day(through):
            raise ProviderNotRead(through=french_date(through), read_at=self.provider.read_at)


def next_month(state: Coop, totals: AccountTotals) -> Period:
    """Return the month that a coop closes next: its first one, or the one after the last closed.

    Raises:
        LedgerCorrupt: a coop without any first day.

    """
    if state.closed_through is not None:
        return Period.beginning(PeriodKind.MONTH, add_months(first_of_month(state.closed_through), 1))
    if totals.first_day is None:
        raise LedgerCorrupt(stream=state.id, missing="first day")
    return Period.beginning(PeriodKind.MONTH, first_of_month(totals.first_day))


def next_year(state: Coop, totals: AccountTotals) -> Period:
    """Return the year that a coop closes next, whether its months are closed or not."""
    if state.closed_years:
        year = max(state.closed_years) + 1
    else:
        year = fiscal_year(state.first_closed or next_month(state, totals).first_day)
    first, _ = fiscal_year_bounds(year)
    return Period.beginning(PeriodKind.YEAR, first)


def next_period(state: Coop, totals: AccountTotals) -> Period:
    """Return what a coop closes next: a year as soon as its months are closed, else a month."""
    year = next_year(state, totals)
    if state.closed_through is not None and state.closed_through >= year.last_day:
        return year
    return next_month(state, totals)


def _check_month(state: Coop, period: Period, totals: AccountTotals) -> None:
    """A month is the coop's first one, or follows the last closed one."""
    _check_turn(period, next_month(state, totals), closed_before=state.first_closed)


def _check_year(state: Coop, period: Period, totals: AccountTotals) -> None:
    """A year follows the last closed one and is made of closed months."""
    first = None if not state.closed_years else fiscal_year_bounds(min(state.closed_years))[0]
    _check_turn(period, next_year(state, totals), closed_before=first)
    if state.closed_through is None or state.closed_through < period.last_day:
        expected = next_month(state, totals)
        raise PeriodOutOfOrder(expected=expected.french, first_day=expected.first_day)


def _check_turn(period: Period, expected: Period, *, closed_before: date | None) -> None:
    """Refuse any period but the one whose turn it is; ``closed_before`` is the first day of the first closed one."""
    if period.first_day > expected.first_day:
        raise PeriodOutOfOrder(expected=expected.french, first_day=expected.first_day)
    if period.first_day < expected.first_day:
        if closed_before is not None and period.first_day >= closed_before:
            raise PeriodAlreadyClosed(period=period.french.capitalize(), first_day=period.first_day)
        raise NothingToClose(expected=expected.french, first_day=expected.first_day)
