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
from domain.events.bank import AdjustmentTransferred, MovementSuspended
from domain.events.base import Event
from domain.events.contribution import (
    FundsTransferred,
    PaymentCaptured,
    PaymentSuspended,
    ProviderFeeCharged,
    SuspendedPaymentReturned,
    TransferReversed,
)
from domain.events.coop import CertificationRequested, Certified
from domain.events.dispute import DisputeOpened, DisputeWon
from domain.events.payout import PayoutFailed, PayoutReturned, PayoutSent
from domain.events.refund import ExternalRefundFound, RefundFailed, RefundSettled
from domain.journal import postings
from domain.recorded_event import Recorded

PLATFORM: Final = ""
"""The platform's own account; a coop's is named by the provider (``acct_…``)."""
ELSEWHERE: Final = "elsewhere"
"""Where payments lie that another platform took and that were imported, and what the demonstration's story invents:
this provider knows nothing of them."""
Names = Mapping[UUID, str]
"""What the provider calls a coop's account, a payout or a refund that later events name by our own id."""
_MADE_AT_PROVIDER: Final = ("ch_", "py_")
_INVENTED: Final = "_demo_"


class Way(StrEnum):
    """Whether money comes into an account or goes out: one object at the provider may do each, once or in parts."""

    IN = "in"
    OUT = "out"


class Expected(NamedTuple):
    """A movement at the provider that an event stands for: signed cents of an account, by the provider's object.

    ``moved_at`` is when the provider moved it as far as the event tells, ``known_at`` when the ledger learnt of it,
    ``what`` the name of the event. A fee goes the way of the payment it was kept from.
    """

    account: str
    object_id: str
    way: Way
    cents: int
    moved_at: datetime
    known_at: datetime
    what: str


class _Move(NamedTuple):
    account: str
    object_id: str
    cents: int
    way: Way | None = None


_Moves = tuple[_Move, ...]


def expectations(fact: Recorded, names: Names) -> tuple[Expected, ...]:
    """Return the movements an event of the log stands for; ``names`` knows the names given by earlier events.

    Raises:
        LedgerCorrupt: an event books money at the provider that no movement is expected for, or another amount.

    """
    event = fact.event
    planner = _MOVES.get(type(event))
    moves = () if planner is None else planner(event, fact, names)
    _check(event, moves)
    return tuple(
        Expected(
            account=ELSEWHERE if _INVENTED in move.object_id else move.account,
            object_id=move.object_id,
            way=move.way or way_of(move.cents),
            cents=move.cents,
            moved_at=event.happened_at,
            known_at=event.at,
            what=type(event).__name__,
        )
        for move in moves
        if move.cents
    )


def names_given(fact: Recorded) -> dict[UUID, str]:
    """Return the provider's names that an event tells, by our own id."""
    event = fact.event
    if isinstance(event, CertificationRequested | Certified):
        return {fact.stream_id: event.provider_account}
    if isinstance(event, PayoutSent):
        return {event.payout_id: event.provider_payout}
    if isinstance(event, RefundSettled):
        return {event.refund_id: event.provider_refund}
    return {}


def names_wanted(facts: Iterable[Recorded]) -> set[UUID]:
    """Return the ids of which the expectations of some events may ask the provider's names."""
    wanted = set()
    for fact in facts:
        ids = (fact.coop_id, getattr(fact.event, "payout_id", None), getattr(fact.event, "refund_id", None))
        wanted |= {one for one in ids if isinstance(one, UUID)}
    return wanted


def way_of(cents: int) -> Way:
    """Return the way of signed cents."""
    return Way.IN if cents > 0 else Way.OUT


def _check(event: Event, moves: _Moves) -> None:
    """What an event expects of each kind of account is what it books there."""
    for account, mine in ((Account.PSP_PLATFORM, True), (Account.PSP_COOP, False)):
        booked = sum(leg.debit - leg.credit for leg in postings(event) if leg.account is account)
        expected = sum(move.cents for move in moves if (move.account in (PLATFORM, ELSEWHERE)) is mine)
        if booked != expected:
            raise LedgerCorrupt(topic=event.TOPIC, booked=booked, expected=expected)


def _coop(fact: Recorded, names: Names) -> str:
    """The account of the event's coop; one that was never named is found by nobody, and so stays a break."""
    return "coop:none" if fact.coop_id is None else names.get(fact.coop_id, f"coop:{fact.coop_id}")


def _holder(payment_id: str) -> str:
    return PLATFORM if payment_id.startswith(_MADE_AT_PROVIDER) else ELSEWHERE


def _captured(event: PaymentCaptured, fact: Recorded, names: Names) -> _Moves:
    return (_Move(_holder(event.payment_id), event.payment_id, event.cents + event.tip_cents),)


def _suspended(event: PaymentSuspended, fact: Recorded, names: Names) -> _Moves:
    return (_Move(_holder(event.payment_id), event.payment_id, event.cents),)


def _fee(event: ProviderFeeCharged, fact: Recorded, names: Names) -> _Moves:
    return (_Move(_holder(event.payment_id), event.payment_id, -event.cents, Way.IN),)


def _transferred(event: FundsTransferred | AdjustmentTransferred, fact: Recorded, names: Names) -> _Moves:
    transfer, cents = event.transfer_id, event.cents
    return (_Move(PLATFORM, transfer, -cents), _Move(_coop(fact, names), transfer, cents))


def _reversed(event: TransferReversed, fact: Recorded, names: Names) -> _Moves:
    back, cents = event.reversal_id, event.cents
    return (_Move(PLATFORM, back, cents), _Move(_coop(fact, names), back, -cents))


def _refunded(event: RefundSettled, fact: Recorded, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.provider_refund, -event.cents - event.tip_cents),)


def _refund_failed(event: RefundFailed, fact: Recorded, names: Names) -> _Moves:
    if not event.was_settled:
        return ()
    refund = names.get(event.refund_id, str(event.refund_id))
    return (_Move(PLATFORM, refund, event.cents + event.tip_cents),)


def _returned(event: SuspendedPaymentReturned | ExternalRefundFound, fact: Recorded, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.provider_refund, -event.cents),)


def _disputed(event: DisputeOpened, fact: Recorded, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.dispute_id, -event.cents - event.tip_cents - event.fee_cents),)


def _won(event: DisputeWon, fact: Recorded, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.dispute_id, event.cents + event.tip_cents),)


def _paid_out(event: PayoutSent, fact: Recorded, names: Names) -> _Moves:
    return (_Move(_coop(fact, names), event.provider_payout, -event.cents),)


def _payout_back(event: PayoutFailed | PayoutReturned, fact: Recorded, names: Names) -> _Moves:
    if isinstance(event, PayoutFailed) and not event.was_sent:
        return ()
    return (_Move(_coop(fact, names), names.get(event.payout_id, str(event.payout_id)), event.cents),)


def _unexplained(event: MovementSuspended, fact: Recorded, names: Names) -> _Moves:
    return (_Move(_coop(fact, names), event.movement_id, event.cents),)


def _of_platform(event: PlatformMovementRecorded, fact: Recorded, names: Names) -> _Moves:
    return (_Move(PLATFORM, event.movement_id, event.cents),)


_MOVES: Final[dict[type[Event], Callable[[Any, Recorded, Names], _Moves]]] = {
    PaymentCaptured: _captured,
    PaymentSuspended: _suspended,
    ProviderFeeCharged: _fee,
    FundsTransferred: _transferred,
    AdjustmentTransferred: _transferred,
    TransferReversed: _reversed,
    RefundSettled: _refunded,
    RefundFailed: _refund_failed,
    SuspendedPaymentReturned: _returned,
    ExternalRefundFound: _returned,
    DisputeOpened: _disputed,
    DisputeWon: _won,
    PayoutSent: _paid_out,
    PayoutFailed: _payout_back,
    PayoutReturned: _payout_back,
    MovementSuspended: _unexplained,
    PlatformMovementRecorded: _of_platform,
}
EXPECTING: Final = frozenset(_MOVES)
"""The events that stand for movements at the provider."""
