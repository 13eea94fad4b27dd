"""Whatever the provider tells that nobody asked for: nothing is parked, no money is lost, and people can explain it."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import Final

from adapters.local_postgres import LocalPostgres
from domain.chart_of_accounts import Account
from service.reconciliation.reconciler import Reconciler
from tests.kit.run.extent import Extent
from tests.kit.service_world import ServiceWorld
from tests.service.permutations.conftest import certified_world
from tests.service.permutations.surprises import ACTS, SurprisingHistory

_LATER: Final = (*ACTS, *("refund there", "come back", "pay twice") * 2)
_RETURNED: Final = 0.15
"""How many families have a refund come back, and are given back at the provider's dashboard then."""
KINDS: Final = (
    *("ExternalRefundFound", "ExternalRefundAllocated", "ReturnedRefundSettled", "ContributionSuspenseCleared"),
    *("PaymentPutOnHold", "OnHoldPaymentReturned", "RefundBackOnHold", "RefundSettled", "RefundFailed"),
    *("made elsewhere, and came back", "on hold, given back by hand", "on hold, given back here"),
    *("transfer taken back elsewhere", "named late"),
)
"""What the histories must reach, each in numbers of at least one in fifty."""
IN_A_WORLD: Final = 50
"""How many histories one world sees: what they leave behind makes each of the next ones slower."""
MOST: Final = 60
"""How many histories a short run plays at most until everything is reached."""


def test_any_surprise_of_the_provider_is_followed_to_its_end(postgres: LocalPostgres, extent: Extent) -> None:
    histories = extent.count(ci=20, long=1000)
    begun, played, reached = time.perf_counter(), 0, Counter[str]()
    # A short run goes on until everything was reached; a long one moves to a new world before the old one is slow.
    while played < histories or (not all(reached[kind] for kind in KINDS) and played < MOST):
        with certified_world(postgres) as world:
            for _ in range(min(IN_A_WORLD, max(histories - played, 10))):
                seed = time.time_ns() if extent.long else played
                played += 1
                try:
                    play(world, Random(seed), reached)  # noqa: S311 - no secret is drawn
                except BaseException as error:
                    error.add_note(f"history of seed {seed}, number {played}")
                    raise
    counted = {kind: reached[kind] for kind in KINDS}
    print(f"{played} histories in {time.perf_counter() - begun:.0f} s: {counted}")  # noqa: T201
    assert min(counted.values()) >= max(histories // 50, 1), counted


def play(world: ServiceWorld, orders: Random, reached: Counter[str]) -> None:
    """Play one history, then have people explain what waits: in between and in the end all the money is there."""
    stories = [story(orders) for _ in range(2)]
    late = orders.random() < 0.5
    history = SurprisingHistory(world, orders, reached, late=late)
    history.play(stories)
    reached["named late"] += late
    history.check_money()
    for family in history.surprised:
        assert family.in_ledger() == family.at_provider()
    check_reconciled(world)
    for family in history.surprised:
        family.explain()
    history.heal()
    history.check_money()
    assert world.balance(Account.SUSPENSE) == world.balance(Account.DUE_TO_FAMILIES) == 0
    history.count(reached)


def story(orders: Random) -> list[str]:
    """What happens to one family: anything, or now and then what hardly comes by chance."""
    if orders.random() < _RETURNED:
        return ["pay", "refund here", "come back", "refund there"]
    return ["pay", *orders.choices(_LATER, k=orders.randint(2, 5))]


def check_reconciled(world: ServiceWorld) -> None:
    """A run finds nothing that lasts: what moved at the provider is what the ledger booked, object by object."""
    world.sandbox.pass_time(seconds=3_600)
    done = Reconciler(world.worker).run(world.now())
    assert done is not None
    assert (done.breaks, done.unread) == ((), ())
