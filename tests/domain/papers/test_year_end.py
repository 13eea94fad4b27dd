"""At the year's end what has not arrived is brought forward; the next exercise counts as income only its own money."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.campaign.disputes.facts import RecordDisputeLost
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid
from tests.domain.papers.binder import Binder, entry

JUNE, JULY, AUGUST = date(2025, 6, 10), date(2025, 7, 10), date(2025, 8, 29)
SEPTEMBER, OCTOBER, NOVEMBER = date(2025, 9, 3), date(2025, 10, 10), date(2025, 11, 5)


def year() -> Binder:
    """Two families pay 20,00 € each in June; 20,00 € arrive in July, 10,00 € are on their way on 31 August."""
    binder = Binder()
    campaign = binder.campaign_id
    binder.at(JUNE)
    binder.paid_for(campaign, "CP")
    binder.paid_for(campaign, "CE1")
    first = binder.payout(binder.coop_id, 2_000)
    binder.at(JULY)
    binder.arrives(first)
    binder.at(AUGUST)
    binder.on_its_way = binder.payout(binder.coop_id, 1_000)
    return binder


def closed() -> Binder:
    """The same, the payout arrived in September, the exercise closed in October."""
    binder = year()
    binder.at(SEPTEMBER)
    binder.arrives(binder.on_its_way)
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    return binder


def test_what_has_not_arrived_is_brought_forward_by_class_and_by_where_it_lies() -> None:
    binder = closed()
    forward = next(part for part in binder.parts if part.kind == "year_end")
    assert (forward.exercise, forward.number, forward.part, forward.piece_on) == (2024, 1, 2, date(2025, 8, 31))
    assert entry(forward) == [
        ("online", "", 1_000, 0),
        ("contributions", "CE1", 0, 2_000),
        ("payouts_5801", "", 1_000, 0),
    ]
    assert binder.cash_book(2024) == {
        ("bank", ""): 2_000,
        ("online", ""): 1_000,
        ("payouts_5801", ""): 1_000,
        ("contributions", "CP"): -2_000,
        ("contributions", "CE1"): -2_000,
    }


def test_the_next_exercise_takes_what_was_brought_forward_off_its_account_and_has_no_income_of_it() -> None:
    binder = closed()
    (arrived,) = [part for part in binder.parts if part.exercise == 2025]
    assert (arrived.number, arrived.part) == (1, 1)
    assert entry(arrived) == [("bank", "", 1_000, 0), ("payouts_5801", "", 0, 1_000)]


def test_money_paid_in_the_next_exercise_is_income_of_it_beside_what_was_brought_forward() -> None:
    binder = closed()
    binder.at(NOVEMBER)
    binder.paid_for(binder.campaign_id, "CP")
    payout = binder.payout(binder.coop_id, 3_000)
    binder.arrives(payout)
    binder.issue()
    assert entry(binder.parts[-1]) == [
        ("bank", "", 3_000, 0),
        ("contributions", "CP", 0, 2_000),
        ("online", "", 0, 1_000),
    ]
    assert binder.cash_book(2025)["online", ""] == -1_000


def test_a_payout_that_fails_after_the_year_end_goes_from_its_way_back_to_the_account() -> None:
    binder = year()
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    binder.at(NOVEMBER)
    failed = {"payout_id": binder.on_its_way, "reason": "account_closed", "failed_at": binder.now}
    binder.do(RecordPayoutFailed, binder.coop_id, **failed)
    binder.issue()
    back = binder.parts[-1]
    assert (back.kind, back.exercise, back.rectifies) == ("failed_payout", 2025, ("R-2024-2025-0001/2",))
    assert entry(back) == [("online", "", 1_000, 0), ("payouts_5801", "", 0, 1_000)]


def test_a_dispute_lost_in_september_is_not_brought_forward_at_31_august() -> None:
    binder = year()
    contribution = next(iter(binder.state(binder.campaign_id).contributions.values()))
    dispute = binder.dispute(binder.campaign_id, next(iter(contribution.payments)), 2_000)
    binder.at(SEPTEMBER)
    binder.do(RecordDisputeLost, binder.campaign_id, dispute_id=dispute, closed_at=binder.now)
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    assert (binder.cash_book(2024)["contributions", "CP"], binder.cash_book(2024)["online_blocked", ""]) == (
        -2_000,
        2_000,
    )


def test_a_payout_that_comes_back_after_the_year_end_leaves_the_income_where_it_was() -> None:
    binder = year()
    binder.at(SEPTEMBER)
    first = next(iter(binder.coop_state.payouts))
    failed = {"payout_id": first, "reason": "account_closed", "failed_at": binder.now}
    binder.do(RecordPayoutFailed, binder.coop_id, **failed)
    binder.issue()
    returned = binder.parts[-1]
    assert (returned.kind, returned.exercise) == ("return", 2025)
    assert entry(returned) == [("bank", "", 0, 2_000), ("online", "", 2_000, 0)]
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    assert binder.cash_book(2024)["contributions", "CP"] == -2_000


def test_the_recap_of_the_closed_exercise_adds_its_parts_up_and_says_what_had_not_arrived() -> None:
    binder = closed()
    (recap,) = binder.recaps
    assert (recap.exercise, recap.number, recap.edition) == (2024, 1, 1)
    assert (recap.to_pay_out, recap.blocked) == (2_000, 0)
    assert sum(row.received - row.returned for row in recap.classes) == 4_000


def test_an_arrival_learnt_after_its_exercise_was_closed_is_numbered_in_the_open_one_and_keeps_its_day() -> None:
    binder = year()
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    paid = {"payout_id": binder.on_its_way, "provider_payout": f"po_{binder.on_its_way.hex}"}
    binder.now = datetime(2025, 10, 12, tzinfo=UTC)
    binder.do(RecordPayoutPaid, binder.coop_id, **paid, paid_at=datetime(2025, 8, 30, tzinfo=UTC))
    binder.issue()
    statement = binder.statements[-1]
    assert (statement.exercise, statement.piece_on) == (2025, date(2025, 8, 30))
