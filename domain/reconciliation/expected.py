"""What the ledger expects of the provider: for every event of money, the movements it stands for, to the cent.

Total over the events that touch ``psp_platform`` or ``psp_coop``: what an event books there is what it expects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.chart_of_accounts import Account
from domain.errors import LedgerCorrupt
from domain.events.association import PlatformMovementRecorded
from domain.events.bank import AdjustmentTransferred, AdjustmentTransferReversed, MovementPutOnHold
from domain.events.base import Event
from domain.events.contribution import (
    FundsTransferred,
    OnHoldPaymentReturned,
    PaymentCaptured,
    PaymentPutOnHold,
    ProviderFeeCharged,
    TransferReversed,
)
from domain.events.coop import CertificationRequested, Certified
from domain.events.dispute import DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.held.money import RefundBackOnHold
from domain.events.payout import PayoutFailed, PayoutReturned, PayoutSent
from domain.events.refund import ExternalRefundFound, RefundFailed, RefundSettled
from domain.journal import postings
from domain.provider_ids import ProviderIds
from domain.recorded_event import RecordedEvent

PLATFORM: Final = ""
"""The platform's own account; a coop's is named by the provider."""
ELSEWHERE: Final = "elsewhere"
"""Where what a demonstration made up lies: the provider knows nothing of it.

Money that other platforms collect is on no account of the provider, so that nothing is expected for it.
"""
PLATFORM_MOVEMENT: Final = "PlatformMovementRecorded"
"""The stored name of what is expected because a movement of the platform's own account was recorded."""
Names = Mapping[UUID, str]
"""What the provider calls a coop's account, a payout or a refund that later events name by our own id."""


class Direction(StrEnum):
    """Whether money comes into an account or goes out: one object at the provider may do each, once or in parts."""

    IN = "in"
    OUT = "out"


class ExpectedMovement(NamedTuple):
    """A movement at the provider that an event stands for: signed cents of an account, by the provider's object.

    ``moved_at`` is when the provider moved it as far as the event tells, ``known_at`` when the ledger learnt of it,
    ``what`` the name of the event. A fee goes the way of the payment it was kept from.
    """

    account: str
    object_id: str
    way: Direction
    cents: int
    moved_at: datetime
    known_at: datetime
    what: str


class _Move(NamedTuple):
    account: str
    object_id: str
    cents: int
    way: Direction | None = None

    def lies_at(self, ids: ProviderIds) -> str:
        """The account it is found on: elsewhere for whatever was made up."""
        return ELSEWHERE if ids.is_invented(self.object_id) else self.account


_Moves = tuple[_Move, ...]


def expectations(fact: RecordedEvent, names: Names, ids: ProviderIds) -> tuple[ExpectedMovement, ...]:
    """Return the movements an event of the log stands for; ``names`` knows the names given by earlier events.

    ``ids`` tells what the provider has from what was made up.

    Raises:
        LedgerCorrupt: an event books money at the provider that no movement is expected for, or another amount.

    """
    event = fact.event
    what, planner = _MOVES.get(type(event), ("", _nothing))
    moves = planner(event, fact, names)
    _check(event, moves)
    return tuple(
        ExpectedMovement(
            account=move.lies_at(ids),
            object_id=move.object_id,
            way=move.way or direction_of(move.cents),
            cents=move.cents,
            moved_at=event.happened_at,
            known_at=event.at,
            what=what,
        )
        for move in moves
        if move.cents
    )


def names_given(fact: RecordedEvent) -> dict[UUID, str]:
    """Return the provider's names that an event tells, by our own id."""
    event = fact.event
    if isinstance(event, CertificationRequested | Certified):
        return {fact.stream_id: event.provider_account}
    if isinstance(event, PayoutSent):
        return {event.payout_id: event.provider_payout}
    if isinstance(event, RefundSettled | ExternalRefundFound):
        return {event.refund_id: event.provider_refund}
    return {}


def names_wanted(facts: Iterable[RecordedEvent]) -> set[UUID]:
    """Return the ids of which the expectations of some events may ask the provider's names."""
    wanted = set()
    for fact in facts:
        ids = (fact.coop_id, getattr(fact.event, "payout_id", None), getattr(fact.event, "refund_id", None))
        wanted |= {one for one in ids if isinstance(one, UUID)}
    return wanted


def direction_of(cents: int) -> Direction:
    """Return the way of signed cents."""
    return Direction.IN if cents > 0 else Direction.OUT


def _check(event: Event, moves: _Moves) -> None:
    """Refuse as corrupt an event that expects other cents than it books, for the platform's account or a coop's."""
    for account, mine in ((Account.PSP_PLATFORM, True), (Account.PSP_COOP, False)):
        booked = sum(leg.debit - leg.credit for leg in postings(event) if leg.account is account)
        expected = sum(move.cents for move in moves if (move.account == PLATFORM) is mine)
        if booked != expected:
            raise LedgerCorrupt(topic=event.TOPIC, booked=booked, expected=expected)


def _coop(fact: RecordedEvent, names: Names) -> str:
    """The account of the event's coop; one that was never named matches nothing, and so stays a break."""
    return "coop:none" if fact.coop_id is None else names.get(fact.coop_id, f"coop:{fact.coop_id}")


def _nothing(event: Event, fact: RecordedEvent, names: Names) -> _Moves:
    return ()


def _captured(event: PaymentCaptured, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.payment_id, event.cents + event.tip_cents),)


def _on_hold(event: PaymentPutOnHold, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.payment_id, event.cents),)


def _fee(event: ProviderFeeCharged, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.payment_id, -event.cents, Direction.IN),)


def _transferred(event: FundsTransferred | AdjustmentTransferred, fact: RecordedEvent, names: Names) -> _Moves:
    transfer, cents = event.transfer_id, event.cents
    return (_Move(PLATFORM, transfer, -cents), _Move(_coop(fact, names), transfer, cents))


def _reversed(event: TransferReversed | AdjustmentTransferReversed, fact: RecordedEvent, names: Names) -> _Moves:
    back, cents = event.reversal_id, event.cents
    return (_Move(PLATFORM, back, cents), _Move(_coop(fact, names), back, -cents))


def _refunded(event: RefundSettled, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.provider_refund, -event.cents - event.tip_cents),)


def _refund_failed(event: RefundFailed, fact: RecordedEvent, names: Names) -> _Moves:
    if not event.was_settled:
        return ()
    refund = names.get(event.refund_id, str(event.refund_id))
    return (_Move(PLATFORM, refund, event.cents + event.tip_cents),)


def _returned(event: OnHoldPaymentReturned | ExternalRefundFound, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.provider_refund, -event.cents),)


def _back_on_hold(event: RefundBackOnHold, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.provider_refund, event.cents),)


def _disputed(event: DisputeOpened, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.dispute_id, -event.withdrawn_cents - event.fee_cents),)


def _won(event: DisputeWon, fact: RecordedEvent, names: Names) -> _Moves:
    cents = event.cents + event.tip_cents + event.suspense_cents - event.fee_cents
    return (_Move(PLATFORM, event.dispute_id, cents),)


def _reinstated(event: LostDisputeReinstated, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.dispute_id, event.cents + event.tip_cents - event.fee_cents),)


def _paid_out(event: PayoutSent, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(_coop(fact, names), event.provider_payout, -event.cents),)


def _payout_back(event: PayoutFailed | PayoutReturned, fact: RecordedEvent, names: Names) -> _Moves:
    if isinstance(event, PayoutFailed) and not event.was_sent:
        return ()
    return (_Move(_coop(fact, names), names.get(event.payout_id, str(event.payout_id)), event.cents),)


def _unexplained(event: MovementPutOnHold, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(_coop(fact, names), event.movement_id, event.cents),)


def _of_platform(event: PlatformMovementRecorded, fact: RecordedEvent, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.movement_id, event.cents),)


_MOVES: Final[dict[type[Event], tuple[str, Callable[[Any, RecordedEvent, Names], _Moves]]]] = {
    PaymentCaptured: ("PaymentCaptured", _captured),
    PaymentPutOnHold: ("PaymentSuspended", _on_hold),
    ProviderFeeCharged: ("ProviderFeeCharged", _fee),
    FundsTransferred: ("FundsTransferred", _transferred),
    AdjustmentTransferred: ("AdjustmentTransferred", _transferred),
    TransferReversed: ("TransferReversed", _reversed),
    AdjustmentTransferReversed: ("AdjustmentTransferReversed", _reversed),
    RefundSettled: ("RefundSettled", _refunded),
    RefundFailed: ("RefundFailed", _refund_failed),
    OnHoldPaymentReturned: ("SuspendedPaymentReturned", _returned),
    ExternalRefundFound: ("ExternalRefundFound", _returned),
    RefundBackOnHold: ("RefundBackOnHold", _back_on_hold),
    DisputeOpened: ("DisputeOpened", _disputed),
    DisputeWon: ("DisputeWon", _won),
    LostDisputeReinstated: ("LostDisputeReinstated", _reinstated),
    PayoutSent: ("PayoutSent", _paid_out),
    PayoutFailed: ("PayoutFailed", _payout_back),
    PayoutReturned: ("PayoutReturned", _payout_back),
    MovementPutOnHold: ("MovementSuspended", _unexplained),
    PlatformMovementRecorded: (PLATFORM_MOVEMENT, _of_platform),
}
"""How the movements of each event are found, under the name that stored expectations bear: kept for ever."""
