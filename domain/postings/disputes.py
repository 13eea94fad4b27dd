"""How disputes are booked: what a bank takes of a payment, gives back, keeps, and takes beyond it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.chart_of_accounts import Account
from domain.events.base import Event
from domain.events.dispute import DisputeCleared, DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.postings.legs import Posting, Postings, by_class, move, signed_move

A = Account


def _opened(event: DisputeOpened) -> Postings:
    """What only finds its place comes from suspense: no money moves at the provider."""
    from_bank = max(event.withdrawn_cents, 0)
    return (
        *move(A.DISPUTES_PENDING, A.PSP_PLATFORM, event.cents + event.tip_cents if from_bank else 0),
        *move(A.DISPUTES_PENDING, A.SUSPENSE, 0 if from_bank else event.cents + event.tip_cents),
        *move(A.SUSPENSE, A.PSP_PLATFORM, event.suspense_cents if from_bank else 0),
        *signed_move(A.DISPUTE_FEES, A.PSP_PLATFORM, event.fee_cents),
        *move(A.DUE_TO_COOP, A.DUE_TO_COOP_BLOCKED, event.cents),
        *move(A.ONLINE_BLOCKED, A.ONLINE, event.cents),
    )


def _won(event: DisputeWon) -> Postings:
    return (
        *move(A.PSP_PLATFORM, A.DISPUTES_PENDING, event.cents + event.tip_cents),
        *move(A.PSP_PLATFORM, A.SUSPENSE, event.suspense_cents),
        *signed_move(A.DISPUTE_FEES, A.PSP_PLATFORM, event.fee_cents),
        *move(A.DUE_TO_COOP_BLOCKED, A.DUE_TO_COOP, event.cents),
        *move(A.ONLINE, A.ONLINE_BLOCKED, event.cents),
    )


def _lost(event: DisputeLost) -> Postings:
    return (
        *move(A.DUE_TO_COOP_BLOCKED, A.DISPUTES_PENDING, event.cents),
        *move(A.TIPS, A.DISPUTES_PENDING, event.tip_cents),
        *by_class(A.CONTRIBUTIONS, event.shares, credit=False),
        *((Posting(A.ONLINE_BLOCKED, 0, event.cents),) if event.cents else ()),
    )


def _reinstated(event: LostDisputeReinstated) -> Postings:
    return (
        *move(A.PSP_PLATFORM, A.DUE_TO_COOP, event.cents),
        *move(A.PSP_PLATFORM, A.TIPS, event.tip_cents),
        *signed_move(A.DISPUTE_FEES, A.PSP_PLATFORM, event.fee_cents),
        *((Posting(A.ONLINE, event.cents, 0),) if event.cents else ()),
        *by_class(A.CONTRIBUTIONS, event.shares, credit=True),
    )


def _cleared(event: DisputeCleared) -> Postings:
    return signed_move(A(event.account), A.SUSPENSE, event.cents)


DISPUTES: Final[Mapping[type[Event], Callable[[Any], Postings]]] = {
    DisputeOpened: _opened,
    DisputeWon: _won,
    DisputeLost: _lost,
    LostDisputeReinstated: _reinstated,
    DisputeCleared: _cleared,
}
