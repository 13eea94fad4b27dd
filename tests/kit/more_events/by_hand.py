"""Cash, its way to the bank, and what a coop itself pays a family."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from domain.events.base import Event
from domain.events.by_hand import cash
from domain.events.by_hand import refund as by_hand_refund
from tests.kit import example
from tests.kit.example import NOW, SAID
from tests.kit.more_events.common import OF, PAID_AGAIN, REFUND, REFUNDED, share

_BY_THE_COOP: Final[dict[str, Any]] = {
    **OF,
    "refund_id": example.REFUND,
    "cents": 1_000,
    "shares": REFUNDED,
    "reason": "duplicate",
}
_DEPOSIT: Final[dict[str, Any]] = {
    **SAID,
    "deposit_id": example.DEPOSIT,
    "slip": "R-0042",
    "cents": 1_500,
    "deposited_on": example.NOW.date(),
}
_DEPOSIT_LINE: Final[dict[str, Any]] = {
    **SAID,
    "bank_line_id": "2024-07-05-4",
    "deposit_id": example.DEPOSIT,
    "cents": 1_500,
    "booked_on": date(2024, 7, 5),
}

BY_HAND: Final[tuple[Event, ...]] = (
    by_hand_refund.FailedRefundRepaid(**REFUND, payment_id=example.PAYMENT, means="cheque", paid_on=example.NOW.date()),
    by_hand_refund.RefundPaidOutOfBand(**_BY_THE_COOP, means="transfer", paid_on=example.NOW.date()),
    by_hand_refund.PaymentToFamilyWithdrawn(
        **{**_BY_THE_COOP, "shares": PAID_AGAIN, "reason": "mistake"}, means="cash", paid_on=example.NOW.date()
    ),
    cash.CashReturned(**_BY_THE_COOP, slip="2024-018", returned_on=example.NOW.date()),
    cash.CashSlipCorrected(
        **OF,
        slip="2024-017",
        typed=1_500,
        cents=150,
        shares=(share(1, "CPA", 1_350, 150),),
        paid_at=NOW,
        reason="mistake",
    ),
    cash.CashDeposited(**_DEPOSIT),
    cash.CashDepositWithdrawn(**_DEPOSIT, reason="mistake"),
    cash.CashDepositMatched(**_DEPOSIT_LINE),
    cash.CashDepositUnmatched(**_DEPOSIT_LINE, reason="other_account"),
)
