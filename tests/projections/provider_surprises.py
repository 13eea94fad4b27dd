"""What was not asked for, once a month: payments that come twice, refunds made elsewhere, debts, unknown movements."""

from __future__ import annotations

from uuid import UUID

from domain.association.platform import ClearPlatformSuspense, RecordPlatformMovement
from domain.campaign.disputes.explanation import ClearDispute
from domain.campaign.disputes.facts import RecordDisputeLost
from domain.campaign.held.explained import ClearContributionSuspense, SettleReturnedRefund
from domain.campaign.held.returns import RecordOnHoldPaymentReturned, RecordOnHoldReturnFailed
from domain.campaign.payments import RecordPaymentOnHold, RecordTransferReversed
from domain.campaign.refunds import AllocateExternalRefund, RecordExternalRefund, RecordRefundFailed
from domain.coop.debts import SettleDebt
from domain.coop.suspense import ClearSuspense, FreezePayouts, RecordAdjustmentTransfer, RecordMovementOnHold
from domain.events.bank import AdjustmentApproved
from tests.projections.history import PRICE, TIP, History

TWO = {"approvers": ("anne", "bruno"), "reason": "provider_fee"}


def surprises(history: History, coop_id: UUID, campaign_id: UUID) -> None:
    """Have all of it happen to one coop."""
    _payments(history, campaign_id)
    _debt(history, coop_id, campaign_id)
    _turns(history, campaign_id)
    _movements(history, coop_id)


def _payments(history: History, campaign_id: UUID) -> None:
    """A basket is paid twice, and no card takes that back; it is given back by the provider's means, twice as well."""
    contribution_id = history.place(campaign_id, "CP")
    payment_id = history.pay(campaign_id, contribution_id)
    history.settle_payment(campaign_id, contribution_id, payment_id)
    about = {"contribution_id": contribution_id}
    twice = {"payment_id": f"{payment_id}_again", "cents": PRICE + TIP, "reason": "twice", "paid_at": history.now}
    history.do(RecordPaymentOnHold, campaign_id, **about, **twice)
    failed = {"reason": "expired_or_canceled_card", "failed_at": history.now}
    for number in (1, 2):  # no card keeps it, then people say whose it is
        back = {"payment_id": twice["payment_id"], "provider_refund": f"re_{payment_id}_{number}"}
        history.do(RecordOnHoldPaymentReturned, campaign_id, **back, cents=PRICE + TIP, returned_at=history.now)
        history.do(RecordOnHoldReturnFailed, campaign_id, **back, **failed)
    waits = {"payment_id": twice["payment_id"], "cents": PRICE + TIP, "account": "goodwill"}
    history.do(ClearContributionSuspense, campaign_id, **about, **waits, **TWO)
    refund = {"refund_id": history.id(), "payment_id": payment_id, "provider_refund": f"re_dash_{payment_id}"}
    history.do(RecordExternalRefund, campaign_id, **refund, cents=PRICE + TIP, settled_at=history.now)
    history.do(AllocateExternalRefund, campaign_id, refund_id=refund["refund_id"], tip_cents=TIP)
    history.do(RecordRefundFailed, campaign_id, refund_id=refund["refund_id"], **failed)
    again = {"refund_id": history.id(), "payment_id": payment_id, "provider_refund": f"re_again_{payment_id}"}
    history.do(RecordExternalRefund, campaign_id, **again, cents=PRICE + TIP, settled_at=history.now)
    history.do(SettleReturnedRefund, campaign_id, refund_id=refund["refund_id"], made_id=again["refund_id"])
    reversal = {"payment_id": payment_id, "transfer_id": f"tr_{payment_id}", "reversal_id": f"trr_{payment_id}"}
    history.do(RecordTransferReversed, campaign_id, **about, **reversal, cents=PRICE, moved_at=history.now)


def _debt(history: History, coop_id: UUID, campaign_id: UUID) -> None:
    """A payment is lost after all was paid out: the platform covers it, and takes it back from the next sale."""
    contribution_id = history.place(campaign_id, "CE1")
    payment_id = history.pay(campaign_id, contribution_id)
    history.payout(coop_id, history.available(coop_id))
    dispute_id = history.dispute(campaign_id, payment_id, PRICE)
    history.do(RecordDisputeLost, campaign_id, dispute_id=dispute_id, closed_at=history.now)
    history.do(SettleDebt, coop_id, move_id=history.id())
    history.pay(campaign_id, history.place(campaign_id, "CM1"))
    history.do(SettleDebt, coop_id, move_id=history.id())


def _turns(history: History, campaign_id: UUID) -> None:
    """A bank takes more than was paid, decides, gives a part back after all; people explain what is left."""
    payment_id = history.pay(campaign_id, history.place(campaign_id, "CE1"))
    dispute_id = history.dispute(campaign_id, payment_id, PRICE, TIP + 900)
    history.do(RecordDisputeLost, campaign_id, dispute_id=dispute_id, closed_at=history.now)
    history.win(campaign_id, dispute_id, 400)
    history.do(ClearDispute, campaign_id, dispute_id=dispute_id, account="dispute_fees", **TWO)
    history.win(campaign_id, dispute_id, 500 + 700)
    history.do(ClearDispute, campaign_id, dispute_id=dispute_id, account="dispute_fees", **TWO)


def _movements(history: History, coop_id: UUID) -> None:
    """The provider moves money that nothing explains; an adjustment is paid; another bank account turns up."""
    history.adjust(coop_id, 700)
    approved = history.facts[-1].event
    assert isinstance(approved, AdjustmentApproved)
    moved = {"transfer_id": f"tr_{approved.adjustment_id.hex}", "moved_at": history.now}
    history.do(RecordAdjustmentTransfer, coop_id, adjustment_id=approved.adjustment_id, **moved)
    found = {"movement_id": f"txn_{history.id().hex}", "cents": -250, "moved_at": history.now}
    history.do(RecordMovementOnHold, coop_id, **found, kind="adjustment")
    history.do(ClearSuspense, coop_id, movement_id=found["movement_id"], account="goodwill", **TWO)
    other = {**found, "movement_id": f"txn_{history.id().hex}"}
    history.do(RecordPlatformMovement, history.association_id, **other, kind="reserve_transaction")
    cleared = {"movement_id": other["movement_id"], "account": "psp_fees"}
    history.do(ClearPlatformSuspense, history.association_id, **cleared, **TWO)
    history.do(FreezePayouts, coop_id, reason="bank_account_changed")
