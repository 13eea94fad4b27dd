"""The postings of money that another platform collected: what it holds for the coop is on an account of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.chart_of_accounts import Account
from domain.events.base import Event
from domain.events.external import (
    ExternalPaymentRecorded,
    ExternalPaymentRefunded,
    ExternalPaymentWithdrawn,
    ExternalPayoutRecorded,
    ExternalPayoutWithdrawn,
)
from domain.postings.legs import Posting, Postings, by_class, move


def _paid(event: ExternalPaymentRecorded) -> Postings:
    return (
        Posting(Account.COLLECTED_ELSEWHERE, event.cents, 0),
        *by_class(Account.CONTRIBUTIONS, event.shares, credit=True),
    )


def _refunded(event: ExternalPaymentRefunded) -> Postings:
    return (
        *by_class(Account.CONTRIBUTIONS, event.shares, credit=False),
        Posting(Account.COLLECTED_ELSEWHERE, 0, event.cents),
    )


def _withdrawn(event: ExternalPaymentWithdrawn) -> Postings:
    given_back = (
        Posting(Account.COLLECTED_ELSEWHERE, event.refunded_cents, 0),
        *by_class(Account.CONTRIBUTIONS, event.refunded, credit=True),
    )
    return (
        *by_class(Account.CONTRIBUTIONS, event.shares, credit=False),
        Posting(Account.COLLECTED_ELSEWHERE, 0, event.cents),
        *(given_back if event.refunded_cents else ()),
    )


def _payout(event: ExternalPayoutRecorded) -> Postings:
    return (
        *move(Account.BANK, Account.COLLECTED_ELSEWHERE, event.cents - event.fee_cents),
        *move(Account.BANK_FEES, Account.COLLECTED_ELSEWHERE, event.fee_cents),
    )


def _payout_withdrawn(event: ExternalPayoutWithdrawn) -> Postings:
    return (
        *move(Account.COLLECTED_ELSEWHERE, Account.BANK, event.cents - event.fee_cents),
        *move(Account.COLLECTED_ELSEWHERE, Account.BANK_FEES, event.fee_cents),
    )


EXTERNAL: Final[Mapping[type[Event], Callable[[Any], Postings]]] = {
    ExternalPaymentRecorded: _paid,
    ExternalPaymentRefunded: _refunded,
    ExternalPaymentWithdrawn: _withdrawn,
    ExternalPayoutRecorded: _payout,
    ExternalPayoutWithdrawn: _payout_withdrawn,
}
"""The bookings of these events."""
