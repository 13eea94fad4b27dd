"""How what people write down is booked: cash, deposits, and what the coop itself pays a family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.chart_of_accounts import Account
from domain.events.base import Event
from domain.events.by_hand.cash import (
    CashDeposited,
    CashDepositMatched,
    CashDepositUnmatched,
    CashDepositWithdrawn,
    CashReturned,
    CashSlipCorrected,
)
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.postings.legs import Posting, Postings, by_class, move

A = Account


def _paid_from(means: str) -> Account:
    """The account of the coop that a family was paid from."""
    return A.CASH if means == "cash" else A.BANK


def _refund_repaid(event: FailedRefundRepaid) -> Postings:
    return move(A.DUE_TO_FAMILIES, _paid_from(event.means), event.cents + event.tip_cents)


def _paid_out_of_band(event: RefundPaidOutOfBand) -> Postings:
    given = by_class(A.CONTRIBUTIONS, event.shares, credit=False)
    return (*given, Posting(_paid_from(event.means), 0, event.cents))


def _payment_withdrawn(event: PaymentToFamilyWithdrawn) -> Postings:
    if not event.shares:
        return move(_paid_from(event.means), A.DUE_TO_FAMILIES, event.cents)
    held = by_class(A.CONTRIBUTIONS, event.shares, credit=True)
    return (Posting(_paid_from(event.means), event.cents, 0), *held)


def _cash_returned(event: CashReturned) -> Postings:
    return (*by_class(A.CONTRIBUTIONS, event.shares, credit=False), Posting(A.CASH, 0, event.cents))


def _slip_corrected(event: CashSlipCorrected) -> Postings:
    difference, more = event.cents - event.typed, event.cents > event.typed
    box = Posting(A.CASH, difference, 0) if more else Posting(A.CASH, 0, -difference)
    return (box, *by_class(A.CONTRIBUTIONS, event.shares, credit=more))


def _deposited(event: CashDeposited) -> Postings:
    return move(A.CASH_DEPOSITS, A.CASH, event.cents)


def _deposit_withdrawn(event: CashDepositWithdrawn) -> Postings:
    return move(A.CASH, A.CASH_DEPOSITS, event.cents)


def _deposit_matched(event: CashDepositMatched) -> Postings:
    return move(A.BANK, A.CASH_DEPOSITS, event.cents)


def _deposit_unmatched(event: CashDepositUnmatched) -> Postings:
    return move(A.CASH_DEPOSITS, A.BANK, event.cents)


BY_HAND: Final[Mapping[type[Event], Callable[[Any], Postings]]] = {
    FailedRefundRepaid: _refund_repaid,
    RefundPaidOutOfBand: _paid_out_of_band,
    PaymentToFamilyWithdrawn: _payment_withdrawn,
    CashReturned: _cash_returned,
    CashSlipCorrected: _slip_corrected,
    CashDeposited: _deposited,
    CashDepositWithdrawn: _deposit_withdrawn,
    CashDepositMatched: _deposit_matched,
    CashDepositUnmatched: _deposit_unmatched,
}
"""How each event that people write down is booked."""
