"""What another platform pays out stands in the cash book by class, its fees beside it; the cash book has no 4678."""

from __future__ import annotations

from datetime import date

from domain.external.payments import EnterExternalPaymentRefund, WithdrawExternalPayment
from domain.external.payouts import WithdrawExternalPayout
from tests.domain.papers.binder import Binder, entry

JUNE, JULY, SEPTEMBER, OCTOBER = date(2025, 6, 10), date(2025, 7, 10), date(2025, 9, 3), date(2025, 10, 10)


def collected(*families: tuple[str, ...]) -> Binder:
    """Families pay on another platform in June; it is July."""
    binder = Binder()
    binder.at(JUNE)
    for number, classes in enumerate(families, 1):
        binder.paid_there(binder.campaign_id, f"OP-{number}", *classes)
    binder.at(JULY)
    return binder


def test_it_is_income_by_class_and_its_fees_stand_gross() -> None:
    binder = collected(("CP", "CE1"), ("CE2",))
    binder.pays_out_there("V-1", 5_500, fee_cents=110)
    binder.issue()
    (part,) = binder.parts
    assert (part.kind, part.series, part.campaign_id) == ("external_payout", "R", binder.campaign_id)
    assert entry(part) == [
        ("bank", "", 5_390, 0),
        ("bank_fees", "", 110, 0),
        ("contributions", "CE1", 0, 1_500),
        ("contributions", "CE2", 0, 2_000),
        ("contributions", "CP", 0, 2_000),
    ]
    assert sum(row.children for row in part.classes) == 3


def test_what_is_paid_out_in_two_times_takes_the_oldest_payment_first_and_splits_it_to_the_cent() -> None:
    binder = collected(("CP", "CE1"), ("CE2",))
    for number, cents in enumerate((1_001, 4_499), 1):
        binder.pays_out_there(f"V-{number}", cents)
    binder.issue()
    first, second = binder.parts
    assert entry(first)[1:] == [("contributions", "CE1", 0, 429), ("contributions", "CP", 0, 572)]
    assert binder.cash_book(2024) == {
        ("bank", ""): 5_500,
        ("contributions", "CP"): -2_000,
        ("contributions", "CE1"): -1_500,
        ("contributions", "CE2"): -2_000,
    }
    assert (first.part, second.part) == (1, 2)


def test_a_refund_made_there_is_income_taken_back_and_names_the_part_that_showed_the_child() -> None:
    binder = Binder()
    binder.at(JUNE)
    payment = binder.paid_there(binder.campaign_id, "OP-1", "CP")
    binder.at(JULY)
    binder.pays_out_there("V-1", 2_000)
    back = {"refund_id": binder.id(), "external_payment_id": payment, "cents": 500, "refunded_at": binder.now}
    binder.do(EnterExternalPaymentRefund, binder.campaign_id, **back)
    binder.paid_there(binder.campaign_id, "OP-2", "CE1")
    binder.pays_out_there("V-2", 1_500)
    binder.issue()
    assert entry(binder.parts[-1]) == [
        ("bank", "", 1_500, 0),
        ("contributions", "CE1", 0, 2_000),
        ("contributions", "CP", 500, 0),
    ]
    assert binder.parts[-1].rectifies == ("R-2024-2025-0001/1",)


def test_each_campaign_has_its_part_and_bears_its_share_of_the_fees() -> None:
    binder = collected(("CP", "CE1"))
    other = binder.campaign(binder.coop_id, "Photos")
    binder.paid_there(other, "OP-9", "CE2")
    binder.pays_out_there("V-1", 5_500, fee_cents=111)
    binder.issue()
    assert [(part.campaign_id, entry(part)[:2]) for part in binder.parts] == [
        (binder.campaign_id, [("bank", "", 3_429, 0), ("bank_fees", "", 71, 0)]),
        (other, [("bank", "", 1_960, 0), ("bank_fees", "", 40, 0)]),
    ]


def test_a_payout_that_was_a_mistake_is_taken_back_part_by_part() -> None:
    binder = collected(("CP",))
    other = binder.campaign(binder.coop_id, "Photos")
    binder.paid_there(other, "OP-9", "CE2")
    payout = binder.pays_out_there("V-1", 4_000, fee_cents=80)
    binder.do(WithdrawExternalPayout, binder.coop_id, external_payout_id=payout, reason="mistake")
    binder.issue()
    back = binder.parts[2:]
    assert [(part.kind, part.rectifies) for part in back] == [
        ("external_payout_withdrawn", ("R-2024-2025-0001/1",)),
        ("external_payout_withdrawn", ("R-2024-2025-0002/1",)),
    ]
    assert entry(back[0]) == [("bank", "", 0, 1_960), ("bank_fees", "", 0, 40), ("contributions", "CP", 2_000, 0)]
    assert not any(binder.cash_book(2024).values())
    binder.pays_out_there("V-2", 4_000)
    binder.issue()
    assert binder.cash_book(2024)["contributions", "CP"] == -2_000


def test_what_is_held_there_on_31_august_is_brought_forward_as_money_online_is() -> None:
    binder = collected(("CP",), ("CE1",))
    binder.pays_out_there("V-1", 2_000)
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    forward = binder.parts[-1]
    assert (forward.kind, forward.exercise, forward.piece_on) == ("year_end", 2024, date(2025, 8, 31))
    assert entry(forward) == [("collected_elsewhere", "", 2_000, 0), ("contributions", "CE1", 0, 2_000)]
    binder.pays_out_there("V-2", 2_000, fee_cents=50)
    binder.issue()
    assert entry(binder.parts[-1]) == [
        ("bank", "", 1_950, 0),
        ("bank_fees", "", 50, 0),
        ("collected_elsewhere", "", 0, 2_000),
    ]
    assert binder.cash_book(2025)["contributions", "CE1"] == 0


def test_a_payout_of_september_that_is_entered_before_the_closing_finds_its_money_brought_forward() -> None:
    binder = collected(("CP",))
    binder.at(SEPTEMBER)
    binder.pays_out_there("V-1", 2_000)
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    assert [(part.exercise, entry(part)[-1]) for part in binder.parts] == [
        (2025, ("collected_elsewhere", "", 0, 2_000)),
        (2024, ("contributions", "CP", 0, 2_000)),
    ]


def test_a_payment_that_never_was_leaves_no_paper_while_none_had_shown_it() -> None:
    binder = Binder()
    binder.at(JUNE)
    payment = binder.paid_there(binder.campaign_id, "OP-1", "CP")
    binder.do(WithdrawExternalPayment, binder.campaign_id, external_payment_id=payment, reason="mistake")
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.issue()
    assert binder.parts == []


def test_a_payment_that_never_was_takes_back_what_the_year_end_had_brought_forward() -> None:
    binder = Binder()
    binder.at(JUNE)
    payment = binder.paid_there(binder.campaign_id, "OP-1", "CP")
    back = {"refund_id": binder.id(), "external_payment_id": payment, "cents": 500, "refunded_at": binder.now}
    binder.do(EnterExternalPaymentRefund, binder.campaign_id, **back)
    binder.at(OCTOBER)
    binder.close_year(2024)
    binder.do(WithdrawExternalPayment, binder.campaign_id, external_payment_id=payment, reason="mistake")
    binder.issue()
    gone = binder.parts[-1]
    assert (gone.kind, gone.exercise, gone.rectifies) == ("external_payment_withdrawn", 2025, ("R-2024-2025-0001/1",))
    assert entry(gone) == [
        ("collected_elsewhere", "", 0, 1_500),
        ("contributions", "CP", 0, 500),
        ("contributions", "CP", 2_000, 0),
    ]


def test_the_recap_says_what_other_platforms_hold() -> None:
    binder = collected(("CP",), ("CE1",))
    binder.pays_out_there("V-1", 1_500)
    binder.archive(binder.campaign_id)
    (drafted,) = [one for one in binder.issue() if one.finals]
    (recap,) = drafted.finals
    assert (recap.elsewhere, recap.to_pay_out) == (2_500, 0)
