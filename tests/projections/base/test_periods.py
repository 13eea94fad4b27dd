"""The month a fact counts in (invariant 10)."""

from datetime import UTC, date, datetime

import pytest

from domain.closings.periods import period_of
from projections.base.periods import ClosedMonths
from tests.projections.history import History


@pytest.mark.parametrize(
    ("paid_on", "closed_through", "period", "late"),
    [
        (date(2024, 10, 31), None, date(2024, 10, 1), False),
        (date(2024, 11, 1), date(2024, 10, 31), date(2024, 11, 1), False),
        (date(2024, 10, 31), date(2024, 10, 31), date(2024, 11, 1), True),
        (date(2024, 9, 3), date(2024, 12, 31), date(2025, 1, 1), True),
        (date(2025, 3, 3), date(2024, 12, 31), date(2025, 3, 1), False),
    ],
)
def test_a_fact_counts_in_its_month_or_in_the_first_open_one_after_it(
    paid_on: date, closed_through: date | None, period: date, *, late: bool
) -> None:
    assert period_of(paid_on, closed_through) == (period, late)


def test_the_day_of_a_fact_is_that_of_paris() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    contribution_id = history.place(campaign_id, "CP")
    history.pay(campaign_id, contribution_id, paid_at=datetime(2024, 10, 31, 23, 30, tzinfo=UTC))
    counted = ClosedMonths().count(history.facts[-1])
    assert (counted.paid_on, counted.period) == (date(2024, 11, 1), date(2024, 11, 1))


def test_closing_a_month_of_one_coop_closes_no_month_of_another() -> None:
    history = History()
    first, second = history.coop("Une"), history.coop("Deux")
    history.wait(days=40)
    history.close_month(first, date(2024, 9, 1))
    closed = ClosedMonths()
    for fact in history.facts:
        closed.note(fact)
    september = datetime(2024, 9, 20, 12, tzinfo=UTC)
    late = {}
    for coop_id in (first, second):
        campaign_id = history.campaign(coop_id)
        history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=september)
        late[coop_id] = closed.count(history.facts[-1]).late
    assert late == {first: True, second: False}
