"""What lines hold: by the exercise that a movement counts in, in its class of then, at the tariff it was placed at."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime

from domain.calendar import add_months, paris_noon
from domain.campaign.basket import CorrectContribution
from domain.campaign.disputes.facts import RecordDisputeLost
from domain.closings.held_income import held_income
from domain.journal import postings
from tests.projections.history import PRICE, SIBLING, TIP, History


def kept(history: History, year: int = 2024) -> list[int]:
    """What the lines of a history hold at the end of an exercise."""
    return [line.held for line in held_income(history.facts).lines(year)]


def journal(history: History) -> int:
    """Credits less debits of contributions over a whole history: what the class balance sheet says."""
    legs = [leg for fact in history.facts for leg in postings(fact.event) if leg.class_code is not None]
    return sum(leg.credit - leg.debit for leg in legs)


def test_what_is_held_is_what_came_less_what_went_back_by_the_end_of_the_exercise() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    both = history.place(campaign_id, "CP", "CE1")
    history.pay(campaign_id, both)
    history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=paris_noon(date(2025, 9, 1)))
    assert kept(history) == [PRICE, SIBLING]
    assert kept(history, 2025) == [PRICE, SIBLING, PRICE]
    history.settle_refund(campaign_id, history.refund(campaign_id, both, 700), paris_noon(date(2025, 9, 2)))
    assert kept(history) == [PRICE, SIBLING]
    assert sum(kept(history, 2025)) == PRICE + SIBLING + PRICE - 700 == journal(history)


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
    (line,) = held_income(history.facts).lines(2024)
    assert line.tariff is not None
    assert (line.campaign_id, line.tariff.label) == (campaign_id, "Un enfant")


def test_what_comes_in_after_its_month_was_closed_counts_in_the_exercise_of_the_open_month() -> None:
    """The books of the closed exercise do not hold it: its closing may not carry over what it never received."""
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    late = history.place(campaign_id, "CP")
    history.now = datetime(2025, 9, 5, tzinfo=UTC)
    for number in range(12):
        history.close(coop_id, "month", add_months(date(2024, 9, 1), number))
    history.pay(campaign_id, late, paid_at=paris_noon(date(2025, 8, 30)))
    assert kept(history) == []
    assert kept(history, 2025) == [PRICE]


def test_a_line_stands_in_the_class_that_it_was_in_at_the_end_of_the_exercise() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    moved = history.place(campaign_id, "CP")
    history.pay(campaign_id, moved)
    history.now = datetime(2025, 9, 5, tzinfo=UTC)
    correction = {"line": 1, "class_label": "CE1", "tariff_id": "t1", "reason": "mistake"}
    history.do(CorrectContribution, campaign_id, contribution_id=moved, **correction)
    income = held_income(history.facts)
    assert [line.class_code for line in income.lines(2024)] == ["CP"]
    assert [line.class_code for line in income.lines(2025)] == ["CE1"]


def test_what_was_collected_before_a_rule_is_told_apart() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    history.pay(campaign_id, history.place(campaign_id, "CP"))
    history.pay(campaign_id, history.place(campaign_id, "CP"), paid_at=paris_noon(date(2025, 9, 1)))
    lines = held_income(history.facts).lines(2025, since=2025)
    assert [(line.held, line.before) for line in lines] == [(PRICE, PRICE), (PRICE, 0)]


def test_a_copy_goes_on_by_itself() -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    income = held_income(history.facts)
    twin = deepcopy(income)
    known = len(history.facts)
    history.pay(campaign_id, history.place(campaign_id, "CP"))
    for fact in history.facts[known:]:
        twin.apply(fact.stream_id, fact.event, postings(fact.event))
    assert (income.lines(2024), [line.held for line in twin.lines(2024)]) == ([], [PRICE])
