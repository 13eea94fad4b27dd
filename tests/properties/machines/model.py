"""The independent model: plain numbers and dictionaries, written from the rules and not from the code under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID

TIERS = (12_00, 7_55, 0)


def share_out(total: int, weights: list[int]) -> list[int]:
    """Split cents in proportion: whole parts first, then one cent each by the largest rest, the first line first."""
    base = sum(weights)
    if base == 0:
        return [total // len(weights) + (1 if n < total % len(weights) else 0) for n in range(len(weights))]
    exact = [Fraction(total * weight, base) for weight in weights]
    parts = [int(part) for part in exact]
    order = sorted(range(len(weights)), key=lambda n: (parts[n] - exact[n], n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


@dataclass
class Child:
    """One line of a basket, in cents."""

    school_class: str
    due: int
    paid: int = 0
    held: int = 0
    set_aside: int = 0

    @property
    def free(self) -> int:
        """What may be given back."""
        return self.held - self.set_aside


@dataclass
class Basket:
    """One contribution."""

    campaign: UUID
    children: list[Child]
    tip_due: int
    means: str
    times: int
    tip_held: int = 0
    tip_aside: int = 0
    later: dict[int, list[int]] = field(default_factory=dict)
    payments: dict[str, list[int]] = field(
        default_factory=dict
    )  # [cents, tip, at the coop, given back, tip given back, came back]
    slips: dict[str, int] = field(default_factory=dict)
    abandoned: bool = False
    contested: bool = False

    @property
    def in_cash(self) -> bool:
        """Whether a slip brought something: one that was corrected to nothing did not."""
        return any(self.slips.values())

    @property
    def owed(self) -> int:
        """What is still to be paid."""
        return sum(child.due - child.paid for child in self.children)

    def first_part(self) -> int:
        """What the first payment is."""
        total = self.owed
        return total // self.times + (1 if total % self.times else 0)

    def receive(self, parts: list[int]) -> None:
        """Take a payment, split by child."""
        self.abandoned = False
        for child, cents in zip(self.children, parts, strict=True):
            child.paid += cents
            child.held += cents

    def plan(self, total: int) -> None:
        """Fix what is paid later, after the first part of ``total`` was received."""
        each = [total // self.times + (1 if n < total % self.times else 0) for n in range(self.times)]
        owed = [child.due - child.paid for child in self.children]
        for number, cents in enumerate(each[1:], start=2):
            parts = share_out(cents, owed)
            owed = [left - part for left, part in zip(owed, parts, strict=True)]
            self.later[number] = parts


@dataclass
class Refund:
    """One refund."""

    basket: UUID
    payment: str
    parts: list[int]
    cents: int
    tip: int
    status: str = "requested"
    name: str = ""

    @property
    def waits(self) -> bool:
        """Whether the family is still to get it: asked for, or come back from the card."""
        return self.status == "requested" or (self.status == "failed" and bool(self.name))


@dataclass
class Dispute:
    """One contested payment."""

    basket: UUID
    payment: str
    parts: list[int]
    """What is contested, by child."""
    lost: list[int]
    """What was lost and did not come back, by child."""
    tip: int = 0
    lost_tip: int = 0
    suspense: int = 0
    cleared: int = 0
    open: bool = True

    @property
    def cents(self) -> int:
        """What is contested of the coop's money."""
        return sum(self.parts)

    @property
    def lost_cents(self) -> int:
        """What was lost of the coop's money."""
        return sum(self.lost)

    @property
    def beyond(self) -> int:
        """What was taken beyond the payment, explained or not."""
        return max(self.suspense + self.cleared, 0)


@dataclass
class ByHand:
    """What the coop itself paid a family; no parts where it settles what had come back from a card."""

    basket: UUID
    parts: list[int]
    cents: int
    means: str
    withdrawn: bool = False
    campaign: UUID | None = None
    """Where its basket is none of this world's."""


@dataclass
class Payout:
    """One payout."""

    cents: int
    status: str = "requested"
    matched: bool = False
    return_matched: bool = False


@dataclass
class Coop:
    """What a coop owns, in cents."""

    online: int = 0
    blocked: int = 0
    in_transit: int = 0
    bank: int = 0
    cash: int = 0
    on_the_way: int = 0
    owed: int = 0
    advanced: int = 0
    elsewhere: int = 0
    fees: int = 0
    unpaid: int = 0
    income: int = 0
    other: int = 0
    certified: bool = False
    account: bool = False
    aside: dict[UUID, int] = field(default_factory=dict)
    payouts: dict[UUID, Payout] = field(default_factory=dict)
    adjustments: dict[UUID, int] = field(default_factory=dict)
    receipts: int = 0
    disbursements: int = 0
    transfers: int = 0

    @property
    def free(self) -> int:
        """What a payout or a refund may take."""
        return self.online - sum(self.aside.values())

    def pay(self, means: str, cents: int) -> None:
        """Pay a family from the cash box, or from the bank."""
        if means == "cash":
            self.cash -= cents
        else:
            self.bank -= cents


@dataclass
class World:
    """One coop with its campaigns, as the model sees it."""

    coop: Coop = field(default_factory=Coop)
    status: dict[UUID, str] = field(default_factory=dict)
    times: dict[UUID, int] = field(default_factory=dict)
    baskets: dict[UUID, Basket] = field(default_factory=dict)
    refunds: dict[UUID, Refund] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    by_hand: dict[UUID, ByHand] = field(default_factory=dict)
    classes: dict[tuple[UUID, str], int] = field(default_factory=dict)
    tips: int = 0
    """Tips of families that are in no basket here."""
    moved: int = 0
    """What came to the coop's account at the provider beside what belongs to payments."""

    def contested(self, payment: str) -> tuple[int, int]:
        """What disputes took of a payment and did not give back, and of its tip."""
        cases = [case for case in self.disputes.values() if case.payment == payment]
        return sum(case.cents + case.lost_cents for case in cases), sum(case.tip + case.lost_tip for case in cases)

    def in_class(self, campaign: UUID, school_class: str, cents: int) -> None:
        """Move what a class holds."""
        key = (campaign, school_class)
        self.classes[key] = self.classes.get(key, 0) + cents

    def take_in(self, basket: Basket, parts: list[int], *, online: bool) -> None:
        """Receive a payment into the coop's book."""
        basket.receive(parts)
        total = sum(parts)
        self.coop.income += total
        if online:
            self.coop.online += total
            self.coop.receipts += total
        else:
            self.coop.cash += total
        for child, cents in zip(basket.children, parts, strict=True):
            self.in_class(basket.campaign, child.school_class, cents)
