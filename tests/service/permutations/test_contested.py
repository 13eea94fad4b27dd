"""Banks dispute in every way, in any order of notifications: nothing is parked, and the ledger is the provider's."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Final

import pytest

from domain.chart_of_accounts import Account
from domain.journal import postings
from service.reconciliation.reconciler import Reconciler
from tests.kit.run.extent import Extent
from tests.kit.service_world import PRICE, TIP, ServiceWorld
from tests.service.permutations.contested import KINDS, Contested
from tests.service.permutations.history import History
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler

ACTS: Final[dict[str, Callable[[Contested, bool], None]]] = {
    "claim": Contested.claim,
    "decide": Contested.decide,
    "part": Contested.give_part,
    "turn": Contested.turn,
    "ask": Contested.ask,
    "answer": Contested.answer,
    "refund": Contested.refund,
    "too late": Contested.refund_too_late,
    "twice": Contested.pay_twice,
    "pay out": Contested.pay_out,
}
_FIRST: Final = ("refund", "claim", "ask", "too late", "twice", "pay out", "refund")
_THEN: Final = ("claim", "claim", "decide", "decide")
_LATER: Final = ("claim", "decide", "part", "turn", "turn", "decide")
_NOTHING: Final = (Account.SUSPENSE, Account.DISPUTES_PENDING, Account.ONLINE_BLOCKED, Account.DUE_TO_COOP_BLOCKED)
_RECONCILED_EACH: Final = 10
_MOST: Final = 1_200


class ContestedHistory(History):
    """One family whose bank disputes."""

    def __init__(self, world: ServiceWorld, orders: Random, seen: Counter[str], *, two: bool, tips: bool) -> None:
        """Have a family pay; everybody heard of that."""
        super().__init__(world, orders, 0, tips=tips)
        classes = ("CP A", "CE1") if two else ("CP A",)
        tip = TIP if tips else 0
        self.family = Contested(world, world.place(*classes, tip=tip), len(classes) * PRICE, tip, seen)
        self.family.pay()

    def play(self, story: list[tuple[str, bool]]) -> None:
        """Have the bank act, with webhooks coming in any order, several times, or never."""
        for name, way in story:
            ACTS[name](self.family, way)
            self._hear_some()
        self.family.end()
        self._world.sandbox.pass_time(seconds=3)
        self.heal()

    def check(self) -> None:
        """The ledger holds what the movements say; once people explained the rest, nothing is in suspense."""
        family, world = self.family, self._world
        contribution = world.contribution(family.contribution_id)
        held = sum(line.held for line in contribution.lines.values())
        assert (held, contribution.tip_held) == family.held
        known = {name: dispute.suspense for name, dispute in contribution.disputes.items()}
        assert known == {case.name: case.beyond for case in family.cases if case.status != "closed"}
        assert self._balance(Account.SUSPENSE) == sum(known.values())
        family.explain()
        self.heal()
        self.check_money()
        assert {account: self._balance(account) for account in _NOTHING} == dict.fromkeys(_NOTHING, 0)

    def _balance(self, account: Account) -> int:
        legs = [leg for event in self._new() for leg in postings(event) if leg.account is account]
        return sum(leg.debit - leg.credit for leg in legs)


def drawn_story(draw: Random, number: int) -> list[tuple[str, bool]]:
    """What a bank does in one history; every beginning has its turn."""
    first = _FIRST[number % len(_FIRST)]
    then = "answer" if first == "ask" else draw.choice(_THEN)
    names = [first, then, *draw.choices(_LATER, k=draw.randint(1, 4))]
    return [(name, draw.random() < 0.5) for name in names]


def rare(seen: Counter[str], least: int) -> dict[str, int]:
    """The kinds that were not reached often enough, and how often they were."""
    return {kind: seen[kind] for kind in sorted(KINDS) if seen[kind] < least}


@pytest.fixture(name="reconciler")
def with_means(world: ServiceWorld) -> CheckedReconciler:
    """Who reconciles a world whose platform has means of its own, which the ledger knows of."""
    reconciler = CheckedReconciler(world, Reconciler(world.worker))
    world.sandbox.do("/topups", cents=400_000_00)
    assert reconciler.run(seconds=LATER).booked == 1
    return reconciler


def test_any_turn_of_a_dispute_in_any_order_of_notifications_is_booked_to_the_cent(
    world: ServiceWorld, reconciler: CheckedReconciler, extent: Extent
) -> None:
    histories, first = extent.count(ci=28, long=1000), Random().randrange(1_000_000) if extent.long else 0  # noqa: S311
    begun, seen, number = time.perf_counter(), Counter[str](), 0
    least = 20 if extent.long else 1
    # A short run goes on until everything was reached.
    while number < histories or (rare(seen, least) and number < _MOST):
        draw = Random(first + number)  # noqa: S311 - no secret is drawn
        history = ContestedHistory(world, draw, seen, two=draw.random() < 0.5, tips=draw.random() < 0.5)
        story = drawn_story(draw, number)
        try:
            history.play(story)
            history.check()
        except AssertionError as error:
            error.add_note(f"history {first + number}: {story}")
            raise
        if number % _RECONCILED_EACH == 0:
            reconciler.clean(seconds=LATER)
        number += 1
    reconciler.clean(seconds=LATER)
    assert not rare(seen, least)
    counted = ", ".join(f"{kind} {seen[kind]}" for kind in sorted(KINDS))
    print(f"{number} histories in {time.perf_counter() - begun:.0f} s: {counted}")  # noqa: T201
