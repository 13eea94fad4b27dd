"""The postings of money that waits: payments not expected, refunds made at the provider, and what explains them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.chart_of_accounts import Account
from domain.events.base import Event
from domain.events.contribution import OnHoldPaymentReturned, PaymentPutOnHold
from domain.events.held.money import ContributionSuspenseCleared, RefundBackOnHold, ReturnedRefundSettled
from domain.events.refund import ExternalRefundAllocated, ExternalRefundFound
from domain.postings.legs import Posting, Postings, by_class, move, signed_move

A = Account


def _on_hold(event: PaymentPutOnHold | RefundBackOnHold) -> Postings:
    return move(A.PSP_PLATFORM, A.SUSPENSE, event.cents)


def _given_back(event: OnHoldPaymentReturned | ExternalRefundFound) -> Postings:
    return move(A.SUSPENSE, A.PSP_PLATFORM, event.cents)


def _allocated(event: ExternalRefundAllocated) -> Postings:
    return (
        *move(A.DUE_TO_COOP, A.SUSPENSE, event.cents),
        *move(A.TIPS, A.SUSPENSE, event.tip_cents),
        *by_class(A.CONTRIBUTIONS, event.shares, credit=False),
        *((Posting(A.ONLINE, 0, event.cents),) if event.cents else ()),
    )


def _returned_settled(event: ReturnedRefundSettled) -> Postings:
    return (*move(A.DUE_TO_COOP, A.SUSPENSE, event.cents), *move(A.DUE_TO_FAMILIES, A.ONLINE, event.cents))


def _cleared(event: ContributionSuspenseCleared) -> Postings:
    return signed_move(A.SUSPENSE, A(event.account), event.cents)


HELD: Final[Mapping[type[Event], Callable[[Any], Postings]]] = {
    PaymentPutOnHold: _on_hold,
    OnHoldPaymentReturned: _given_back,
    RefundBackOnHold: _on_hold,
    ExternalRefundFound: _given_back,
    ExternalRefundAllocated: _allocated,
    ReturnedRefundSettled: _returned_settled,
    ContributionSuspenseCleared: _cleared,
}
"""The bookings of these events."""
