"""Families to whom happens what nobody asked for: at the provider's dashboard, on two pages at once, and days later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Final

from domain.calendar import paris_date
from domain.campaign.by_hand.refunds import RepayFailedRefund
from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.held.explained import ClearContributionSuspense, SettleReturnedRefund
from domain.campaign.refunds import AllocateExternalRefund
from domain.errors import LedgerError
from tests.kit.service_world import ServiceWorld
from tests.service.permutations.families import Family
from tests.service.permutations.history import History

TWO: Final[dict[str, Any]] = {"account": "goodwill", "approvers": ("actor-1", "actor-2"), "reason": "goodwill"}


class Surprises:
    """What happens to one family at the provider; ``reached`` counts what it came to."""

    def __init__(self, family: Family, orders: Random, reached: Counter[str]) -> None:
        """Begin with a basket that is not paid."""
        self.family, self.world = family, family.world
        self._orders, self._reached = orders, reached
        self._twin = self._second_page()

    @property
    def contribution(self) -> Contribution:
        """The contribution as the ledger has it now."""
        return self.world.contribution(self.family.contribution_id)

    def table(self, kind: str) -> dict[str, dict[str, Any]]:
        """The provider's own objects of a kind."""
        return self.world.sandbox.sandbox.state.table(kind)

    def charges(self) -> list[dict[str, Any]]:
        """What the family paid, at the provider."""
        mine = str(self.family.contribution_id)
        kept = self.table("charge").values()
        return [one for one in kept if one["paid"] and one["metadata"].get("contribution_id") == mine]

    def refunds(self) -> list[dict[str, Any]]:
        """What went back to its cards, at the provider."""
        paid = {charge["id"] for charge in self.charges()}
        return [one for one in self.table("refund").values() if one["charge"] in paid]

    def at_provider(self) -> int:
        """What the provider still has of the family's money, in cents."""
        left = sum(one["amount"] for one in self.refunds() if one["balance_transaction"] is not None)
        back = sum(one["amount"] for one in self.refunds() if one.get("failure_balance_transaction") is not None)
        return int(sum(one["amount"] for one in self.charges()) - left + back)

    def in_ledger(self) -> int:
        """What the ledger says is the family's: held, owed, or waiting."""
        mine = self.contribution
        owed = [one for one in mine.refunds.values() if one.status is RefundStatus.RETURNED]
        return (
            sum(line.held for line in mine.lines.values())
            + mine.tip_held
            + sum(one.cents + one.tip_cents for one in owed)
            + mine.on_hold_cents
            - sum(one.left for one in mine.external.values())
        )

    # --- what happens

    def pay(self) -> None:
        """Pay the basket, unless its page has closed meanwhile."""
        if self.table("checkout.session")[self.family.session]["status"] == "open":
            self.family.pay("good")

    def pay_twice(self) -> None:
        """Pay a second page of the same basket; an operator may give a part of it back at once."""
        if self.family.paid and self.table("checkout.session")[self._twin]["status"] == "open":
            self.world.submit(self._twin)
            if self._orders.random() < 0.5:
                made = self.charges()[-1]
                cents = self._orders.randint(1, made["amount"])
                self.world.sandbox.do(f"/charges/{made['id']}/refund", cents=cents)

    def refund_here(self) -> None:
        """The coop gives a child's part back."""
        self.family.world.settle()
        try:
            held = next((line.held for line in self.contribution.lines.values() if line.held), 0)
            if held:
                self.world.refund(self.family.contribution_id, held)
        except LedgerError:
            self._reached["refused here"] += 1

    def refund_there(self) -> None:
        """An operator gives a part, or all, back in the dashboard."""
        for charge in self._orders.sample(self.charges(), len(self.charges())):
            left = charge["amount"] - charge["amount_refunded"]
            if left:
                cents = left if self._orders.random() < 0.4 else self._orders.randint(1, left)
                self.world.sandbox.do(f"/charges/{charge['id']}/refund", cents=cents)
                return

    def come_back(self) -> None:
        """A refund comes back from its card, days after it was made, or before anybody has heard of it."""
        made = [one for one in self.refunds() if one["status"] == "succeeded"]
        if made:
            if self._orders.random() < 0.5:
                self.world.sandbox.pass_time(days=self._orders.randint(1, 4))
            self.world.sandbox.do(f"/refunds/{self._orders.choice(made)['id']}/failure")

    def reverse_there(self) -> None:
        """An operator takes a part of a transfer back in the dashboard."""
        paid = {charge["id"] for charge in self.charges()}
        moved = [one for one in self.table("transfer").values() if one["source_transaction"] in paid]
        left = [one for one in moved if one["amount"] > one["amount_reversed"]]
        if left:
            transfer = self._orders.choice(left)
            cents = self._orders.randint(1, transfer["amount"] - transfer["amount_reversed"])
            self.world.sandbox.stripe.v1.transfers.reversals.create(transfer["id"], {"amount": cents})
            self._reached["transfer taken back elsewhere"] += 1

    def _second_page(self) -> str:
        """A second page for the same basket, as a family opens that goes back and pays once more."""
        kept = self.table("checkout.session")[self.family.session]
        price = {"currency": "eur", "unit_amount": self.family.cents + self.family.tip, "product_data": {"name": "P"}}
        twin: Any = {
            "mode": "payment",
            "success_url": "https://coop.example/merci",
            "line_items": [{"quantity": 1, "price_data": price}],
            "metadata": dict(kept["metadata"]),
            "payment_intent_data": {
                "metadata": dict(kept["metadata"]),
                "transfer_group": f"contribution:{self.family.contribution_id}",
            },
        }
        return self.world.sandbox.stripe.v1.checkout.sessions.create(twin).id

    # --- what people say in the end

    def explain(self) -> None:
        """A person says whose money waits: the children's, what was owed, and for the rest two people."""
        mine = self.contribution
        for made_id, found in mine.external.items():
            owed = [key for key, one in mine.refunds.items() if one.status is RefundStatus.RETURNED]
            ways: list[Callable[[], object]] = [
                lambda made_id=made_id: self.world.do(AllocateExternalRefund, refund_id=made_id, tip_cents=0),  # type: ignore[misc]
                *(
                    lambda key=key, made_id=made_id: self.world.do(SettleReturnedRefund, refund_id=key, made_id=made_id)
                    for key in owed
                ),
            ]
            self._orders.shuffle(ways)
            self._try(ways if found.left > 0 else [])
            left = self.contribution.external[made_id].left
            if left:
                self._clear(found.payment_id, -left, made_id)
        for payment_id, held in self.contribution.on_hold.items():
            if held.left and not held.tried(self.world.now()):
                self._clear(payment_id, held.left, None)
        for key, one in self.contribution.refunds.items():
            if one.status is RefundStatus.RETURNED:
                self.world.do(RepayFailedRefund, refund_id=key, means="cheque", paid_on=paris_date(self.world.now()))

    def _try(self, ways: list[Callable[[], object]]) -> None:
        for way in ways:
            try:
                way()
            except LedgerError:
                continue
            return

    def _clear(self, payment_id: str, cents: int, refund_id: object) -> None:
        about: dict[str, Any] = {
            "contribution_id": self.family.contribution_id,
            "payment_id": payment_id,
            "refund_id": refund_id,
        }
        self.world.do(ClearContributionSuspense, cents=cents, **about, **TWO)


ACTS: Final[dict[str, Callable[[Surprises], None]]] = {
    "pay": Surprises.pay,
    "pay twice": Surprises.pay_twice,
    "refund here": Surprises.refund_here,
    "refund there": Surprises.refund_there,
    "come back": Surprises.come_back,
    "reverse there": Surprises.reverse_there,
}


class SurprisingHistory(History):
    """One history of surprises in a world that had others before."""

    def __init__(self, world: ServiceWorld, orders: Random, reached: Counter[str], *, late: bool) -> None:
        """Begin with one or two families; ``late`` has the provider name things late."""
        chaos = {"late_rate": 0.4, "late_seconds": 900} if late else {}
        world.sandbox.do("/chaos", **chaos)
        super().__init__(world, orders, orders.randint(1, 2), tips=orders.random() < 0.5)
        self.surprised = [Surprises(family, orders, reached) for family in self.families]

    def play(self, stories: list[list[str]]) -> None:
        """Let things happen to the families in turn, with webhooks coming in any order, several times, or never."""
        coming = [number for number, story in enumerate(stories[: len(self.surprised)]) for _ in story]
        self._orders.shuffle(coming)
        acts = [iter(story) for story in stories]
        for number in coming:
            ACTS[next(acts[number])](self.surprised[number])
            self._hear_some()
        # What comes back from a card that does not keep it is tried again, a day later each time.
        for _ in range(4):
            self._world.sandbox.pass_time(days=1)
            self.heal()

    def count(self, reached: Counter[str]) -> None:
        """Count what this history came to, by the kinds of events and how they follow each other."""
        found: set[str] = set()
        for event in self._new():
            kind = type(event).__name__
            named = str(getattr(event, "refund_id", ""))
            reached[kind] += 1
            if kind == "ExternalRefundFound":
                found.add(named)
            if kind == "RefundFailed" and named in found:
                reached["made elsewhere, and came back"] += 1
            if kind == "OnHoldPaymentReturned":
                ours = self._world.worker.provider.provider_refund(event.provider_refund).refund_id  # type: ignore[attr-defined]
                reached["on hold, given back by hand" if ours is None else "on hold, given back here"] += 1
