"""Whatever order webhooks come in, however often, and however many are lost: the ledger says what happened."""

from __future__ import annotations

import time
from collections import Counter
from random import Random
from typing import Final

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from tests.kit.run.extent import Extent
from tests.kit.service_world import ServiceWorld
from tests.service.permutations.families import Fact
from tests.service.permutations.history import ACTS, Act, History

_FIRST: Final = st.sampled_from([("good", False), ("good", False), ("card", False), ("card", True)])
_LATER: Final = st.sampled_from([*ACTS, "contest"])
_REST: Final = st.lists(st.tuples(_LATER, st.booleans()), min_size=1, max_size=3)
_STORY: Final = st.builds(lambda first, rest: [first, *rest], _FIRST, _REST)
"""What one family does: it tries to pay first, then anything may happen."""
_STORIES: Final = st.builds(
    lambda first, second, two: [first, second] if two else [first],
    _STORY,
    _STORY,
    st.sampled_from((False, False, True)),
)
_EVERYTHING: Final = {
    "PaymentCaptured",
    "ProviderFeeCharged",
    "RefundSettled",
    "ExternalRefundFound",
    "ExternalRefundAllocated",
    "DisputeOpened",
    "DisputeWon",
    "DisputeLost",
}


def test_any_order_duplication_and_loss_of_notifications_gives_the_same_ledger(
    world: ServiceWorld, extent: Extent
) -> None:
    histories = extent.count(ci=60, long=500)
    begun, played, seen = time.perf_counter(), 0, Counter[Fact]()

    @settings(
        max_examples=histories,
        deadline=None,
        database=None,
        derandomize=True,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories=_STORIES, tips=st.booleans(), orders=st.randoms(use_true_random=True))
    def run(stories: list[list[Act]], orders: Random, *, tips: bool) -> None:
        nonlocal played
        played += 1
        history = History(world, orders, len(stories), tips=tips)
        history.run(stories)
        for family in history.families:
            seen.update(family.facts)
            assert history.facts(family) == family.facts
            assert history.at_coop(family) == family.at_coop
        history.check_money()

    run()
    assert played >= histories
    told = Counter({name: sum(count for fact, count in seen.items() if fact[0] == name) for name in _EVERYTHING})
    assert min(told.values()) >= played // 50, told
    print(f"{played} histories in {time.perf_counter() - begun:.0f} s")  # noqa: T201
