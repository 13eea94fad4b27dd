"""What takes back what: for each event that books, the events that undo it, or the sentence why none is needed.

The log only grows: a mistake is righted by another event that books the other way round. A test has a row here for
every event that books, so that none can be written that nothing takes back; the documentation shows the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.events.association import PlatformMovementRecorded, PlatformSuspenseCleared
from domain.events.bank import (
    AdjustmentApproved,
    AdjustmentReversed,
    AdjustmentTransferred,
    AdjustmentTransferReversed,
    BankLineMatched,
    BankLineUnmatched,
    BankReturnMatched,
    BankReturnUnmatched,
    MovementPutOnHold,
    SuspenseCleared,
)
from domain.events.base import Event
from domain.events.by_hand import cash
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.events.contribution import (
    CashReceived,
    ContributionCorrected,
    FundsTransferred,
    OnHoldPaymentReturned,
    PaymentCaptured,
    PaymentPutOnHold,
    ProviderFeeCharged,
    TransferReversed,
)
from domain.events.dispute import DisputeCleared, DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import (
    ExternalPaymentRecorded,
    ExternalPaymentRefunded,
    ExternalPaymentWithdrawn,
    ExternalPayoutRecorded,
    ExternalPayoutWithdrawn,
)
from domain.events.held.money import ContributionSuspenseCleared, RefundBackOnHold, ReturnedRefundSettled
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.payout import (
    DebtRecovered,
    NegativeBalanceCovered,
    PayoutFailed,
    PayoutPaid,
    PayoutReturned,
    PayoutSent,
)
from domain.events.refund import ExternalRefundAllocated, ExternalRefundFound, RefundFailed, RefundSettled

TAKEN_BACK_BY: Final[Mapping[type[Event], tuple[type[Event], ...] | str]] = {
    PaymentCaptured: (RefundSettled, ExternalRefundAllocated, RefundPaidOutOfBand, DisputeLost),
    ProviderFeeCharged: "The provider never takes a fee back; what it credits is a movement of the platform's account.",
    FundsTransferred: (TransferReversed,),
    TransferReversed: (FundsTransferred,),
    PaymentPutOnHold: (OnHoldPaymentReturned, ContributionSuspenseCleared),
    OnHoldPaymentReturned: (RefundBackOnHold,),
    RefundBackOnHold: (OnHoldPaymentReturned, ContributionSuspenseCleared),
    ContributionCorrected: (ContributionCorrected,),
    InstalmentsScheduled: (InstalmentFailed, InstalmentsCancelled),
    InstalmentFailed: "It is a memo: what is no longer expected is not owed, and a payment all the same waits on hold.",
    InstalmentsCancelled: "It is a memo: what is no longer expected is not owed; the family may give once more.",
    RefundSettled: (RefundFailed,),
    RefundFailed: (FailedRefundRepaid, ReturnedRefundSettled),
    ExternalRefundFound: (
        *(ExternalRefundAllocated, ReturnedRefundSettled, ContributionSuspenseCleared),
        *(RefundFailed, RefundBackOnHold),
    ),
    ExternalRefundAllocated: (RefundFailed,),
    ReturnedRefundSettled: (RefundFailed,),
    ContributionSuspenseCleared: "Two people explained it, on the platform's own accounts; no coop's money is touched.",
    FailedRefundRepaid: (PaymentToFamilyWithdrawn,),
    RefundPaidOutOfBand: (PaymentToFamilyWithdrawn,),
    PaymentToFamilyWithdrawn: (FailedRefundRepaid, RefundPaidOutOfBand, cash.CashReturned),
    CashReceived: (cash.CashReturned, cash.CashSlipCorrected, RefundPaidOutOfBand),
    cash.CashReturned: (PaymentToFamilyWithdrawn,),
    cash.CashSlipCorrected: (cash.CashSlipCorrected,),
    cash.CashDeposited: (cash.CashDepositWithdrawn,),
    cash.CashDepositWithdrawn: (cash.CashDeposited,),
    cash.CashDepositMatched: (cash.CashDepositUnmatched,),
    cash.CashDepositUnmatched: (cash.CashDepositMatched,),
    DisputeOpened: (DisputeWon, DisputeLost, DisputeCleared),
    DisputeWon: (DisputeOpened,),
    DisputeLost: (LostDisputeReinstated,),
    LostDisputeReinstated: (DisputeOpened,),
    DisputeCleared: "Two people explained it, on the platform's own accounts; no coop's money is touched.",
    PayoutSent: (PayoutFailed, PayoutReturned),
    PayoutPaid: "It only says that a payout is no longer on its way; PayoutReturned takes sending and arrival back.",
    PayoutFailed: (PayoutSent,),
    PayoutReturned: (PayoutSent,),
    BankLineMatched: (BankLineUnmatched, BankReturnMatched),
    BankLineUnmatched: (BankLineMatched,),
    BankReturnMatched: (BankReturnUnmatched,),
    BankReturnUnmatched: (BankReturnMatched,),
    AdjustmentApproved: (AdjustmentReversed,),
    AdjustmentReversed: (AdjustmentApproved,),
    AdjustmentTransferred: (AdjustmentTransferReversed,),
    AdjustmentTransferReversed: (AdjustmentTransferred,),
    NegativeBalanceCovered: (DebtRecovered,),
    DebtRecovered: (NegativeBalanceCovered,),
    MovementPutOnHold: (SuspenseCleared,),
    SuspenseCleared: "Two people explained it, on the platform's own accounts; no coop's money is touched.",
    ExternalPaymentRecorded: (ExternalPaymentRefunded, ExternalPaymentWithdrawn),
    ExternalPaymentRefunded: (ExternalPaymentWithdrawn,),
    ExternalPaymentWithdrawn: (ExternalPaymentRecorded,),
    ExternalPayoutRecorded: (ExternalPayoutWithdrawn,),
    ExternalPayoutWithdrawn: (ExternalPayoutRecorded,),
    IncomeDeferred: (DeferredIncomeReleased, IncomeDeferred),
    DeferredIncomeReleased: (IncomeDeferred,),
    PlatformMovementRecorded: (PlatformSuspenseCleared,),
    PlatformSuspenseCleared: "Two people explained it, on the platform's own accounts; no coop's money is touched.",
}
"""Total over the events that book."""


def reversals_table() -> str:
    """Return what takes back what as a table in Markdown, the way the documentation shows it."""
    rows = ["| what booked | what takes it back, or why nothing does |", "|---|---|"]
    for event, by in TAKEN_BACK_BY.items():
        cell = by if isinstance(by, str) else ", ".join(f"`{counter.TOPIC}`" for counter in by)
        rows.append(f"| `{event.TOPIC}` ({event.LABEL}) | {cell} |")
    return "\n".join(rows) + "\n"
