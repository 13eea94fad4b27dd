"""What of income is for later years: by the days of the tariff that was paid, to the cent, line by line."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import paris_noon
from domain.campaign.basket import CorrectContribution
from domain.campaign.disputes import RecordDisputeLost
from domain.closings.cut_off import HeldLine, held_lines, later_part, spread
from domain.events.base import Tariff
from domain.journal import postings
from tests.projections.history import PRICE, SIBLING, TIP, History

AUGUST = date(2025, 8, 31)
CAMPAIGN = UUID(int=1)


def tariff(first: date, last: date, *, free: bool = False) -> Tariff:
    """A tariff of some days."""
    return Tariff(tariff_id="t", label="Enfant", tiers=(1_200,), valid_from=first, valid_to=last, free=free)


@pytest.mark.parametrize(
    ("first", "last", "later"),
    [
        (date(2024, 9, 1), date(2025, 8, 31), 0),
        (date(2025, 9, 1), date(2026, 8, 31), 1_200),
        (date(2025, 8, 31), date(2025, 9, 1), 600),
        (date(2025, 8, 30), date(2025, 9, 1), 400),
        (date(2025, 1, 1), date(2025, 12, 31), 401),
        (date(2025, 9, 1), date(2027, 8, 31), 1_200),
    ],
)
def test_a_line_is_spread_by_the_days_of_its_tariff(first: date, last: date, later: int) -> None:
    """122 of the 365 days of 2025 come after August: 401,09… cents of 12,00 €."""
    assert later_part(HeldLine(CAMPAIGN, tariff(first, last), 1_200), AUGUST) == later


def test_nothing_is_spread_without_a_validity() -> None:
    everything = tariff(date(2025, 9, 1), date(2026, 8, 31), free=True)
    lines = [HeldLine(CAMPAIGN, None, 700), HeldLine(CAMPAIGN, everything, 900)]
    assert [(one.held, one.own, one.later) for one in spread(lines, AUGUST)] == [(700, 700, 0), (900, 900, 0)]


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 800))),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
)
@settings(max_examples=150, derandomize=True, database=None, deadline=None, print_blob=True)
def test_no_cent_is_lost_and_a_later_day_never_leaves_more_for_later(
    lines: list[tuple[int, date, int]], day: date
) -> None:
    held = [
        HeldLine(CAMPAIGN, tariff(first, date.fromordinal(first.toordinal() + days)), cents)
        for cents, first, days in lines
    ]
    now, next_year = spread(held, day), spread(held, day.replace(day=1, year=day.year + 1))
    for result in (now, next_year):
        assert sum(one.own + one.later for one in result) == sum(line.held for line in held)
        assert all(0 <= one.later <= one.held for one in result)
    assert sum(one.later for one in next_year) <= sum(one.later for one in now)


def kept(history: History, last_day: date = AUGUST) -> list[int]:
    """What the lines of a history hold on a day."""
    return [line.held for line in held_lines(history.facts, last_day)]


def journal(history: History) -> int:
    """Credits less debits of contributions over a whole history: what the class balance sheet says."""
    legs = [leg for fact in history.facts for leg in postings(fact.event) if leg.class_code is not None]
    return sum(leg.credit - leg.debit for leg in legs)


def test_what_is_held_is_what_came_less_what_went_back_by_the_day() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    both = history.place(campaign_id, "CP", "CE1")
    history.pay(campaign_id, both)
    history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=paris_noon(date(2025, 9, 1)))
    assert kept(history) == [PRICE, SIBLING]
    assert kept(history, date(2025, 9, 1)) == [PRICE, SIBLING, PRICE]
    history.settle_refund(campaign_id, history.refund(campaign_id, both, 700), paris_noon(date(2025, 9, 2)))
    assert kept(history) == [PRICE, SIBLING]
    assert sum(kept(history, date(2025, 9, 2))) == PRICE + SIBLING + PRICE - 700 == journal(history)


def test_a_lost_dispute_holds_nothing_and_a_correction_of_class_moves_nothing() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    lost, kept_one = history.place(campaign_id, "CP"), history.place(campaign_id, "CP")
    payment_id = history.pay(campaign_id, lost)
    history.pay(campaign_id, kept_one)
    dispute_id = history.dispute(campaign_id, payment_id, PRICE, TIP)
    assert kept(history) == [PRICE, PRICE]
    history.do(RecordDisputeLost, campaign_id, dispute_id=dispute_id, closed_at=history.now)
    correction = {"line": 1, "class_label": "CE1", "tariff_id": "t1", "reason": "mistake"}
    history.do(CorrectContribution, campaign_id, contribution_id=kept_one, **correction)
    assert kept(history) == [PRICE]
    assert journal(history) == PRICE


def test_a_tariff_counts_as_it_was_when_the_basket_was_placed() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    first = history.place(campaign_id, "CP")
    history.replace_tariff(campaign_id, "t2", "Un autre")
    history.pay(campaign_id, first)
    (line,) = held_lines(history.facts, AUGUST)
    assert line.tariff is not None
    assert (line.campaign_id, line.tariff.label) == (campaign_id, "Un enfant")
