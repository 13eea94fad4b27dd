"""Families that pay, are given back and contest; and, counted apart, what the ledger must say of each in the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from tests.kit.service_world import PRICE, ServiceWorld
from tests.kit.stripe.sandbox_actions import CARDS

Fact = tuple[str, int, int]
"""The name of an event, and the cents and cents of tip it moves."""


class DisputeState(StrEnum):
    """Where a dispute stands."""

    NONE = "none"
    OPEN = "open"
    WON = "won"
    LOST = "lost"


def card_fee(cents: int) -> int:
    """What the provider keeps of a French card: 1,5 % and 0,25 €, half a cent upwards."""
    return (cents * 15 + 500) // 1_000 + 25


@dataclass
class Family:
    """One basket of a child or two, and what has become of it at the provider."""

    world: ServiceWorld
    contribution_id: UUID
    session: str
    cents: int
    tip: int
    paid: bool = False
    contest: DisputeState = DisputeState.NONE
    dispute: str = ""
    facts: Counter[Fact] = field(default_factory=Counter)

    @property
    def charge(self) -> str:
        """The provider's name of what it paid, asked of the provider: the ledger may not have heard of it."""
        intent = self.world.worker.provider.checkout(self.session).intent
        assert intent is not None
        charge = self.world.worker.provider.payment(intent).charge
        assert charge is not None
        return charge

    @property
    def kept(self) -> bool:
        """Whether there is something to give back or to contest."""
        return self.paid and self.cents + self.tip > 0 and self.contest in (DisputeState.NONE, DisputeState.WON)

    @property
    def at_coop(self) -> int:
        """What must lie at the coop's account in the end, in cents."""
        return self.cents if self.kept else 0

    def pay(self, card: str) -> None:
        """Try a card, unless it is paid already."""
        if self.paid:
            return
        ask = self.world.sandbox.do
        told = ask(f"/checkout/{self.session}/card", number=CARDS[card])
        if told["outcome"] == "NeedsAuthentication":
            told = ask(f"/authentications/{told['authentication_id']}", said="confirm")
        self.paid = told["outcome"] == "Paid"
        if self.paid:
            total = self.cents + self.tip
            self.facts["PaymentCaptured", self.cents, self.tip] += 1
            self.facts["ProviderFeeCharged", card_fee(total), 0] += 1

    def give_back(self, *, whole: bool) -> None:
        """The coop gives all back, or one child's part; it must have heard of the payment to be able to."""
        if not self.kept:
            return
        self.world.settle()
        cents, tip = (self.cents, self.tip) if whole else (min(PRICE, self.cents), 0)
        if cents + tip == 0:
            return
        self.world.refund(self.contribution_id, cents, tip)
        self._less("RefundSettled", cents, tip)

    def give_back_elsewhere(self) -> None:
        """The operator gives all that is left back in the provider's own dashboard."""
        if not self.kept:
            return
        self.world.sandbox.stripe.v1.refunds.create({"charge": self.charge})
        self.facts["ExternalRefundFound", self.cents + self.tip, 0] += 1
        self._less("ExternalRefundAllocated", self.cents, self.tip)

    def contest_it(self) -> None:
        """The bank takes the payment back; once, and of what was never given back."""
        given_back = any(name != "PaymentCaptured" and "Refund" in name for name, *_ in self.facts)
        if not self.kept or given_back or self.dispute:
            return
        self.dispute = self.world.sandbox.do(f"/charges/{self.charge}/dispute")["dispute"]
        self.contest = DisputeState.OPEN
        self.facts["DisputeOpened", self.cents, self.tip] += 1

    def decide(self, *, won: bool) -> None:
        """The bank decides."""
        if self.contest is not DisputeState.OPEN:
            return
        self.world.sandbox.do(f"/disputes/{self.dispute}/decision", won=won)
        self.contest = DisputeState.WON if won else DisputeState.LOST
        self.facts["DisputeWon" if won else "DisputeLost", self.cents, self.tip] += 1

    def _less(self, name: str, cents: int, tip: int) -> None:
        self.cents, self.tip = self.cents - cents, self.tip - tip
        self.facts[name, cents, tip] += 1
