"""Accepting contributions: through the bus, against raw one-row commits and against the bare library."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid4

from benchmarks.bench import Bench
from benchmarks.deployment.meter import Meter, median_cost
from benchmarks.figures import Claim, Figure, Run, compare, interleave, run_of
from benchmarks.ground.ledger import NOW, Ground
from benchmarks.load.threads import prepared
from benchmarks.rivals.library import library_application, library_saves
from benchmarks.rivals.one_row import raw_inserts
from benchmarks.subject import Subject
from domain.aggregate import Stamp
from domain.campaign.basket import Child, PlaceContribution

CLIENTS: Final = 48
_RAW: Final = f"{CLIENTS} psycopg connections, one-row commits"
_DIFFERENT: Final = f"accept, {CLIENTS} clients, {CLIENTS} campaigns"
_SAME: Final = f"accept, {CLIENTS} clients, 1 campaign"
_RATES: Final = {
    "different": Claim(_DIFFERENT, "per second", _RAW, "≥ 1.0"),
    "same": Claim(_SAME, "per second", _RAW, "≥ 1.0"),
}
_TAILS: Final = {
    "different": Claim(f"{_DIFFERENT}, p99", "ms", _RAW, "≤ 1.0"),
    "same": Claim(f"{_SAME}, p99", "ms", _RAW, "≤ 1.0"),
}
_LIBRARY: Final = Claim(
    f"{_DIFFERENT} (library)", "per second", f"the bare library's app.save, {CLIENTS} threads", "≥ 10"
)
_CPU: Final = Claim(f"{_DIFFERENT}, processors of client and server", "µs", _RAW, "≤ 1.2", "≤ 0.8")
_LONE: Final = Claim("accept, 1 client", "per second", "1 psycopg connection, one-row commits", "≥ 0.4", "≥ 0.6")


def accept(ground: Ground, campaigns: list[UUID], clients: int, seconds: float, meter: Meter | None = None) -> Run:
    """Let clients place contributions through the bus, each waiting for its outcome; every one has a key."""

    def load_of(number: int) -> Iterator[tuple[PlaceContribution, str]]:
        campaign_id = campaigns[number % len(campaigns)]
        return prepared(lambda: (_basket(campaign_id), uuid4().hex), clients, seconds)

    loads = [load_of(number) for number in range(clients)]

    async def load() -> list[float]:
        latencies: list[float] = []
        end = time.perf_counter() + seconds

        async def client(asked: Iterator[tuple[PlaceContribution, str]]) -> None:
            while (begun := time.perf_counter()) < end:
                command, key = next(asked)
                await ground.ledger.bus.do(command, key=key)
                latencies.append(time.perf_counter() - begun)

        await asyncio.gather(*map(client, loads))
        return latencies

    if meter is not None:
        meter.start()
    latencies = asyncio.run(load())
    if meter is not None:
        meter.stop(len(latencies))
    return run_of(latencies, seconds)


def _basket(campaign_id: UUID) -> PlaceContribution:
    child = Child(participant_id=uuid4(), class_label="CP A", tariff_id="enfant", cents=12_00)
    return PlaceContribution(
        stream_id=campaign_id,
        stamp=Stamp(at=NOW, by="bench"),
        contribution_id=uuid4(),
        payer_id=uuid4(),
        commitment="c" * 64,
        terms_version="1",
        children=(child,),
        tip_cents=96,
    )


def _measure(bench: Bench) -> Iterator[Figure]:
    """Measure many clients on different campaigns and on one, and one lone client, beside their rivals."""
    ground, (rounds, seconds) = bench.ground, bench.choose((5, 4.0), (2, 1.0))
    many = [ground.campaign() for _ in range(CLIENTS)]
    library, server = library_application(ground.url), ground.postgres.pid()
    assert server is not None
    raw, ours = Meter(server), Meter(server)
    runs = interleave(
        {
            "raw": lambda: raw_inserts(ground.url, CLIENTS, seconds, raw),
            "different": lambda: accept(ground, many, CLIENTS, seconds, ours),
            "same": lambda: accept(ground, many[:1], CLIENTS, seconds),
            "library": lambda: library_saves(library, CLIENTS, seconds),
            "raw 1": lambda: raw_inserts(ground.url, 1, seconds),
            "lone": lambda: accept(ground, many[:1], 1, seconds),
        },
        rounds,
    )
    library.close()
    for name, claim in _RATES.items():
        yield compare(claim, "rate", runs[name], runs["raw"])
        yield compare(_TAILS[name], "p99", runs[name], runs["raw"])
    yield compare(_LIBRARY, "rate", runs["different"], runs["library"])
    yield _CPU.figure(*median_cost(ours, raw))
    yield compare(_LONE, "rate", runs["lone"], runs["raw 1"])


BUS: Final = Subject(
    "bus",
    "contributions accepted by the command bus, each waited for",
    2.5,
    (*_RATES.values(), *_TAILS.values(), _LIBRARY, _CPU, _LONE),
    _measure,
    on_ground=True,
)
