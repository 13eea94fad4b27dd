"""What people move themselves and write down, once a coop: cash, deposits, refunds by the coop, bank lines."""

from __future__ import annotations

from uuid import UUID

from domain.calendar import paris_date
from domain.campaign.basket import CorrectContribution
from domain.campaign.by_hand.cash import CorrectCashSlip, ReturnCash
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, RepayFailedRefund, WithdrawPaymentToFamily
from domain.campaign.payments import RecordCashReceived
from domain.campaign.refunds import RecordRefundFailed
from domain.cash.class_counts import CountClassCash, CountedSlip
from domain.cash.deposits import DepositCounts
from domain.cash.pieces import pieces_of
from domain.coop.banking import MatchBankLine, MatchBankReturn, UnmatchBankLine
from domain.coop.by_hand.adjustments import RecordAdjustmentTransferReversed, ReverseAdjustment
from domain.coop.by_hand.deposits import DepositCash, MatchCashDeposit, WithdrawCashDeposit
from domain.coop.closing import RecordCashCounted
from domain.coop.suspense import RecordAdjustmentTransfer
from domain.events.bank import AdjustmentApproved
from domain.vocabulary.pieces import Witness
from tests.projections.history import POLICY, PRICE, SIBLING, TIP, History

TWO = ("anne", "bruno")


def by_hand(history: History, coop_id: UUID, campaign_id: UUID) -> None:
    """Have all of it happen to one coop."""
    _cash(history, campaign_id)
    _deposits(history, coop_id)
    _what_came_back(history, campaign_id)
    _what_is_still_owed(history, campaign_id)
    _a_returned_payout(history, coop_id, campaign_id)
    _an_adjustment_too_many(history, coop_id)
    count_a_class(history, coop_id, campaign_id)


def slip_number(history: History) -> str:
    """A number of a slip or of a bank line that was not used."""
    return f"N-{history.position}"


def receive(history: History, campaign_id: UUID, contribution_id: UUID, cents: int) -> str:
    """Receive cash for a contribution, and return the number of its slip."""
    slip = slip_number(history)
    about = {"contribution_id": contribution_id, "slip": slip, "cents": cents}
    history.do(RecordCashReceived, campaign_id, **about, paid_at=history.now, policy=POLICY)
    return slip


def _cash(history: History, campaign_id: UUID) -> None:
    """A slip is typed too high and too low, one belongs to another family, cash goes back, or did not after all."""
    today = paris_date(history.now)
    contribution_id = history.place(campaign_id, "CP", "CE1", means="cash")
    slip = receive(history, campaign_id, contribution_id, PRICE + SIBLING)
    for cents in (350, PRICE + 1_000):
        history.do(CorrectCashSlip, campaign_id, slip=slip, cents=cents, reason="mistake")
    other = history.place(campaign_id, "CM1", means="cash")
    wrong = receive(history, campaign_id, other, PRICE)
    history.do(CorrectCashSlip, campaign_id, slip=wrong, cents=0, reason="other_family")
    for taken_back in (True, False):
        back = {"refund_id": history.id(), "contribution_id": contribution_id, "cents": 500, "reason": "child_left"}
        history.do(ReturnCash, campaign_id, **back, slip=slip_number(history), returned_on=today)
        if taken_back:
            withdrawn = {"refund_id": back["refund_id"], "reason": "never_happened"}
            history.do(WithdrawPaymentToFamily, campaign_id, **withdrawn)


def _deposits(history: History, coop_id: UUID) -> None:
    """Cash goes to the bank: once by mistake, once for good, recognised, unrecognised and recognised again."""
    today = paris_date(history.now)
    wrong, kept = history.id(), history.id()
    for deposit_id in (wrong, kept):
        history.do(
            DepositCash, coop_id, deposit_id=deposit_id, slip=slip_number(history), cents=600, deposited_on=today
        )
    history.do(WithdrawCashDeposit, coop_id, deposit_id=wrong, reason="mistake")
    line = {"bank_line_id": slip_number(history), "deposit_id": kept, "cents": 600, "booked_on": today}
    history.do(MatchCashDeposit, coop_id, **line)
    history.do(UnmatchBankLine, coop_id, bank_line_id=line["bank_line_id"], reason="mistake")
    history.do(MatchCashDeposit, coop_id, **line)
    history.do(RecordCashCounted, coop_id, counted=1_400)


def _what_came_back(history: History, campaign_id: UUID) -> None:
    """A refund comes back from its card: it is owed, paid by cheque by mistake, and by transfer for good."""
    contribution_id = history.place(campaign_id, "CP")
    history.pay(campaign_id, contribution_id)
    refund_id = history.refund(campaign_id, contribution_id, PRICE, TIP)
    history.settle_refund(campaign_id, refund_id)
    history.do(RecordRefundFailed, campaign_id, refund_id=refund_id, reason="expired_card", failed_at=history.now)
    paid = {"refund_id": refund_id, "paid_on": paris_date(history.now)}
    history.do(RepayFailedRefund, campaign_id, **paid, means="cheque")
    history.do(WithdrawPaymentToFamily, campaign_id, refund_id=refund_id, reason="mistake")
    history.do(RepayFailedRefund, campaign_id, **paid, means="transfer")


def _what_is_still_owed(history: History, campaign_id: UUID) -> None:
    """Two refunds come back and are not repaid: one of a child in part, one of a whole contribution; a child moves."""
    for cents, classes in ((700, ("CE2", "CM1")), (PRICE, ("CE2",))):
        contribution_id = history.place(campaign_id, *classes)
        history.pay(campaign_id, contribution_id)
        refund_id = history.refund(campaign_id, contribution_id, cents)
        history.settle_refund(campaign_id, refund_id)
        moved = {"contribution_id": contribution_id, "line": 1, "class_label": "CM2", "tariff_id": "t1"}
        history.do(CorrectContribution, campaign_id, **moved, reason="mistake")
        failed = {"reason": "closed_account", "failed_at": history.now}
        history.do(RecordRefundFailed, campaign_id, refund_id=refund_id, **failed)


def _a_returned_payout(history: History, coop_id: UUID, campaign_id: UUID) -> None:
    """All is paid out, so that a family is given back by transfer; then the bank sends the payout back."""
    today = paris_date(history.now)
    contribution_id = history.place(campaign_id, "CE1")
    history.pay(campaign_id, contribution_id)
    cents = history.available(coop_id)
    payout_id = history.payout(coop_id, cents)
    back = {"refund_id": history.id(), "contribution_id": contribution_id, "cents": 800, "reason": "child_left"}
    history.do(PayRefundOutOfBand, campaign_id, **back, means="transfer", paid_on=today)
    line = {"payout_id": payout_id, "cents": cents, "booked_on": today}
    history.do(MatchBankLine, coop_id, **line, bank_line_id=slip_number(history))
    history.fail(coop_id, payout_id)
    returned = slip_number(history)
    history.do(MatchBankReturn, coop_id, **line, bank_line_id=returned)
    history.do(UnmatchBankLine, coop_id, bank_line_id=returned, reason="mistake")
    history.do(MatchBankReturn, coop_id, **line, bank_line_id=returned)


def _an_adjustment_too_many(history: History, coop_id: UUID) -> None:
    """The platform made an amount good twice: it takes the second back."""
    history.adjust(coop_id, 300)
    approved = history.facts[-1].event
    assert isinstance(approved, AdjustmentApproved)
    about = {"adjustment_id": approved.adjustment_id}
    moved = {"transfer_id": f"tr_{approved.adjustment_id.hex}", "moved_at": history.now}
    history.do(RecordAdjustmentTransfer, coop_id, **about, **moved)
    history.do(ReverseAdjustment, coop_id, **about, approvers=TWO, reason="made_twice")
    back = {"reversal_id": f"trr_{approved.adjustment_id.hex}", "moved_at": history.now}
    history.do(RecordAdjustmentTransferReversed, coop_id, **about, **back)


def count_a_class(history: History, coop_id: UUID, campaign_id: UUID) -> UUID:
    """A class counts two slips, a coin is missing, and all of it goes to the bank: by mistake first, then for good."""
    today, count_id, number = paris_date(history.now), history.id(), history.position
    slips = tuple(
        CountedSlip(
            slip=f"CP-{number + one}",
            cents=PRICE,
            tariff_id="t1",
            contribution_id=history.id(),
            payer_id=history.id(),
            participant_id=history.id(),
            commitment="0" * 64,
        )
        for one in range(2)
    )
    counted = {"slips": slips, "pieces": pieces_of({2_000: 1, 1_000: 1, 200: 4}), "witness": Witness.PARENT}
    history.do(CountClassCash, campaign_id, count_id=count_id, class_label="CP", **counted, policy=POLICY)
    for withdrawn in (True, False):
        taken = {"deposit_id": history.id(), "slip": slip_number(history), "deposited_on": today}
        history.do(DepositCounts, coop_id, **taken, counts=(count_id,), pieces=pieces_of({2_000: 1, 1_000: 1}))
        if withdrawn:
            history.do(WithdrawCashDeposit, coop_id, deposit_id=taken["deposit_id"], reason="mistake")
    return count_id
