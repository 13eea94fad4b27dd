"""Rebuilding everything with its parity proof, in a process of its own so that its memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

import psycopg

from benchmarks.bench import Bench
from benchmarks.figures import Claim, Figure, at_most
from benchmarks.ground.ledger import Ground
from benchmarks.subject import Subject
from projections.engine.runner import catch_up

_MEMORY_LIMIT: Final = 1024.0
_WANTED: Final = 25_000
_PACE: Final = Claim("rebuild with parity proof", "per second", f"the wanted {_WANTED:,} a second", "≥ 1.0", "≥ 3.48")
_MEMORY: Final = at_most("rebuild, peak memory", "MiB", _MEMORY_LIMIT)
_SCRIPT: Final = """
import json, resource, sys
import psycopg
from projections.engine.live import LedgerSchemas
from projections.engine.rebuild import rebuild
dsn, slug = sys.argv[1:]
with psycopg.connect(dsn, autocommit=True) as log, psycopg.connect(dsn, autocommit=True) as read:
    report = rebuild(log, read, LedgerSchemas(slug, slug + "_read"))
print(json.dumps({
    "swapped": report.swapped, "events": report.position, "differences": sum(t.differences for t in report.compared),
    "rows": sum(t.rows for t in report.compared), "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def _measure(bench: Bench) -> Iterator[Figure]:
    """Rebuild the whole log against live tables, and compare its pace with the one wanted and its memory with 1 GiB."""
    ground = bench.long_log.ground
    dsn, slug = ground.ledger.projector_dsn, ground.entry.slug
    with psycopg.connect(dsn, autocommit=True) as log, psycopg.connect(dsn, autocommit=True) as read:
        catch_up(log, read, slug, f"{slug}_read")
    begun = time.perf_counter()
    found = rebuild_once(ground)
    seconds = time.perf_counter() - begun
    events, rows = found["events"], found["rows"]
    about = f", {events:,} events, {rows:,} rows in {seconds:.0f} s"
    yield _PACE.figure(events / seconds, events / seconds / _WANTED, about)
    yield _MEMORY.figure(found["mib"], found["mib"] / _MEMORY_LIMIT)


def rebuild_once(ground: Ground) -> dict[str, Any]:
    """Rebuild in a process of its own, which must find no difference; return what it tells of itself."""
    arguments = [ground.ledger.projector_dsn, ground.entry.slug]
    done = subprocess.run([sys.executable, "-c", _SCRIPT, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if not found["swapped"] or found["differences"]:
        raise AssertionError(found)
    return found


REBUILD: Final = Subject(
    "rebuild",
    "all read models made anew beside the live ones, with the proof that both say the same",
    4,
    (_PACE, _MEMORY),
    _measure,
    on_ground=True,
)
