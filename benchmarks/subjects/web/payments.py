"""Parents paying all at once: from the card typed to the payment in the ledger, against what the sandbox can tell.

The limit is a sandbox that takes the same cards and tells the same events to a listener without a ledger.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SECRETS, ReceivedWebhooks, SandboxServer, listening
from benchmarks.bench import Bench
from benchmarks.deployment.processes import sandbox
from benchmarks.deployment.site import open_site
from benchmarks.figures import Claim, Figure, at_most
from benchmarks.load.parents import Basket, Parents, Payment
from benchmarks.load.payments import check_all, settle
from benchmarks.subject import Subject
from domain.recorded_event import RecordedEvent
from tests.kit.service_world import ServiceWorld
from tests.kit.stripe.provider_requests import request_for, settings_for

PARENTS: Final = 200
_PATIENCE: Final = 300.0
_CHAOS: Final = {"max_delay": 2, "duplicate_rate": 0.3, "shuffle": True, "drop_rate": 0.1}
_TOLD: Final = ("charge.", "payment_intent.", "checkout.session.")
_SECONDS: Final = 3.0
_MEDIAN: Final = "the median from card to ledger"
_RATE: Final = Claim("parents pay at once", "per second", "the sandbox alone", "≥ 0.5", "≥ 0.7")
_SLOW: Final = Claim("  from card to ledger, p95", "ms", _MEDIAN, "≤ 3")
_WAIT: Final = at_most("  from card to ledger, p95 (wait)", "s", _SECONDS, aim=1)
_PARTS: Final = {
    part: Claim(f"  of these: {name}, median", "ms", _MEDIAN)
    for part, name in (
        ("answer", "the page answers"),
        ("told", "told of it"),
        ("looked", "waits, looked at"),
        ("stored", "appended"),
    )
}
_ASTRAY: Final = Claim("  p95, notifications astray", "ms", "the same without chaos")


class PaymentTimes(NamedTuple):
    """How long one payment took, in seconds, its parts in order; the first is a part of the second.

    Until the page answered, until the first webhook came, until a worker had looked and decided, until it was stored.
    """

    answer: float
    told: float
    looked: float
    stored: float
    whole: float


class Round(NamedTuple):
    """One round: payments a second from the first card to the last capture, and the times of each."""

    rate: float
    times: list[PaymentTimes]

    def median(self, part: str) -> float:
        """The median of one of the times, in milliseconds."""
        return 1e3 * statistics.median(float(getattr(one, part)) for one in self.times)

    def p95(self) -> float:
        """What 95 of 100 payments need at most, in milliseconds."""
        return sorted(one.whole for one in self.times)[len(self.times) * 95 // 100] * 1e3


def _measure(bench: Bench) -> Iterator[Figure]:
    """Let parents pay in rounds, against the limit in turn; then once more with webhooks that go astray."""
    parents, rounds = bench.choose((PARENTS, 3), (40, 1))
    with (
        bench.postgres("payments") as postgres,
        listening() as (url, heard),
        sandbox(dict.fromkeys(SECRETS, url)) as free,
        open_site(postgres, certified=True) as site,
    ):
        ours, limits = [], []
        for number in range(rounds):
            limits.append(_limit(free, heard, Parents(replace(site.place, sandbox=free.url), ""), parents))
            ours.append(_round(site.world, Parents(site.place, f"calm-{number}"), parents))
        yield from _figures(ours, limits, parents)
        site.world.sandbox.do("/chaos", **_CHAOS)
        astray = _round(site.world, Parents(site.place, "astray"), parents)
        check_all(site.world, parents * (rounds + 1))
        slow = statistics.median(one.p95() for one in ours)
        yield _ASTRAY.figure(astray.p95(), astray.p95() / slow)


def _limit(free: SandboxServer, heard: ReceivedWebhooks, parents: Parents, count: int) -> float:
    """Have the same cards typed where no ledger is kept; return the payments a second that webhooks tell of."""
    provider = StripeProvider(settings_for(free.url))
    pages = [provider.start_checkout(request_for(free), key=uuid4().hex).session for _ in range(count)]
    provider.close()
    before = len(heard.bodies)
    paid = parents.pay([Basket(uuid4(), page) for page in pages])
    end = time.monotonic() + _PATIENCE
    while sum(b'"charge.succeeded"' in body for body in heard.bodies[before:]) < count:
        assert time.monotonic() < end, "the sandbox did not tell everything"
        time.sleep(0.01)
    return count / (time.time() - min(one.submitted for one in paid))


def _round(world: ServiceWorld, parents: Parents, count: int) -> Round:
    """Let parents pay, wait until each is in the ledger and at the coop, and follow the times of each."""
    before = world.context.ledger.store.head()[0]
    paid = parents.pay(parents.open_pages(count))
    settled = settle(world, paid, before)
    return Round(settled.rate, _times(world, paid, settled.facts))


def _times(world: ServiceWorld, paid: Sequence[Payment], captures: dict[UUID, RecordedEvent]) -> list[PaymentTimes]:
    """The times of each payment, by the clocks of the parents, of the inbox and of the ledger."""
    told = _first_told(world)
    times = []
    for one in paid:
        fact = captures[one.basket.contribution_id]
        decided, stored = fact.event.at.timestamp(), fact.recorded_at.timestamp()
        heard = told[str(one.basket.contribution_id)]
        parts = (one.answered - one.submitted, heard - one.submitted, decided - heard, stored - decided)
        times.append(PaymentTimes(*parts, stored - one.submitted))
    return times


def _first_told(world: ServiceWorld) -> dict[str, float]:
    """When the first webhook came about each contribution's payment, in seconds since 1970."""
    with world.worker.inbox.pool.connection() as connection:
        rows = connection.execute(
            "SELECT received_at, body FROM work.notifications WHERE kind LIKE ANY(%s) AND body IS NOT NULL"
            " ORDER BY received_at",
            ([f"{kind}%" for kind in _TOLD],),
        ).fetchall()
    first: dict[str, float] = {}
    for received_at, body in rows:
        metadata = json.loads(bytes(body))["data"]["object"]["metadata"]
        first.setdefault(metadata["contribution_id"], received_at.timestamp())
    return first


def _figures(ours: list[Round], limits: list[float], parents: int) -> Iterator[Figure]:
    """Payments a second against the limit, then where the time of a payment goes."""
    rate = statistics.median(one.rate for one in ours)
    ratio = statistics.median(one.rate / limit for one, limit in zip(ours, limits, strict=True))
    yield _RATE.figure(rate, ratio, f", {parents} of them")
    whole = statistics.median(one.median("whole") for one in ours)
    slow = statistics.median(one.p95() for one in ours)
    yield _SLOW.figure(slow, slow / whole)
    yield _WAIT.figure(slow / 1e3, slow / 1e3 / _SECONDS)
    for part, claim in _PARTS.items():
        value = statistics.median(one.median(part) for one in ours)
        yield claim.figure(value, value / whole)


PAYMENT: Final = Subject(
    "payments",
    f"{PARENTS} parents pay by card at once, from the card typed to the ledger, the provider near",
    6,
    (_RATE, _SLOW, _WAIT, *_PARTS.values(), _ASTRAY),
    _measure,
)
