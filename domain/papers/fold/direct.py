"""Which events make a paper at once: money that came to the coop's own bank or cash box, or left it, with the fact.

What stands against that money is what the journal booked: one definition, so that a new kind needs its row here alone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from domain.chart_of_accounts import Account, Book, book_of
from domain.errors import LedgerCorrupt
from domain.events.base import Event, PayoutItem
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import CashReceived
from domain.events.external import ExternalPayoutRecorded, ExternalPayoutWithdrawn
from domain.journal import Posting, postings
from domain.papers.drafts import PaperKind, Series

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
    ExternalPayoutRecorded: DirectPaper(PaperKind.EXTERNAL_PAYOUT, Series.RECEIPT),
    ExternalPayoutWithdrawn: DirectPaper(PaperKind.EXTERNAL_PAYOUT_WITHDRAWN, Series.RECEIPT),
}


class DirectBooking(NamedTuple):
    """What an event books in the coop's book: the account that the money came to or left, what stands against it.

    A payout of another platform may be all fees: nothing reached the bank, and its piece says what was kept there.
    """

    money: Account
    inflow: bool
    cents: int
    against: tuple[Posting, ...]


def direct_booking(event: Event) -> DirectBooking:
    """Return what an event books for its paper.

    Raises:
        LedgerCorrupt: it books nothing there.

    """
    legs = [leg for leg in postings(event) if book_of(leg.account) is Book.COOP]
    if not legs:
        raise LedgerCorrupt(topic=event.TOPIC)
    money = [leg for leg in legs if leg.account in _MONEY]
    against = [leg for leg in legs if leg not in money]
    cents = sum(leg.debit - leg.credit for leg in money)
    return DirectBooking(money[0].account if money else Account.BANK, cents > 0, abs(cents), tuple(against))


def as_item(event: Event, booking: DirectBooking) -> PayoutItem:
    """Name the movement of an event that no payout brings."""
    return PayoutItem(
        kind=event.TOPIC.rpartition(".")[0],
        reference="",
        cents=booking.cents if booking.inflow else -booking.cents,
        contribution_id=getattr(event, "contribution_id", None),
    )
