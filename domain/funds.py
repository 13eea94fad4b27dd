"""What a coop may spend online: its balance less what is set aside, folded over all events of the coop.

It spans streams (campaigns feed it, payouts and refunds drain it), so a decision on it is stored with a guard.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from domain.accounts import Account
from domain.errors import InsufficientBalance
from domain.events.base import Event
from domain.events.payout import PayoutFailed, PayoutRequested, PayoutSent
from domain.events.refund import RefundFailed, RefundRequested, RefundSettled
from domain.journal import postings
from domain.money import euros


class CoopFunds:
    """The online balance of one coop in cents and the amounts set aside for refunds and payouts on their way."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.online = 0
        self.reserved: dict[UUID, int] = {}

    @property
    def available(self) -> int:
        """What a payout or a refund may take now, in cents; negative after a dispute that follows a payout."""
        return self.online - sum(self.reserved.values())

    def apply(self, event: Event) -> None:
        """Fold one event of the coop, whatever its stream."""
        if isinstance(event, RefundRequested):
            self.reserved[event.refund_id] = event.cents
        elif isinstance(event, PayoutRequested):
            self.reserved[event.payout_id] = event.cents
        elif isinstance(event, RefundSettled) or (isinstance(event, RefundFailed) and not event.was_settled):
            self.reserved.pop(event.refund_id, None)
        elif isinstance(event, PayoutSent) or (isinstance(event, PayoutFailed) and not event.was_sent):
            self.reserved.pop(event.payout_id, None)
        for posting in postings(event):
            if posting.account is Account.ONLINE:
                self.online += posting.debit - posting.credit

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
