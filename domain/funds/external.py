"""What other platforms hold for a coop: what was paid there, less refunds made there and what they paid out.

No other platform says in its payouts what they cover in a form that all share, so the ledger decides, as for its own
payouts: refunds first, then payments, oldest recorded first, of those that had happened by the bank's day. So a
payment that was paid out can no longer be withdrawn as a mistake. A refund there after the payout is a fact: the
platform is then owed it, and its next payout brings less.
"""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.calendar import paris_date
from domain.events.base import Event, PayoutItem
from domain.events.external import (
    ExternalPaymentRecorded,
    ExternalPaymentRefunded,
    ExternalPaymentWithdrawn,
    ExternalPayoutRecorded,
    ExternalPayoutWithdrawn,
)
from domain.external.errors import ExternalFundsExceeded, ExternalPaymentKnown
from domain.funds.movements import OpenMovements
from domain.money import euros
from domain.vocabulary.platforms import french_platform

_PAYMENT: Final = ExternalPaymentRecorded.TOPIC.rpartition(".")[0]
_REFUND: Final = ExternalPaymentRefunded.TOPIC.rpartition(".")[0]

_ADDING: Final = (ExternalPaymentRecorded, ExternalPayoutWithdrawn)
_EVENTS: Final = (*_ADDING, ExternalPaymentRefunded, ExternalPayoutRecorded, ExternalPaymentWithdrawn)


class ExternalChange(NamedTuple):
    """What an event adds to what one platform holds, in signed cents, on a Paris day."""

    platform: str
    day: date
    cents: int


def external_change(event: Event) -> ExternalChange | None:
    """Return what an event changes of account 4678; None for events about other money."""
    if not isinstance(event, _EVENTS):
        return None
    if isinstance(event, ExternalPaymentWithdrawn):
        cents = event.refunded_cents - event.cents
    else:
        cents = event.cents if isinstance(event, _ADDING) else -event.cents
    return ExternalChange(event.platform, paris_date(event.happened_at), cents)


class ExternalFunds:
    """What each other platform holds for one coop, in cents, and the movements that make it up."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._open: dict[str, OpenMovements] = {}
        self._days: dict[str, date] = {}
        self._payments: dict[UUID, ExternalPaymentRecorded] = {}
        self._references: set[tuple[str, str]] = set()
        self._refunds: dict[UUID, dict[UUID, int]] = {}
        self._contents: dict[UUID, tuple[PayoutItem, ...]] = {}

    def copy(self) -> ExternalFunds:
        """Return funds that change on their own."""
        other = ExternalFunds()
        other._open = {platform: queue.copy() for platform, queue in self._open.items()}
        other._days, other._payments, other._contents = dict(self._days), dict(self._payments), dict(self._contents)
        other._references = set(self._references)
        other._refunds = {payment_id: dict(refunds) for payment_id, refunds in self._refunds.items()}
        return other

    def apply(self, event: Event) -> None:
        """Fold one event of the coop, whatever its stream; most are about other money."""
        if isinstance(event, ExternalPaymentRecorded):
            self._payments[event.external_payment_id] = event
            self._references.add((event.platform, event.reference))
            self._add(event, _item(_PAYMENT, event.external_payment_id, event.cents, event.contribution_id))
        elif isinstance(event, ExternalPaymentRefunded):
            self._refunds.setdefault(event.external_payment_id, {})[event.refund_id] = event.cents
            self._add(event, _item(_REFUND, event.refund_id, -event.cents, event.contribution_id))
        elif isinstance(event, ExternalPaymentWithdrawn):
            self._withdraw(event)
        elif isinstance(event, ExternalPayoutRecorded):
            self._contents[event.external_payout_id] = event.content
            self._open[event.platform].take(event.content)
        elif isinstance(event, ExternalPayoutWithdrawn):
            self._open[event.platform].give_back(self._contents.pop(event.external_payout_id))

    def _add(self, event: ExternalPaymentRecorded | ExternalPaymentRefunded, item: PayoutItem) -> None:
        self._days[item.reference] = paris_date(event.happened_at)
        self._open.setdefault(event.platform, OpenMovements()).add(item)

    def _withdraw(self, event: ExternalPaymentWithdrawn) -> None:
        queue, payment_id = self._open[event.platform], event.external_payment_id
        queue.drop(_PAYMENT, str(payment_id))
        payment = self._payments.pop(payment_id)
        self._references.remove((payment.platform, payment.reference))
        del self._days[str(payment_id)]
        for refund_id in self._refunds.pop(payment_id, {}):
            queue.drop(_REFUND, str(refund_id))
            del self._days[str(refund_id)]

    def check_new(self, platform: str, reference: str) -> None:
        """Refuse a payment that another collection of the coop holds under the same number.

        Raises:
            ExternalPaymentKnown: with the number in its sentence.

        """
        if (platform, reference) in self._references:
            raise ExternalPaymentKnown(payment=f"{reference} ({french_platform(platform)})")

    @property
    def in_hand(self) -> dict[str, int]:
        """What each platform holds now, in cents; below zero where it gave back what it had paid out."""
        return {platform: sum(item.cents for item in queue.items) for platform, queue in self._open.items()}

    def content_for(self, platform: str, cents: int, day: date) -> tuple[PayoutItem, ...]:
        """Return the movements that a payout of a Paris day covers, refunds first, then the oldest payments.

        Raises:
            ExternalFundsExceeded: it is above what the platform held on that day, named in the sentence.

        """
        then = OpenMovements()
        for item in self._open.get(platform, then).items:
            if self._days[item.reference] <= day:
                then.add(item)
        held = sum(item.cents for item in then.items)
        if cents > held:
            raise ExternalFundsExceeded(in_hand_euros=euros(held), asked=cents, in_hand=held)
        return then.content_for(cents)

    def paid_out(self, platform: str, payment_id: UUID) -> bool:
        """Tell whether a payout covers a part of a payment, or of a refund of it."""
        queue, wanted = self._open[platform], {(_PAYMENT, str(payment_id)): self._payments[payment_id].cents}
        wanted |= {(_REFUND, str(key)): -cents for key, cents in self._refunds.get(payment_id, {}).items()}
        found = {key: queue.find(*key) for key in wanted}
        return any(item is None or item.cents != wanted[key] for key, item in found.items())


def _item(kind: str, key: UUID, cents: int, contribution_id: UUID) -> PayoutItem:
    return PayoutItem(kind=kind, reference=str(key), cents=cents, contribution_id=contribution_id)
