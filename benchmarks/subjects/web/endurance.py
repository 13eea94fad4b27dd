"""Whether the memory of web and worker stays as it is over ten minutes of everything at once.

What a process remembers on purpose is bounded, but ten minutes at a moderate pace would not reach the bounds, and a
process that fills them looks like one that leaks. So they are reached before anything counts: the coop has more
campaigns than a process has room for (``adapters/log/bus/state_shelf.py``), each is read once and paid in once, so that
the rooms of the web's readers, of its bus and of the worker's are full; and more requests have been accepted than a bus
remembers keys of (``adapters/log/command_bus.py``). What still grows after the first three minutes is not remembered
but kept by mistake. A quick run fills nothing: it shows that the subject runs.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple
from uuid import uuid4

import psycopg

from benchmarks.bench import Bench
from benchmarks.deployment.site import Site, open_site
from benchmarks.deployment.usage import resident_bytes
from benchmarks.figures import Claim, Figure
from benchmarks.ground.families import FAMILIES, append_facts, facts_of_families
from benchmarks.load.baskets import ask_for_class
from benchmarks.load.job import Job, carry_out
from benchmarks.load.mixture import Mixture, coming_and_going
from benchmarks.subject import Subject
from benchmarks.subjects.web.contribution import BODY, place_request
from benchmarks.subjects.web.live_pages import open_herd
from domain.events.contribution import FundsTransferred
from tests.kit.service_world import SLUG, ServiceWorld, open_campaign

CAMPAIGNS: Final = 150
"""Of 250 families and a share of the requests each, a megabyte: more than a process remembers."""
KEYS: Final = 20_500
"""Requests accepted beforehand: more than a bus remembers keys of."""
BUSY: Final = 8
"""Campaigns that the load is about."""
PAGES: Final = 20
_PATIENCE: Final = 300.0
_MIB: Final = 1 << 20
_EARLY: Final = "the same after three minutes"
_CLAIMS: Final = {
    part: (
        Claim(f"memory of the {part} at the end", "MiB", _EARLY, "≤ 1.1"),
        Claim("  grown since by", "MiB", _EARLY),
    )
    for part in ("web process", "worker")
}
_RATE: Final = Claim("requests answered", "per second", "30 a second offered")


class Sample(NamedTuple):
    """The memory of web and worker at an instant, in bytes; ``at`` is the share of the time that had passed."""

    at: float
    web: int
    worker: int


def _open_campaigns(worlds: list[ServiceWorld], count: int, world: ServiceWorld) -> None:
    """Give the coop so many campaigns, each with the families of a whole school, whose form asks for classes."""
    ledger = world.context.ledger
    for _ in range(count):
        one = replace(world, campaign_id=uuid4())
        open_campaign(one)
        ask_for_class(one)
        append_facts(ledger, facts_of_families(ledger, one.campaign_id, FAMILIES, tariff_id="t1", begin=world.now()))
        worlds.append(one)


def _fill(site: Site, worlds: Sequence[ServiceWorld], keys: int) -> None:
    """Have all campaigns read and paid in, and so many requests accepted; wait until all of it is through."""
    each = [
        place_request(
            f"/api/v1/{SLUG}/coops/{one.coop_id}/campaigns/{one.campaign_id}/contributions", site.authorization
        )
        for one in worlds
    ]
    # One campaign after the other: whoever goes round would find each of them just forgotten.
    asked = [request for request in each for _ in range(-(-keys // len(each)))]
    carry_out(Job(site.port, 48, asked, status=201, once=True))
    before = site.world.context.ledger.store.head()[0]
    asyncio.run(_visit(site, worlds))
    kinds, seen, end = Counter[type](), before, time.monotonic() + _PATIENCE
    while kinds[FundsTransferred] < len(worlds):
        assert time.monotonic() < end, kinds
        time.sleep(0.25)
        new = site.world.context.ledger.store.events(seen + 1, 100_000)
        kinds.update(type(fact.event) for fact in new)
        seen = new[-1].position if new else seen
    site.wait_until_projected()
    _empty_limits(site)


async def _visit(site: Site, worlds: Sequence[ServiceWorld]) -> None:
    mixture = Mixture(site, BODY)
    try:
        await mixture.pay_in_each(worlds)
    finally:
        await mixture.close()


def _empty_limits(site: Site) -> None:
    """What a campaign takes in an hour is not what is measured."""
    with psycopg.connect(site.world.runtime.database_url, autocommit=True) as connection:
        connection.execute("DELETE FROM vault.rate_limits")


async def _load(site: Site, worlds: Sequence[ServiceWorld], seconds: float) -> tuple[float, list[Sample]]:
    """Ask for so long, and look at the memory meanwhile; return the answers a second, and what was seen."""
    mixture, samples, begun = Mixture(site, BODY), list[Sample](), time.monotonic()

    async def look() -> None:
        while (at := (time.monotonic() - begun) / seconds) < 1:
            samples.append(Sample(at, resident_bytes(site.web), resident_bytes(site.worker)))
            await asyncio.sleep(seconds / 300)

    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(look())
            both.create_task(mixture.run(worlds, seconds))
        return mixture.answered / (time.monotonic() - begun), samples
    finally:
        await mixture.close()


def _measure(bench: Bench) -> Iterator[Figure]:
    """Fill what is remembered, then load and look."""
    (campaigns, keys, seconds), worlds = bench.choose((CAMPAIGNS, KEYS, 600.0), (BUSY, 100, 12.0)), list[ServiceWorld]()
    with (
        bench.postgres("endurance") as postgres,
        open_site(postgres, certified=True, prepare=partial(_open_campaigns, worlds, campaigns)) as site,
    ):
        _fill(site, worlds, keys)
        with coming_and_going(partial(open_herd, site._replace(world=worlds[-1]), PAGES)):
            rate, samples = asyncio.run(_load(site, worlds[-BUSY:], seconds))
    for part, field in (("web process", "web"), ("worker", "worker")):
        early, late = (_median(samples, field, *when) for when in ((0.3, 0.4), (0.9, 1.0)))
        memory, growth = _CLAIMS[part]
        yield memory.figure(late, late / early, f", {seconds / 60:g} minutes")
        yield growth.figure(late - early, (late - early) / early)
    yield _RATE.figure(rate, rate / 30)


def _median(samples: Sequence[Sample], field: str, since: float, until: float) -> float:
    """The median of one process's memory in a part of the time, in MiB."""
    return statistics.median(float(getattr(one, field)) for one in samples if since <= one.at < until) / _MIB


ENDURANCE: Final = Subject(
    "endurance",
    "ten minutes of everything at once, 30 requests a second: what web and worker hold in memory",
    15,
    (*(claim for both in _CLAIMS.values() for claim in both), _RATE),
    _measure,
)
