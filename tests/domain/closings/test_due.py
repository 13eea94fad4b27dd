"""What is due on which day, and what a coop has closed already."""

from datetime import date

import pytest

from domain.calendar import add_months, end_of_month
from domain.closings.close_period import ClosePeriod, PapersSeen, next_period
from domain.closings.due import due_through, is_closed_through
from domain.events.closings.period import CoverageState, ProviderCoverage
from tests.domain.closings.test_close_period import JUNE, LONG_AFTER
from tests.kit.in_memory_ledger import InMemoryLedger, registered


@pytest.mark.parametrize(
    ("today", "through"),
    [
        (date(2024, 7, 9), date(2024, 5, 31)),
        (date(2024, 7, 10), date(2024, 6, 30)),
        (date(2024, 7, 31), date(2024, 6, 30)),
        (date(2024, 8, 1), date(2024, 6, 30)),
        (date(2025, 1, 5), date(2024, 11, 30)),
        (date(2025, 1, 10), date(2024, 12, 31)),
    ],
)
def test_a_month_is_due_on_the_day_of_the_next_one(today: date, through: date) -> None:
    assert due_through(today, 10) == through


def close_next(ledger: InMemoryLedger) -> None:
    """Close whatever comes next."""
    period = next_period(ledger.coop, ledger.totals)
    provider = ProviderCoverage(state=CoverageState.NO_PROVIDER)
    papers = PapersSeen(asking=ledger.totals.asking, waiting=False)
    seen = {"provider": provider, "papers": papers}
    ledger.do(ClosePeriod, at=LONG_AFTER, kind=period.kind, first_day=period.first_day, **seen)


def test_a_coop_has_nothing_left_exactly_when_the_period_that_comes_next_is_not_due() -> None:
    """Over two years of closings: true only when nothing is due, and always so on the last day that is closed."""
    ledger = registered()
    for _ in range(28):
        for number in range(-2, 30):
            through = end_of_month(add_months(JUNE, number))
            due = next_period(ledger.coop, ledger.totals).last_day <= through
            closed = is_closed_through(ledger.coop, through)
            assert not (closed and due)
            if through == ledger.coop.closed_through:
                assert closed is not due
        close_next(ledger)
    assert sorted(ledger.coop.closed_years) == [2023, 2024]
    assert ledger.coop.closed_through == date(2026, 7, 31)
