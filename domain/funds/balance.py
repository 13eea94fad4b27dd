"""What a coop may spend: its online balance less what is set aside, and its cash box, folded over all its events.

It spans streams (campaigns feed it; payouts, refunds, deposits drain it), so a decision on it is stored with a guard.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.calendar import paris_date
from domain.errors import InsufficientBalance
from domain.events.base import Event, PayoutItem
from domain.events.held.money import ContributionSuspenseCleared, ReturnedRefundSettled
from domain.events.payout import (
    DebtRecovered,
    NegativeBalanceCovered,
    PayoutCancelled,
    PayoutFailed,
    PayoutRequested,
    PayoutReturned,
    PayoutSent,
)
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundRequested,
    RefundSettled,
)
from domain.funds.cash_box import CashBox
from domain.funds.external import ExternalFunds
from domain.funds.movements import PAYOUT_FACTS, OpenMovements, cash_change, online_change, payout_item
from domain.journal import postings
from domain.money import euros


class CoopFunds:
    """The online balance of one coop in cents, what is set aside for refunds and payouts on their way, and its debt.

    ``debt`` is what the platform covered of a balance below zero and has not recovered. ``external`` is what other
    platforms hold for it, which is no part of the balance and cannot be spent here.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.online = 0
        self.debt = 0
        self.cash = CashBox()
        self.reserved: dict[UUID, int] = {}
        self.external = ExternalFunds()
        self._open = OpenMovements()
        self._contents: dict[UUID, tuple[PayoutItem, ...]] = {}

    @property
    def available(self) -> int:
        """What a payout or a refund may take now, in cents; negative after a dispute that follows a payout."""
        return self.online - sum(self.reserved.values())

    def copy(self) -> CoopFunds:
        """Return funds that change on their own: what is tried out on them may be thrown away."""
        other = CoopFunds()
        other.online, other.debt = self.online, self.debt
        other.reserved, other._contents = dict(self.reserved), dict(self._contents)
        other._open, other.cash, other.external = self._open.copy(), self.cash.copy(), self.external.copy()
        return other

    def apply(self, event: Event) -> None:
        """Fold one event of the coop, whatever its stream."""
        if isinstance(event, RefundRequested | ExternalRefundFound):
            self.reserved[event.refund_id] = event.cents
        elif isinstance(event, RefundSettled | ExternalRefundAllocated) or (
            isinstance(event, RefundFailed) and not event.was_settled
        ):
            self.reserved.pop(event.refund_id, None)
        elif isinstance(event, ReturnedRefundSettled | ContributionSuspenseCleared):
            self._explained(event)
        elif isinstance(event, PayoutRequested | PayoutSent | PayoutCancelled | PayoutFailed | PayoutReturned):
            self._apply_payout(event)
        elif isinstance(event, NegativeBalanceCovered):
            self.debt += event.cents
        elif isinstance(event, DebtRecovered):
            self.debt -= event.cents
        self.external.apply(event)
        legs = postings(event)
        if in_cash := cash_change(legs):
            self.cash.add(paris_date(event.happened_at), in_cash)
        change = online_change(legs)
        self.online += change
        if change and not isinstance(event, PAYOUT_FACTS):
            self._open.add(payout_item(event, change))

    def _explained(self, event: ReturnedRefundSettled | ContributionSuspenseCleared) -> None:
        """Set free what was kept aside for a part of a refund made at the provider that is explained now."""
        made_id = event.made_id if isinstance(event, ReturnedRefundSettled) else event.refund_id
        if made_id is None or made_id not in self.reserved:
            return
        self.reserved[made_id] -= abs(event.cents)
        if not self.reserved[made_id]:
            del self.reserved[made_id]

    def _apply_payout(
        self, event: PayoutRequested | PayoutSent | PayoutCancelled | PayoutFailed | PayoutReturned
    ) -> None:
        """Keep an amount and its movements aside from the request on; give the movements back unless it arrives."""
        if isinstance(event, PayoutRequested):
            self.reserved[event.payout_id] = event.cents
            self._contents[event.payout_id] = event.content
            self._open.take(event.content)
            return
        if isinstance(event, PayoutSent | PayoutCancelled) or (isinstance(event, PayoutFailed) and not event.was_sent):
            self.reserved.pop(event.payout_id, None)
        if not isinstance(event, PayoutSent):
            self._open.give_back(self._contents.pop(event.payout_id, ()))

    def content_for(self, cents: int) -> tuple[PayoutItem, ...]:
        """Return the movements that a payout of so many available cents covers."""
        return self._open.content_for(cents)

    def check(self, cents: int) -> None:
        """Refuse an amount above what is available.

        Raises:
            InsufficientBalance: with the available amount in its sentence.

        """
        if cents > self.available:
            raise InsufficientBalance(available_euros=euros(self.available), asked=cents, available=self.available)


def funds_of(events: Iterable[Event]) -> CoopFunds:
    """Fold a coop's events from the first."""
    funds = CoopFunds()
    for event in events:
        funds.apply(event)
    return funds
