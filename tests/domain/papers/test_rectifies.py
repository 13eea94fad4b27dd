"""A part that takes something back names the part that showed it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.campaign.by_hand.cash import CorrectCashSlip, ReturnCash
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, RepayFailedRefund, WithdrawPaymentToFamily
from domain.campaign.refunds import RecordRefundFailed
from domain.coop.by_hand.adjustments import ReverseAdjustment
from domain.coop.by_hand.deposits import DepositCash, WithdrawCashDeposit
from domain.papers.fold.answers import ANSWERS
from domain.papers.fold.book import PAPER_EVENTS
from domain.papers.fold.direct import DIRECT
from domain.postings.taken_back import TAKEN_BACK_BY
from tests.domain.papers.binder import Binder, entry

JUNE = date(2025, 6, 10)


def cash_box() -> tuple[Binder, UUID]:
    """A family gave cash under a slip; another one under the slip before it."""
    binder = Binder()
    binder.state(binder.campaign_id).means = ("card", "cash")
    binder.at(JUNE)
    binder.cash(binder.campaign_id, "B0", "CE1")
    return binder, binder.cash(binder.campaign_id, "B1", "CP")


def paid_out() -> tuple[Binder, UUID]:
    """A family paid by card, and it was paid out."""
    binder = Binder()
    binder.at(JUNE)
    contribution = binder.paid_for(binder.campaign_id, "CP")
    binder.arrives(binder.payout(binder.coop_id, 2_000))
    return binder, contribution


def names(binder: Binder) -> tuple[str, ...]:
    """What the last part names, once all is issued."""
    binder.issue()
    return binder.parts[-1].rectifies


def test_a_corrected_slip_names_the_piece_of_that_slip_and_a_second_correction_both() -> None:
    binder, _ = cash_box()
    binder.do(CorrectCashSlip, binder.campaign_id, slip="B0", cents=1_500, reason="mistake")
    assert names(binder) == ("R-2024-2025-0001/1",)
    binder.do(CorrectCashSlip, binder.campaign_id, slip="B0", cents=1_800, reason="mistake")
    assert names(binder) == ("R-2024-2025-0001/1", "R-2024-2025-0001/3")


def test_cash_given_back_and_not_after_all_names_the_expense_that_was_none() -> None:
    binder, contribution = cash_box()
    back = {"refund_id": binder.id(), "contribution_id": contribution, "slip": "B2", "cents": 500}
    binder.do(ReturnCash, binder.campaign_id, **back, returned_on=JUNE, reason="child_left")
    assert names(binder) == ("R-2024-2025-0001/2",)
    binder.do(WithdrawPaymentToFamily, binder.campaign_id, refund_id=back["refund_id"], reason="mistake")
    assert names(binder) == ("D-2024-2025-0001",)


def test_a_refund_paid_by_the_coop_and_not_after_all_names_the_expense_that_was_none() -> None:
    binder, contribution = paid_out()
    paid: dict[str, Any] = {"refund_id": binder.id(), "contribution_id": contribution, "cents": 500}
    paid |= {"means": "cheque", "paid_on": JUNE, "reason": "child_left"}
    binder.do(PayRefundOutOfBand, binder.campaign_id, **paid)
    assert names(binder) == ("R-2024-2025-0001/1",)
    binder.do(WithdrawPaymentToFamily, binder.campaign_id, refund_id=paid["refund_id"], reason="mistake")
    assert names(binder) == ("D-2024-2025-0001",)


def test_a_refund_that_came_back_and_its_repayment_name_the_part_before_them() -> None:
    binder, _ = paid_out()
    other = binder.paid_for(binder.campaign_id, "CE1")
    refund = binder.refund(binder.campaign_id, other, 500)
    binder.settle_refund(binder.campaign_id, refund)
    binder.arrives(binder.payout(binder.coop_id, 1_500))
    failed = {"refund_id": refund, "reason": "expired_card", "failed_at": binder.now}
    binder.do(RecordRefundFailed, binder.campaign_id, **failed)
    binder.arrives(binder.payout(binder.coop_id, 500))
    assert names(binder) == ("R-2024-2025-0001/2",)
    assert entry(binder.parts[-1]) == [("bank", "", 500, 0), ("due_to_families", "", 0, 500)]
    binder.do(RepayFailedRefund, binder.campaign_id, refund_id=refund, means="cheque", paid_on=JUNE)
    assert names(binder) == ("R-2024-2025-0001/3",)


def test_a_dispute_names_the_part_that_showed_the_payment_and_its_end_the_part_that_showed_it_open() -> None:
    binder, contribution = paid_out()
    (payment,) = binder.state(binder.campaign_id).contribution(contribution).payments
    dispute = binder.dispute(binder.campaign_id, payment, 500)
    binder.paid_for(binder.campaign_id, "CE1")
    binder.arrives(binder.payout(binder.coop_id, 1_500))
    assert names(binder) == ("R-2024-2025-0001/1",)
    binder.win(binder.campaign_id, dispute)
    binder.arrives(binder.payout(binder.coop_id, 500))
    assert names(binder) == ("R-2024-2025-0001/2",)


def test_an_adjustment_that_is_reversed_names_the_part_that_showed_it() -> None:
    binder, _ = paid_out()
    binder.adjust(binder.coop_id, 150)
    (adjustment,) = binder.coop_state.adjustments
    binder.arrives(binder.payout(binder.coop_id, 150))
    binder.paid_for(binder.campaign_id, "CE1")
    two = {"approvers": ("one", "two"), "reason": "made_twice"}
    binder.do(ReverseAdjustment, binder.coop_id, adjustment_id=adjustment, **two)
    binder.arrives(binder.payout(binder.coop_id, 1_850))
    assert names(binder) == ("R-2024-2025-0002/1",)


def test_cash_taken_to_the_bank_has_its_piece_and_a_deposit_that_was_none_names_it() -> None:
    binder, _ = cash_box()
    deposit = {"deposit_id": binder.id(), "slip": "R-0042", "cents": 3_000, "deposited_on": JUNE}
    binder.do(DepositCash, binder.coop_id, **deposit)
    binder.issue()
    assert (binder.parts[-1].kind, binder.parts[-1].campaign_id) == ("deposit", None)
    assert entry(binder.parts[-1]) == [("cash", "", 0, 3_000), ("bank", "", 3_000, 0)]
    binder.do(WithdrawCashDeposit, binder.coop_id, deposit_id=deposit["deposit_id"], reason="mistake")
    assert names(binder) == ("R-2024-2025-0002/1",)


BY_THE_CHILD = {"RefundSettled", "ExternalRefundAllocated", "RefundPaidOutOfBand", "CashReturned"}
BY_THE_CHILD |= {"ExternalPaymentRefunded", "ContributionCorrected", "ExternalPaymentWithdrawn"}
"""What names the part that showed its children."""
BY_THE_PAYOUT = {"PayoutFailed", "PayoutReturned", "BankLineUnmatched", "BankReturnMatched", "BankReturnUnmatched"}
"""What names the parts of its payout, or the piece of the payout's line."""
NOTHING_SHOWN = {
    *("PaymentCaptured", "CashReceived", "CashDeposited", "AdjustmentApproved", "ExternalPaymentRecorded"),
    *("ExternalPayoutRecorded", "PayoutSent", "BankLineMatched", "NegativeBalanceCovered", "RefundBackOnHold"),
}
"""What brings something; where it follows what took something back, it is new all the same."""
DEBTS = {"DebtRecovered"}
"""An advance is a debt, and its recovery pays it: no part was wrong."""


def test_every_event_on_a_paper_that_takes_another_back_names_its_part_or_has_a_reason_not_to() -> None:
    taken_back = {event: by for event, by in TAKEN_BACK_BY.items() if not isinstance(by, str)}
    takers = {taker for by in taken_back.values() for taker in by}
    shown = {*PAPER_EVENTS, *DIRECT, *ANSWERS, *(event for event in takers if "Refund" in event.__name__)}
    takers &= shown
    known = {event.__name__ for event in ANSWERS} | BY_THE_CHILD | BY_THE_PAYOUT | NOTHING_SHOWN | DEBTS
    assert {event.__name__ for event in takers} - known == set()
    for event, row in ANSWERS.items():
        assert any(event in taken_back.get(of, ()) for of in row.of) or event.__name__ == "DisputeOpened", event
