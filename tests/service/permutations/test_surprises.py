"""Whatever the provider tells that nobody asked for: nothing is parked, no money is lost, and people can explain it."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import Final

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, given, settings

from domain.chart_of_accounts import Account
from service.reconciliation.reconciler import Reconciler
from tests.kit.run.extent import Extent
from tests.kit.service_world import ServiceWorld
from tests.service.permutations.surprises import ACTS, SurprisingHistory

_LATER: Final = st.sampled_from([*ACTS, "refund there", "come back", "pay twice"])
_STORY: Final = st.builds(lambda rest: ["pay", *rest], st.lists(_LATER, min_size=2, max_size=5))
KINDS: Final = (
    *("ExternalRefundFound", "ExternalRefundAllocated", "ReturnedRefundSettled", "ContributionSuspenseCleared"),
    *("PaymentPutOnHold", "OnHoldPaymentReturned", "RefundBackOnHold", "RefundSettled", "RefundFailed"),
    *("made elsewhere, and came back", "on hold, given back by hand", "on hold, given back here"),
    *("transfer taken back elsewhere", "named late"),
)
"""What the histories must reach, each in numbers of at least one in fifty."""


def test_any_surprise_of_the_provider_is_followed_to_its_end(world: ServiceWorld, extent: Extent) -> None:
    histories = extent.count(ci=20, long=1000)
    begun, played, reached = time.perf_counter(), 0, Counter[str]()

    @settings(
        max_examples=histories,
        deadline=None,
        phases=(Phase.generate,),
        database=None,
        derandomize=True,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories=st.lists(_STORY, min_size=2, max_size=2), seed=st.integers(0, 2**32), late=st.booleans())
    def run(stories: list[list[str]], seed: int, *, late: bool) -> None:
        nonlocal played
        played += 1
        orders = Random(seed)  # noqa: S311 - no secret is drawn
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

    run()
    assert played >= histories
    counted = {kind: reached[kind] for kind in KINDS}
    assert min(counted.values()) >= played // 50, counted
    print(f"{played} histories in {time.perf_counter() - begun:.0f} s: {counted}")  # noqa: T201


def check_reconciled(world: ServiceWorld) -> None:
    """A run finds nothing that lasts: what moved at the provider is what the ledger booked, object by object."""
    world.sandbox.pass_time(seconds=3_600)
    done = Reconciler(world.worker).run(world.now())
    assert done is not None
    assert (done.breaks, done.unread) == ((), ())
