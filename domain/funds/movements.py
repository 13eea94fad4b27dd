"""What a payout covers: the movements of a coop's online account that no payout took yet (S-169).

The provider does not say which payments a payout brings, so the ledger decides, at the request, and for ever: first
every sum that left the account since (refunds, disputes), then what came in, oldest first; the last movement may be
covered in part. A payout that fails or comes back gives its movements back, to the front of the queue.
"""

from __future__ import annotations

from typing import Final

from domain.chart_of_accounts import Account
from domain.errors import LedgerCorrupt
from domain.events.bank import AdjustmentApproved, AdjustmentReversed
from domain.events.base import Event, PayoutItem
from domain.events.contribution import PaymentCaptured
from domain.events.dispute import DisputeOpened, DisputeWon, LostDisputeReinstated
from domain.events.held.money import ReturnedRefundSettled
from domain.events.payout import DebtRecovered, NegativeBalanceCovered, PayoutFailed, PayoutReturned, PayoutSent
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundSettled
from domain.journal import Postings

NAMED_BY: Final[dict[type[Event], str]] = {
    PaymentCaptured: "payment_id",
    RefundSettled: "refund_id",
    RefundFailed: "refund_id",
    ExternalRefundAllocated: "refund_id",
    ReturnedRefundSettled: "refund_id",
    DisputeOpened: "provider_movement",
    DisputeWon: "provider_movement",
    LostDisputeReinstated: "provider_movement",
    AdjustmentApproved: "adjustment_id",
    AdjustmentReversed: "adjustment_id",
    NegativeBalanceCovered: "cover_id",
    DebtRecovered: "recovery_id",
}
"""The facts that move the online account, payouts apart, and the field that names each movement."""
PAYOUT_FACTS: Final = (PayoutSent, PayoutFailed, PayoutReturned)
"""The facts of payouts, which take movements off the queue or put them back."""


def online_change(legs: Postings) -> int:
    """What an event's postings add to the online account, in cents."""
    return sum(leg.debit - leg.credit for leg in legs if leg.account is Account.ONLINE)


def cash_change(legs: Postings) -> int:
    """What an event's postings add to the cash box, in cents."""
    return sum(leg.debit - leg.credit for leg in legs if leg.account is Account.CASH)


def payout_item(event: Event, cents: int) -> PayoutItem:
    """Name the movement of an event, for so many cents.

    Raises:
        LedgerCorrupt: an event that moves the online account without a name for its movement.

    """
    field = NAMED_BY.get(type(event))
    if field is None:
        raise LedgerCorrupt(topic=event.TOPIC)
    return PayoutItem(
        kind=event.TOPIC.rpartition(".")[0],
        reference=str(getattr(event, field)),
        cents=cents,
        contribution_id=getattr(event, "contribution_id", None),
    )


class OpenMovements:
    """The movements of one online account that no payout covers, oldest first; their sum is what is left to pay out."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._items: dict[tuple[str, str], PayoutItem] = {}

    def copy(self) -> OpenMovements:
        """Return a queue that changes on its own."""
        other = OpenMovements()
        other._items = dict(self._items)
        return other

    @property
    def items(self) -> tuple[PayoutItem, ...]:
        """The movements, oldest first."""
        return tuple(self._items.values())

    def find(self, kind: str, reference: str) -> PayoutItem | None:
        """Return what is open of a movement; None when payouts cover all of it."""
        return self._items.get((kind, reference))

    def drop(self, kind: str, reference: str) -> None:
        """Forget a movement that was recorded by mistake."""
        del self._items[kind, reference]

    def add(self, item: PayoutItem) -> None:
        """Note a movement, after all others."""
        self._items[item.kind, item.reference] = item

    def content_for(self, cents: int) -> tuple[PayoutItem, ...]:
        """Return what a payout of so many cents covers; its items add up to it.

        Raises:
            LedgerCorrupt: there is less left, whatever the balance says.

        """
        covered = [item for item in self._items.values() if item.cents < 0]
        wanted = cents - sum(item.cents for item in covered)
        for item in self._items.values():
            if wanted == 0:
                break
            if item.cents > 0:
                covered.append(item if item.cents <= wanted else _part(item, wanted))
                wanted -= covered[-1].cents
        if wanted:
            raise LedgerCorrupt(expected=cents, missing=wanted)
        return tuple(covered)

    def take(self, content: tuple[PayoutItem, ...]) -> None:
        """Take off what a payout covers; of a movement covered in part the rest stays in its place."""
        for item in content:
            key = item.kind, item.reference
            known = self._items.get(key)
            if known is None:
                raise LedgerCorrupt(kind=item.kind, reference=item.reference)
            if known.cents == item.cents:
                del self._items[key]
            else:
                self._items[key] = _part(item, known.cents - item.cents)

    def give_back(self, content: tuple[PayoutItem, ...]) -> None:
        """Put back, before all others, what a payout had covered; parts of one movement become one again."""
        back: dict[tuple[str, str], PayoutItem] = {}
        for item in content:
            key = item.kind, item.reference
            rest = self._items.pop(key, None)
            back[key] = item if rest is None else _part(item, item.cents + rest.cents)
        self._items = {**back, **self._items}


def _part(item: PayoutItem, cents: int) -> PayoutItem:
    """The same movement, for so many cents of it."""
    return PayoutItem(kind=item.kind, reference=item.reference, cents=cents, contribution_id=item.contribution_id)
