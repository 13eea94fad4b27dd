"""Whether anything that a coop asks grows with its history: the same coop, old and young, in one association."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final
from uuid import uuid4

from benchmarks.bench import Bench
from benchmarks.deployment.site import bearer, open_site
from benchmarks.figures import Claim, Figure, Run, compare, interleave, run_of
from benchmarks.ground.families import EVENTS_OF_FAMILY, FAMILIES, append_facts, facts_of_families
from benchmarks.load.job import Job, carry_out, request
from benchmarks.subject import Subject
from benchmarks.subjects.web.contribution import place_request
from tests.kit.api_server import MANDATAIRE, create_token
from tests.kit.service_world import SLUG, ServiceWorld, open_campaign, open_coop

YOUNG: Final = FAMILIES * EVENTS_OF_FAMILY
"""Events of the young coop: one campaign."""
LONG: Final = 100_000
QUICK_LONG: Final = 20_000
_RIVAL: Final = f"a coop with {YOUNG:,} events"
_BALANCE: Final = Claim("GET a coop's balance, p50", "ms", _RIVAL, "≤ 1.5", "≤ 1.0")
_POST: Final = Claim("POST a contribution, p50", "ms", _RIVAL, "≤ 1.5", "≤ 1.0")


def lengthen(world: ServiceWorld, events: int) -> ServiceWorld:
    """Give a world's coop about so many events, a campaign after the other; return the world of the last of them."""
    ledger, added = world.context.ledger, 0
    while True:
        facts = facts_of_families(ledger, world.campaign_id, FAMILIES, tariff_id="t1", begin=world.now())
        append_facts(ledger, facts)
        added += len(facts)
        if added >= events:
            return world
        world = replace(world, campaign_id=uuid4())
        open_campaign(world)


def _ask(port: int, asked: str, seconds: float, status: int) -> Run:
    answered = carry_out(Job(port, 1, [asked], seconds, status=status))
    return run_of(answered.latencies, answered.seconds)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Ask about the old coop and the young one in turn, one client alone."""
    rounds, seconds = bench.choose((5, 4.0), (2, 1.5))
    worlds: dict[str, ServiceWorld] = {}

    def grow(world: ServiceWorld) -> None:
        old = replace(world, coop_id=uuid4(), campaign_id=uuid4())
        open_coop(old)
        open_campaign(old)
        worlds["old"] = lengthen(old, bench.choose(LONG, QUICK_LONG))
        worlds["young"] = lengthen(world, YOUNG)

    with bench.postgres("history") as postgres, open_site(postgres, prepare=grow) as site:
        asked = {}
        for name, world in worlds.items():
            known = bearer(create_token(world.runtime.database_url, MANDATAIRE, world.coop_id))
            coop = f"/api/v1/{SLUG}/coops/{world.coop_id}"
            balance = request("GET", f"{coop}/balance", known)
            placed = place_request(f"{coop}/campaigns/{world.campaign_id}/contributions", known)
            asked[f"{name} balance"] = partial(_ask, site.port, balance, seconds, 200)
            asked[f"{name} post"] = partial(_ask, site.port, placed, seconds, 201)
        runs = interleave(asked, rounds)
    about = f", after {bench.choose(LONG, QUICK_LONG):,} events"
    for claim, what in ((_BALANCE, "balance"), (_POST, "post")):
        yield compare(claim, "p50", runs[f"old {what}"], runs[f"young {what}"])._replace(name=claim.name + about)


HISTORY: Final = Subject(
    "history",
    f"a coop's balance and a contribution after {LONG:,} events of the same coop",
    2.5,
    (_BALANCE, _POST),
    _measure,
)
