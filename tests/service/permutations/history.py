"""One history: what people do, and how badly webhooks tell it to us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from adapters.payments.values import WebhookEvent
from domain.chart_of_accounts import Account
from domain.events.base import Event
from domain.journal import postings
from tests.kit.service_world import PRICE, TIP, ServiceWorld
from tests.service.permutations.families import Fact, Family

Act = tuple[str, bool]
"""What is done, and which of two ways."""
ACTS: Final[dict[str, Callable[[Family, bool], None]]] = {
    "good": lambda family, _: family.pay("good"),
    "card": lambda family, way: family.pay("declined" if way else "always asks"),
    "refund": lambda family, way: family.give_back(whole=way),
    "elsewhere": lambda family, _: family.give_back_elsewhere(),
    "contest": lambda family, _: family.contest_it(),
    "decide": lambda family, way: family.decide(won=way),
}
MOVES: Final = frozenset({"FundsTransferred", "TransferReversed"})
"""Our own moves: how many it takes depends on what we hear first; what lies where in the end does not."""
_UNTOLD: Final = frozenset({"ContributionPlaced", "RefundRequested", "PaymentFailed", *MOVES})
"""What the provider does not tell, or tells only while it is news: a refused card is nothing once it was paid."""
_DECIDED: Final = 0.7
"""How many of the disputes that are still open in the end are decided then."""
_LONG_AGO: Final = 4 * 3_600
_QUIET: Final = 2
"""How many rounds without anything new, longer together than any name is late."""
_PATIENCE: Final = 30


class History:
    """Plays one history in a world that had others before."""

    def __init__(self, world: ServiceWorld, orders: Random, count: int, *, tips: bool) -> None:
        """Begin hours after whatever was before; ``orders`` decides when things are done and webhooks come."""
        self._world = world
        self._orders = orders
        world.sandbox.pass_time(seconds=_LONG_AGO)
        self._heard_at = world.now()
        self._position = world.context.ledger.store.head()[0]
        self._told: set[str] = set()
        self._waiting: list[WebhookEvent] = []
        self._before = self._at_provider()
        self.families = [self._family(number, TIP if tips else 0) for number in range(count)]

    def run(self, stories: list[list[Act]]) -> None:
        """Let families act, each in its order, with webhooks coming in any order, several times, or never."""
        coming = [number for number, history in enumerate(stories) for _ in history]
        self._orders.shuffle(coming)
        acts = [iter(history) for history in stories]
        for number in coming:
            name, way = next(acts[number])
            ACTS[name](self.families[number], way)
            self._hear_some()
        for family in self.families:
            if self._orders.random() < _DECIDED:
                family.decide(won=self._orders.random() < 0.5)
                self._hear_some()
        self._world.sandbox.pass_time(seconds=3)
        self._hear_some()
        self.heal()

    def _family(self, number: int, tip: int) -> Family:
        """The first family has one child, the second two."""
        classes = ("CP A", "CE1")[: number + 1]
        contribution_id = self._world.place(*classes, tip=tip)
        session = self._world.page(contribution_id)
        return Family(self._world, contribution_id, session, len(classes) * PRICE, tip)

    # --- webhooks

    def _hear_some(self) -> None:
        """Have some of the webhooks come in, in any order and some of them twice; some never come."""
        since, self._heard_at = self._heard_at, self._world.now()
        for one in self._world.worker.provider.webhook_events(None, since):
            if one.event not in self._told:
                self._told.add(one.event)
                self._waiting.append(one)
        self._world.sandbox.pass_time(seconds=1)
        self._orders.shuffle(self._waiting)
        for _ in range(self._orders.randint(0, len(self._waiting))):
            one = self._waiting.pop()
            if self._orders.random() < 0.2:
                continue
            self._tell(one)
            if self._orders.random() < 0.3:
                self._tell(one)
                # The same news under another name, as the provider sends it now and then.
                self._tell(replace(one, event=f"{one.event}_again"))
            if self._orders.random() < 0.2:
                self._world.worker.work_off()
        self._world.worker.work_off()

    def _tell(self, one: WebhookEvent) -> None:
        worker = self._world.worker
        worker.keep("platform", one, None)

    def heal(self) -> None:
        """Sweep until nothing waits and twice nothing new came; what came too early is looked into again in time."""
        worker, quiet = self._world.worker, 0
        for _ in range(_PATIENCE):
            before = self._reached()
            self._world.settle(seconds=600)
            waits = worker.inbox.count().get("waiting") or self._due_soon()
            quiet = 0 if waits or self._reached() != before else quiet + 1
            if quiet == _QUIET:
                return
        raise AssertionError((worker.inbox.count(), worker.outbox.count()))

    def _reached(self) -> tuple[int, dict[Account, int]]:
        """How much was recorded, and what lies at the provider."""
        return len(self._new()), self._at_provider()

    def _due_soon(self) -> bool:
        soon: datetime = self._world.now() + timedelta(hours=1)
        return bool(self._world.worker.outbox.due(soon))

    # --- what came of it

    def facts(self, family: Family) -> Counter[Fact]:
        """What the ledger says of a family that the provider told."""
        return Counter(
            (type(event).__name__, getattr(event, "cents", 0), getattr(event, "tip_cents", 0))
            for event in self._events(family)
            if type(event).__name__ not in _UNTOLD
        )

    def at_coop(self, family: Family) -> int:
        """What our own moves brought to the coop's account of a family's money, in cents."""
        legs = [leg for event in self._events(family) for leg in postings(event)]
        return sum(leg.debit - leg.credit for leg in legs if leg.account is Account.PSP_COOP)

    def check_money(self) -> None:
        """Both accounts at the provider moved by what the ledger booked; nothing is parked."""
        booked = Counter[Account]()
        for event in self._new():
            for leg in postings(event):
                booked[leg.account] += leg.debit - leg.credit
        now = self._at_provider()
        moved = {account: now[account] - self._before[account] for account in now}
        assert moved == {account: booked[account] for account in now}
        owed = booked[Account.DUE_TO_COOP] + booked[Account.DUE_TO_COOP_BLOCKED]
        assert -owed == booked[Account.ONLINE] + booked[Account.ONLINE_BLOCKED]
        assert not self._world.worker.inbox.count().get("parked")
        assert not self._world.worker.outbox.count().get("parked")

    def _at_provider(self) -> dict[Account, int]:
        provider, account = self._world.worker.provider, self._world.context.coop(self._world.coop_id).provider_account
        return {
            Account.PSP_PLATFORM: provider.balance(None).total,
            Account.PSP_COOP: provider.balance(account).total,
        }

    def _events(self, family: Family) -> Iterator[Event]:
        return (event for event in self._new() if getattr(event, "contribution_id", None) == family.contribution_id)

    def _new(self) -> list[Event]:
        return [fact.event for fact in self._world.context.ledger.store.events(self._position + 1, 10_000)]
