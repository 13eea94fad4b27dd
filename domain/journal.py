"""How every event is booked: ``postings(event)`` is total over all events and balanced per book (ledger.md).

Nothing else in the program knows how an event is booked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from domain.chart_of_accounts import BOOKS, Account, Book
from domain.errors import LedgerCorrupt
from domain.events import EVENT_TYPES
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
from domain.events.contribution import (
    CashReceived,
    ContributionCorrected,
    FundsTransferred,
    PaymentCaptured,
    ProviderFeeCharged,
    TransferReversed,
)
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.payout import (
    DebtRecovered,
    NegativeBalanceCovered,
    PayoutFailed,
    PayoutPaid,
    PayoutReturned,
    PayoutSent,
)
from domain.events.refund import RefundFailed, RefundSettled
from domain.postings.by_hand import BY_HAND
from domain.postings.cut_off import CUT_OFF
from domain.postings.disputes import DISPUTES
from domain.postings.external import EXTERNAL
from domain.postings.held import HELD
from domain.postings.legs import Posting, Postings, by_class, move, of_coop, signed_move

__all__ = ["MONEY_EVENTS", "Posting", "Postings", "check_balanced", "of_coop", "postings"]
A = Account


def _captured(event: PaymentCaptured) -> Postings:
    legs: list[Posting] = [Posting(A.PSP_PLATFORM, event.cents + event.tip_cents, 0)]
    if event.cents:
        legs += [Posting(A.DUE_TO_COOP, 0, event.cents), Posting(A.ONLINE, event.cents, 0)]
        legs += by_class(A.CONTRIBUTIONS, event.shares, credit=True)
    if event.tip_cents:
        legs.append(Posting(A.TIPS, 0, event.tip_cents))
    if event.instalment > 1:
        legs += move(A.INSTALMENTS_COUNTERPART, A.INSTALMENTS_EXPECTED, event.cents)
    return tuple(legs) if event.cents + event.tip_cents else ()


def _fee(event: ProviderFeeCharged) -> Postings:
    return move(A.PSP_FEES, A.PSP_PLATFORM, event.cents)


def _transferred(event: FundsTransferred) -> Postings:
    return move(A.PSP_COOP, A.PSP_PLATFORM, event.cents)


def _reversed(event: TransferReversed) -> Postings:
    return move(A.PSP_PLATFORM, A.PSP_COOP, event.cents)


def _cash(event: CashReceived) -> Postings:
    return (Posting(A.CASH, event.cents, 0), *by_class(A.CONTRIBUTIONS, event.shares, credit=True))


def _corrected(event: ContributionCorrected) -> Postings:
    if event.old_class == event.new_class or not event.held:
        return ()
    return (
        Posting(A.CONTRIBUTIONS, event.held, 0, event.old_class),
        Posting(A.CONTRIBUTIONS, 0, event.held, event.new_class),
    )


def _scheduled(event: InstalmentsScheduled) -> Postings:
    return move(A.INSTALMENTS_EXPECTED, A.INSTALMENTS_COUNTERPART, event.cents)


def _instalment_failed(event: InstalmentFailed) -> Postings:
    return move(A.INSTALMENTS_COUNTERPART, A.INSTALMENTS_EXPECTED, event.cents) if event.final else ()


def _instalments_cancelled(event: InstalmentsCancelled) -> Postings:
    return move(A.INSTALMENTS_COUNTERPART, A.INSTALMENTS_EXPECTED, event.cents)


def _refunded(event: RefundSettled) -> Postings:
    return (
        *move(A.DUE_TO_COOP, A.PSP_PLATFORM, event.cents),
        *move(A.TIPS, A.PSP_PLATFORM, event.tip_cents),
        *by_class(A.CONTRIBUTIONS, event.shares, credit=False),
        *((Posting(A.ONLINE, 0, event.cents),) if event.cents else ()),
    )


def _refund_failed(event: RefundFailed) -> Postings:
    """What left and came back is the coop's to pay out, and the coop owes it to the family, the tip with the rest."""
    if not event.was_settled:
        return ()
    cents = event.cents + event.tip_cents
    return (*move(A.PSP_PLATFORM, A.DUE_TO_COOP, cents), *move(A.ONLINE, A.DUE_TO_FAMILIES, cents))


def _payout_sent(event: PayoutSent) -> Postings:
    return (
        *move(A.DUE_TO_COOP, A.PAYOUT_IN_PROGRESS, event.cents),
        *move(A.PSP_IN_TRANSIT, A.PSP_COOP, event.cents),
        *move(A.PAYOUT_TRANSFERS, A.ONLINE, event.cents),
    )


def _payout_paid(event: PayoutPaid) -> Postings:
    return move(A.PAYOUT_IN_PROGRESS, A.PSP_IN_TRANSIT, event.cents)


def _payout_failed(event: PayoutFailed) -> Postings:
    if not event.was_sent:
        return ()
    return (
        *move(A.PAYOUT_IN_PROGRESS, A.DUE_TO_COOP, event.cents),
        *move(A.PSP_COOP, A.PSP_IN_TRANSIT, event.cents),
        *move(A.ONLINE, A.PAYOUT_TRANSFERS, event.cents),
    )


def _payout_returned(event: PayoutReturned) -> Postings:
    return (*move(A.PSP_COOP, A.DUE_TO_COOP, event.cents), *move(A.ONLINE, A.PAYOUT_TRANSFERS, event.cents))


def _bank_matched(event: BankLineMatched) -> Postings:
    return move(A.BANK, A.PAYOUT_TRANSFERS, event.cents)


def _bank_unmatched(event: BankLineUnmatched) -> Postings:
    return move(A.PAYOUT_TRANSFERS, A.BANK, event.cents)


def _return_matched(event: BankReturnMatched) -> Postings:
    return move(A.PAYOUT_TRANSFERS, A.BANK, event.cents)


def _return_unmatched(event: BankReturnUnmatched) -> Postings:
    return move(A.BANK, A.PAYOUT_TRANSFERS, event.cents)


def _adjusted(event: AdjustmentApproved) -> Postings:
    return (
        *move(A.GOODWILL, A.DUE_TO_COOP, event.cents),
        *move(A.ONLINE, A.OTHER_INCOME, event.cents),
    )


def _adjustment_moved(event: AdjustmentTransferred) -> Postings:
    return move(A.PSP_COOP, A.PSP_PLATFORM, event.cents)


def _adjustment_reversed(event: AdjustmentReversed) -> Postings:
    return (
        *move(A.DUE_TO_COOP, A.GOODWILL, event.cents),
        *move(A.OTHER_INCOME, A.ONLINE, event.cents),
    )


def _adjustment_moved_back(event: AdjustmentTransferReversed) -> Postings:
    return move(A.PSP_PLATFORM, A.PSP_COOP, event.cents)


def _covered(event: NegativeBalanceCovered) -> Postings:
    return (
        *move(A.RECEIVABLE_FROM_COOP, A.DUE_TO_COOP, event.cents),
        *move(A.ONLINE, A.DUE_TO_PLATFORM, event.cents),
    )


def _recovered(event: DebtRecovered) -> Postings:
    return (
        *move(A.DUE_TO_COOP, A.RECEIVABLE_FROM_COOP, event.cents),
        *move(A.DUE_TO_PLATFORM, A.ONLINE, event.cents),
    )


def _movement_on_hold(event: MovementPutOnHold) -> Postings:
    return signed_move(A.PSP_COOP, A.SUSPENSE, event.cents)


def _cleared(event: SuspenseCleared | PlatformSuspenseCleared) -> Postings:
    return signed_move(A.SUSPENSE, A(event.account), event.cents)


def _platform_movement(event: PlatformMovementRecorded) -> Postings:
    return signed_move(A.PSP_PLATFORM, A(event.account), event.cents)


_BOOKINGS: Final[dict[type[Event], Callable[[Any], Postings]]] = {
    PaymentCaptured: _captured,
    ProviderFeeCharged: _fee,
    FundsTransferred: _transferred,
    TransferReversed: _reversed,
    CashReceived: _cash,
    ContributionCorrected: _corrected,
    InstalmentsScheduled: _scheduled,
    InstalmentFailed: _instalment_failed,
    InstalmentsCancelled: _instalments_cancelled,
    RefundSettled: _refunded,
    RefundFailed: _refund_failed,
    PayoutSent: _payout_sent,
    PayoutPaid: _payout_paid,
    PayoutFailed: _payout_failed,
    PayoutReturned: _payout_returned,
    BankLineMatched: _bank_matched,
    BankLineUnmatched: _bank_unmatched,
    BankReturnMatched: _return_matched,
    BankReturnUnmatched: _return_unmatched,
    AdjustmentApproved: _adjusted,
    AdjustmentTransferred: _adjustment_moved,
    AdjustmentReversed: _adjustment_reversed,
    AdjustmentTransferReversed: _adjustment_moved_back,
    NegativeBalanceCovered: _covered,
    DebtRecovered: _recovered,
    MovementPutOnHold: _movement_on_hold,
    SuspenseCleared: _cleared,
    PlatformMovementRecorded: _platform_movement,
    PlatformSuspenseCleared: _cleared,
    **DISPUTES,
    **BY_HAND,
    **EXTERNAL,
    **HELD,
    **CUT_OFF,
}
MONEY_EVENTS: Final = frozenset(_BOOKINGS)
"""The events that may move money; all others of EVENT_TYPES post nothing."""
_SILENT: Final = frozenset(EVENT_TYPES) - MONEY_EVENTS


def postings(event: Event) -> Postings:
    """Return the journal lines of an event, balanced per book; an event that moves no money returns ``()``.

    Raises:
        LedgerCorrupt: the lines of a book do not balance, or the event is unknown to the ledger.

    """
    kind = type(event)
    booking = _BOOKINGS.get(kind)
    if booking is None:
        if kind in _SILENT:
            return ()
        raise LedgerCorrupt(topic=event.TOPIC)
    legs = booking(event)
    check_balanced(legs)
    return legs


def check_balanced(legs: Iterable[Posting]) -> None:
    """Refuse legs whose debits and credits differ in any book (invariant 1)."""
    gaps: dict[Book, int] = {}
    for account, debit, credit, _, _ in legs:
        book = BOOKS[account]
        gaps[book] = gaps.get(book, 0) + debit - credit
    if any(gaps.values()):
        raise LedgerCorrupt(unbalanced={book.value: gap for book, gap in gaps.items() if gap})
