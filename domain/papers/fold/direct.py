"""Which events make a paper at once: money that came to the coop's own bank or cash box, or left it, with the fact.

What stands against that money is what the journal booked: one definition, so that a new kind needs its row here alone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from domain.calendar import paris_date
from domain.chart_of_accounts import Account, Book, book_of
from domain.errors import LedgerCorrupt
from domain.events.base import Event, PayoutItem
from domain.events.by_hand.cash import CashDeposited, CashDepositWithdrawn, CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived
from domain.journal import Posting, postings
from domain.papers.drafts import PaperKind, Series
from domain.papers.fold.movements import PaperMovement, shares_of
from domain.recorded_event import RecordedEvent

_MONEY: Final = (Account.BANK, Account.CASH)


class DirectPaper(NamedTuple):
    """What paper an event makes: why, and in which series."""

    kind: PaperKind
    series: Series


DIRECT: Final[dict[type[Event], DirectPaper]] = {
    CashReceived: DirectPaper(PaperKind.CASH, Series.RECEIPT),
    CashSlipCorrected: DirectPaper(PaperKind.CASH_CORRECTED, Series.RECEIPT),
    CashReturned: DirectPaper(PaperKind.CASH_RETURNED, Series.EXPENSE),
    FailedRefundRepaid: DirectPaper(PaperKind.REPAID, Series.EXPENSE),
    RefundPaidOutOfBand: DirectPaper(PaperKind.REPAID, Series.EXPENSE),
    PaymentToFamilyWithdrawn: DirectPaper(PaperKind.REPAYMENT_WITHDRAWN, Series.EXPENSE),
    CashDeposited: DirectPaper(PaperKind.DEPOSIT, Series.RECEIPT),
    CashDepositWithdrawn: DirectPaper(PaperKind.DEPOSIT_WITHDRAWN, Series.RECEIPT),
}


class DirectBooking(NamedTuple):
    """What an event books in the coop's book, as its cash book calls it: which money moved, what stands against it.

    A payout of another platform may be all fees: nothing reached the bank, and its piece says what was kept there.
    """

    money: Account
    inflow: bool
    cents: int
    against: tuple[Posting, ...]
    legs: tuple[Posting, ...]
    """All of it."""


def direct_booking(event: Event) -> DirectBooking:
    """Return what an event books for its paper; the cash book has cash at the bank as soon as it is taken there.

    Raises:
        LedgerCorrupt: it books nothing there.

    """
    legs = tuple(leg for leg in postings(event) if book_of(leg.account) is Book.COOP)
    if not legs:
        raise LedgerCorrupt(topic=event.TOPIC)
    money = [leg for leg in legs if leg.account in _MONEY]
    against = [
        leg._replace(account=Account.BANK) if leg.account is Account.CASH_DEPOSITS else leg
        for leg in legs
        if leg not in money
    ]
    cents = sum(leg.debit - leg.credit for leg in money)
    account = money[0].account if money else Account.BANK
    return DirectBooking(account, cents > 0, abs(cents), tuple(against), legs)


def direct_movement(fact: RecordedEvent, booking: DirectBooking, exercise: int) -> PaperMovement:
    """Return the movement of an event that no payout brings."""
    event = fact.event
    item = PayoutItem(
        kind=event.TOPIC.rpartition(".")[0],
        reference="",
        cents=booking.cents if booking.inflow else -booking.cents,
        contribution_id=getattr(event, "contribution_id", None),
    )
    (account,) = {leg.account for leg in booking.against}
    return PaperMovement(fact.position, paris_date(event.happened_at), exercise, item, account, shares_of(event))
