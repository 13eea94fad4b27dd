"""What became of a group of parents' payments: when each was in the ledger, and that nothing is lost or twice."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from benchmarks.load.parents import TIP, Payment
from domain.chart_of_accounts import Account
from domain.events.contribution import FundsTransferred, PaymentCaptured, ProviderFeeCharged
from domain.recorded_event import RecordedEvent
from tests.kit.service_world import PRICE, ServiceWorld

_PATIENCE: Final = 300.0
_KINDS: Final = (PaymentCaptured, ProviderFeeCharged, FundsTransferred)
"""What a payment has come to when nothing is to be done for it any more: its money is at the coop, its fee known."""


class Settled(NamedTuple):
    """A group of payments that are through: payments a second from the first card to the last capture, and waits.

    ``waits`` are the seconds from a card to its capture in the ledger; ``facts`` the capture of each contribution.
    """

    rate: float
    waits: list[float]
    facts: dict[UUID, RecordedEvent]

    @property
    def middle(self) -> float:
        """The median wait, in seconds."""
        return statistics.median(self.waits)

    @property
    def p95(self) -> float:
        """What 95 of 100 payments wait at most, in seconds."""
        return sorted(self.waits)[len(self.waits) * 95 // 100]


def settle(world: ServiceWorld, paid: Sequence[Payment], before: int) -> Settled:
    """Wait until each payment is in the ledger with its fee and at the coop; ``before`` is where the log was."""
    end, facts, kinds = time.monotonic() + _PATIENCE, list[RecordedEvent](), Counter[type]()
    while min(kinds[kind] for kind in _KINDS) < len(paid):
        assert time.monotonic() < end, kinds
        time.sleep(0.25)
        new = world.context.ledger.store.events(facts[-1].position + 1 if facts else before + 1, 100_000)
        kinds.update(type(fact.event) for fact in new)
        facts += new
    captures = {fact.event.contribution_id: fact for fact in facts if isinstance(fact.event, PaymentCaptured)}
    assert captures.keys() == {one.basket.contribution_id for one in paid}
    stored = {name: fact.recorded_at.timestamp() for name, fact in captures.items()}
    first = min(one.submitted for one in paid)
    waits = [stored[one.basket.contribution_id] - one.submitted for one in paid]
    return Settled(len(paid) / (max(stored.values()) - first), waits, captures)


def check_all(world: ServiceWorld, parents: int) -> None:
    """Nothing was lost and nothing is twice: in the ledger, at the provider, and between the two.

    The service's own worker is done first: the world's has no mail server.
    """
    end, worker = time.monotonic() + _PATIENCE, world.worker
    while worker.outbox.due(worker.now()):
        assert time.monotonic() < end, worker.outbox.count()
        time.sleep(0.1)
    world.settle()
    events = world.events()
    for kind in (PaymentCaptured, FundsTransferred):
        assert sum(isinstance(event, kind) for event in events) == parents
    assert world.balance(Account.PSP_COOP) == parents * PRICE
    assert sum(event.tip_cents for event in events if isinstance(event, PaymentCaptured)) == parents * TIP
    world.check_money()
