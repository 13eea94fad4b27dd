"""Which movement an event takes something back from: its part names the part that showed that one.

A part says what it rectifies wherever the log does: by the number under which both events are about the same thing.
Refunds name the last part that showed the child whom they are about, and need no row.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from domain.events.bank import AdjustmentApproved, AdjustmentReversed
from domain.events.base import Event
from domain.events.by_hand.cash import CashDeposited, CashDepositWithdrawn, CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived, PaymentCaptured
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.external import ExternalPayoutRecorded, ExternalPayoutWithdrawn
from domain.events.held.money import ReturnedRefundSettled
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundSettled


class Answer(NamedTuple):
    """The field by which an event names what it takes back, and the events that may have booked that."""

    field: str
    of: tuple[type[Event], ...]


ANSWERS: Final[dict[type[Event], Answer]] = {
    DisputeOpened: Answer("payment_id", (PaymentCaptured,)),
    DisputeWon: Answer("dispute_id", (DisputeOpened,)),
    DisputeLost: Answer("dispute_id", (DisputeOpened,)),
    RefundFailed: Answer("refund_id", (RefundSettled, ExternalRefundAllocated)),
    ReturnedRefundSettled: Answer("refund_id", (RefundFailed,)),
    LostDisputeReinstated: Answer("dispute_id", (DisputeLost,)),
    FailedRefundRepaid: Answer("refund_id", (RefundFailed,)),
    PaymentToFamilyWithdrawn: Answer("refund_id", (FailedRefundRepaid, RefundPaidOutOfBand, CashReturned)),
    CashSlipCorrected: Answer("slip", (CashReceived, CashSlipCorrected)),
    CashDepositWithdrawn: Answer("deposit_id", (CashDeposited,)),
    AdjustmentReversed: Answer("adjustment_id", (AdjustmentApproved,)),
    ExternalPayoutWithdrawn: Answer("external_payout_id", (ExternalPayoutRecorded,)),
}


@cache
def kind_of(event: type[Event]) -> str:
    """Return the topic of an event without its version: what lines of papers and contents of payouts call it."""
    return event.TOPIC.rpartition(".")[0]


def answered(event: Event) -> tuple[tuple[str, str], ...]:
    """Return the kinds and the number of what an event takes back; nothing when it takes nothing back by a number."""
    row = ANSWERS.get(type(event))
    return () if row is None else tuple((kind_of(kind), str(getattr(event, row.field))) for kind in row.of)


FIELDS: Final = {kind: row.field for row in ANSWERS.values() for kind in row.of}
"""The field that numbers each event that may be taken back."""
