"""Families whose banks dispute in every way; and, counted apart from movements alone, what the ledger must hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.campaign.disputes.explanation import ClearDispute
from tests.kit.service_world import PRICE, ServiceWorld
from tests.kit.stripe.provider_requests import charge_of

CLEARED: Final[dict[str, Any]] = {"account": "goodwill", "approvers": ("ad-1", "ad-2"), "reason": "dispute_cost"}
KINDS: Final = frozenset(
    (
        *("refunded in part, disputed in full", "refunded whole, disputed in full", "disputed in part"),
        *("given back in part", "lost then won", "won then lost", "fee given back", "second dispute"),
        *("inquiry escalated", "inquiry closed", "decided before it was heard of", "refund on its way"),
        *("duplicate disputed", "paid out before", "taken beyond the payment"),
    )
)
"""What histories must reach."""


@dataclass
class Case:
    """One dispute at the provider: what of the coop's money, of the tip and beyond the payment it has taken."""

    name: str
    claimed: int
    coop: int = 0
    tip: int = 0
    beyond: int = 0
    status: str = "open"
    apart: bool = False
    """It is about a payment that was to go back anyway."""
    went_back: bool = False

    @property
    def taken(self) -> int:
        """All that it has taken and not given back."""
        return self.coop + self.tip + self.beyond


@dataclass
class Contested:
    """One basket that is paid at once, and what has become of it at the provider."""

    world: ServiceWorld
    contribution_id: UUID
    cents: int
    tip: int
    seen: Counter[str]
    charge: str = ""
    refunded: bool = False
    cases: list[Case] = field(default_factory=list)
    paid: int = 0

    def __post_init__(self) -> None:
        """Remember what is paid in all."""
        self.paid = self.cents + self.tip

    def pay(self) -> None:
        """Pay, and let everybody hear of it."""
        session = self.world.page(self.contribution_id)
        assert self.world.submit(session, "instant") == "Paid"
        self.world.settle(seconds=3)
        (self.charge,) = self.world.contribution(self.contribution_id).payments

    @property
    def free(self) -> bool:
        """Whether the coop may give money back: nothing is contested, nor waits for an explanation."""
        return not any(case.beyond or case.status in ("open", "inquiry") for case in self.cases)

    def refund(self, whole: bool) -> None:  # noqa: FBT001 - one of two ways
        """The coop gives back one child's part or all, and everybody hears of it."""
        self.world.settle()
        cents, tip = (self.cents, self.tip) if whole else (min(PRICE, self.cents), 0)
        if not self.free or self.cases or not cents or self._means < cents:
            return
        self.world.refund(self.contribution_id, cents, tip)
        self.world.settle(seconds=3)
        self.cents, self.tip, self.refunded = self.cents - cents, self.tip - tip, True

    def refund_too_late(self, _: bool) -> None:  # noqa: FBT001 - as the others
        """The coop asks for a refund at the moment at which the bank takes all."""
        self.world.settle()
        if self.cases or self.refunded or self._means < self.cents:
            return
        self.world.refund(self.contribution_id, self.cents, self.tip)
        self._claim(self.cents + self.tip)
        self.world.settle(seconds=3)
        self.seen["refund on its way"] += 1

    def claim(self, whole: bool) -> None:  # noqa: FBT001 - one of two ways
        """The bank takes all that was ever paid, or a part."""
        if len(self.cases) > 1:
            return
        if self.cases:
            self.world.settle()
            self.seen["second dispute"] += 1
        if self.refunded and whole:
            self.seen[
                "refunded whole, disputed in full" if not self.cents else "refunded in part, disputed in full"
            ] += 1
        self.seen["disputed in part"] += not whole
        self._claim(self.paid if whole else self.paid // 3)

    def ask(self, _: bool) -> None:  # noqa: FBT001 - as the others
        """The bank asks only."""
        if not self.cases:
            name = self._at("/charges", self.charge, "claim", cents=self.paid, inquiry=True)["dispute"]
            self.cases.append(Case(name, self.paid, status="inquiry"))

    def answer(self, escalates: bool) -> None:  # noqa: FBT001 - one of two ways
        """The question becomes a dispute, or its answer is enough."""
        for case in self._in("inquiry"):
            self._at("/disputes", case.name, "escalation" if escalates else "closing")
            self.seen["inquiry escalated" if escalates else "inquiry closed"] += 1
            case.status = "open" if escalates else "closed"
            if escalates:
                self._take(case, case.claimed)

    def decide(self, won: bool) -> None:  # noqa: FBT001 - one of two ways
        """The bank decides, perhaps before anybody heard of the dispute."""
        for case in self._in("open"):
            self._alone()
            known = self.world.context.campaign(self.world.campaign_id).disputes
            self.seen["decided before it was heard of"] += case.name not in known
            self._at("/disputes", case.name, "decision", won=won)
            case.status = "won" if won else "lost"
            if won:
                self._give(case, case.taken)
            self._settle_apart(case)

    def give_part(self, _: bool) -> None:  # noqa: FBT001 - as the others
        """The bank gives back some of what it has, open or lost."""
        for case in [one for one in self.cases if one.status in ("open", "lost") and one.taken > 1 and not one.apart]:
            self._alone()
            self.seen["given back in part"] += 1
            part = case.taken * 2 // 3
            self._at("/disputes", case.name, "turn", won=True, cents=part)
            case.status = "won"
            self._give(case, part)

    def turn(self, fee: bool) -> None:  # noqa: FBT001 - one of two ways
        """The bank changes its mind about all, perhaps with something of the fee."""
        for case in self._in("won", "lost"):
            back = case.status == "lost"
            if (back and not case.taken and not case.apart) or (not back and case.taken >= case.claimed):
                continue
            self._alone()
            self.seen["lost then won" if back else "won then lost"] += 1
            self.seen["fee given back"] += back and fee
            self._at("/disputes", case.name, "turn", won=back, fee=15_00 if fee else 0)
            case.status = "won" if back else "lost"
            if back:
                self._give(case, case.taken)
            else:
                self._take(case, case.claimed - case.taken)
            self._settle_apart(case)

    def pay_twice(self, _: bool) -> None:  # noqa: FBT001 - as the others
        """The basket is paid a second time, and the bank takes that payment at once."""
        if any(case.apart for case in self.cases):
            return
        world, table = self.world, self.world.sandbox.sandbox.state.table("checkout.session")
        session = next(one for one in table.values() if one["metadata"]["contribution_id"] == str(self.contribution_id))
        price = {"currency": "eur", "unit_amount": self.paid, "product_data": {"name": "Panier"}}
        twin: Any = {
            "mode": "payment",
            "success_url": "https://coop.example/merci",
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": dict(session["metadata"]),
            "payment_intent_data": {"metadata": dict(session["metadata"])},
        }
        second = world.sandbox.stripe.v1.checkout.sessions.create(twin).id
        assert world.submit(second, "instant") == "Paid"
        intent = world.worker.provider.checkout(second).intent
        assert intent is not None
        charge = charge_of(world.worker.provider.payment(intent))
        name = self._at("/charges", charge, "claim", cents=self.paid)["dispute"]
        self.cases.append(Case(name, self.paid, apart=True))
        self.seen["duplicate disputed"] += 1
        world.settle(seconds=3)

    def pay_out(self, _: bool) -> None:  # noqa: FBT001 - as the others
        """The coop pays out what it may, before anything is contested."""
        self.world.settle()
        if not self.cases and not self.refunded and self._means >= self.cents:
            self.world.payout(self._means)
            self.world.settle(seconds=3)
            self.world.settle(days=4)
            self.seen["paid out before"] += 1

    def end(self) -> None:
        """Whatever is open ends: questions are answered, disputes lost."""
        self.answer(escalates=False)
        self.decide(won=False)

    def explain(self) -> int:
        """Two people explain what is in suspense of each dispute; return how much that was."""
        explained = 0
        for case in self.cases:
            if case.beyond:
                self.world.do(ClearDispute, dispute_id=case.name, **CLEARED)
                explained += case.beyond
        self.seen["taken beyond the payment"] += bool(explained)
        return explained

    @property
    def held(self) -> tuple[int, int]:
        """What the children and the tip must hold in the end."""
        return self.cents - sum(case.coop for case in self.cases), self.tip - sum(case.tip for case in self.cases)

    @property
    def _means(self) -> int:
        """What the coop may spend: earlier histories may have left it little."""
        return self.world.context.funds(self.world.coop_id).available

    def _claim(self, cents: int) -> None:
        name = self._at("/charges", self.charge, "claim", cents=cents)["dispute"]
        case = Case(name, cents)
        self.cases.append(case)
        self._take(case, cents)

    def _in(self, *statuses: str) -> list[Case]:
        return [case for case in self.cases if case.status in statuses]

    def _alone(self) -> None:
        """With two disputes of a payment the order matters: what was before is heard first."""
        if len(self.cases) > 1:
            self.world.settle(seconds=3)

    def _settle_apart(self, case: Case) -> None:
        """A duplicate that the bank gives back goes back to its card, once that is heard of."""
        if case.apart:
            self.world.settle(seconds=3)
            case.went_back = case.went_back or case.status == "won"

    def _take(self, case: Case, cents: int) -> None:
        """The coop's part first, then the tip, then what is not of the payment any more."""
        if case.apart:
            case.beyond += cents if case.went_back else 0
            return
        coop, tip = self.held
        part = min(cents, coop)
        tip_part = min(cents - part, tip)
        case.coop += part
        case.tip += tip_part
        case.beyond += cents - part - tip_part

    def _give(self, case: Case, cents: int) -> None:
        """What was too much first; then another dispute takes what it could not."""
        for name in ("beyond", "coop", "tip"):
            part = min(cents, getattr(case, name))
            setattr(case, name, getattr(case, name) - part)
            cents -= part
        assert cents == 0 or case.apart
        for other in self.cases:
            if other is not case and not other.apart:
                waiting, other.beyond = other.beyond, 0
                self._take(other, waiting)

    def _at(self, where: str, name: str, what: str, **told: object) -> dict[str, Any]:
        return self.world.sandbox.do(f"{where}/{name}/{what}", **told)
