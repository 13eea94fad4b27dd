"""Projecting the log: our batches of all read models, against the library's tracked runner; and reading from them."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Final

from benchmarks.bench import Bench
from benchmarks.figures import Claim, Figure
from benchmarks.ground.long_log import SHORT
from benchmarks.ground.reading import project_all, time_to_read
from benchmarks.rivals.copied_rows import copy_seconds
from benchmarks.rivals.library_projection import rival_rate
from benchmarks.subject import Subject

_WANTED: Final = 15_000
_SCHEMA: Final = "bench_try"
_LIBRARY: Final = Claim(
    "project all read models", "per second", "the library's tracked runner, one event a transaction", "≥ 20"
)
_COPY: Final = Claim("project all read models", "per second", "COPY of the same rows, no index", "≥ 0.15", "≥ 0.3")
_PACE: Final = Claim("project all read models", "per second", f"the wanted {_WANTED:,} a second", "≥ 1.0")
_READ: Final = Claim("read a class balance sheet, long log", "ms", f"the same with {SHORT:,} events", "≤ 1.5")


def _measure(bench: Bench) -> Iterator[Figure]:
    """Project beside the library's runner, in turn; then read a class balance sheet."""
    log, rival_events = bench.long_log, bench.choose(5_000, 1_000)
    ours, ratios, events = list[float](), list[float](), 0
    for _ in range(bench.choose(2, 1)):
        rate, events = project_all(log.ground, _SCHEMA)
        ours.append(rate)
        ratios.append(rate / rival_rate(log.ground.url, rival_events))
    rate, about = statistics.median(ours), f", {events:,} events"
    yield _LIBRARY.figure(rate, statistics.median(ratios), about)
    yield _PACE.figure(rate, rate / _WANTED, about)
    yield _COPY.figure(rate, rate * copy_seconds(log.ground, _SCHEMA) / events, about)
    at_long = time_to_read(log.ground, _SCHEMA, log.campaigns)
    yield _READ.figure(at_long, at_long / log.short_read_ms)


PROJECT: Final = Subject(
    "project",
    "all read models made from a log of a million events, and a sheet read from them",
    5,
    (_LIBRARY, _PACE, _COPY, _READ),
    _measure,
    on_ground=True,
)
