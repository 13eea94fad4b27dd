"""A closing names the papers of its months: those that were issued before it, and late ones in the first open month."""

from datetime import date
from typing import Any

import msgspec

from domain.closings.totals import AccountTotals
from domain.events.closings.period import PeriodClosed
from tests.domain.papers.binder import Binder
from tests.kit.example_events import EXAMPLES

JULY, AUGUST, SEPTEMBER = date(2025, 7, 31), date(2025, 8, 31), date(2025, 9, 30)


def named(binder: Binder, last_day: date, months: int = 1) -> tuple[str, ...]:
    """The papers that a closing of some months up to a day would name now."""
    totals = AccountTotals()
    for fact in binder.facts:
        if fact.coop_id == binder.coop_id:
            totals.apply(fact.stream_id, fact.event)
    return totals.papers_issued(date(last_day.year, last_day.month - months + 1, 1), last_day)


def paid_out() -> Binder:
    """A family pays in June, and the money arrives in July; no paper is issued yet."""
    binder = Binder()
    binder.at(date(2025, 6, 10))
    binder.paid_for(binder.campaign_id, "CP")
    payout = binder.payout(binder.coop_id, 2_000)
    binder.at(date(2025, 7, 10))
    binder.arrives(payout)
    return binder


def test_a_month_names_the_papers_that_arrived_in_it_in_the_order_of_their_issue() -> None:
    binder = paid_out()
    assert named(binder, JULY) == ()
    binder.issue()
    assert named(binder, JULY) == ("V-2024-2025-0001", "R-2024-2025-0001/1")
    assert named(binder, AUGUST) == ()
    assert named(binder, AUGUST, months=2) == named(binder, JULY)


def test_a_paper_of_a_closed_month_is_named_by_the_first_open_one() -> None:
    binder = paid_out()
    binder.at(date(2025, 8, 10))
    closed: Any = EXAMPLES[PeriodClosed]
    july = {"kind": "month", "first_day": date(2025, 7, 1), "last_day": JULY}
    binder.append(binder.coop_state, msgspec.structs.replace(closed, at=binder.now, **july))
    binder.issue()
    assert named(binder, JULY) == ()
    assert named(binder, AUGUST) == ("V-2024-2025-0001", "R-2024-2025-0001/1")


def test_a_recap_is_named_once_whatever_its_editions() -> None:
    binder = paid_out()
    binder.issue()
    binder.archive(binder.campaign_id)
    binder.issue()
    assert named(binder, JULY)[-1] == "R-2024-2025-0001"
    assert len(set(named(binder, SEPTEMBER, months=3))) == len(named(binder, SEPTEMBER, months=3)) == 3
