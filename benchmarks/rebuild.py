"""Rebuilding everything with its parity proof, in a process of its own so that its memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any, Final

import psycopg

from benchmarks.bench_ledger import Ground
from benchmarks.figures import Figure
from projections.engine.runner import catch_up

_MEMORY_LIMIT: Final = 1024.0
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


def measure_rebuild(ground: Ground) -> list[Figure]:
    """Rebuild the whole log against live tables, and compare its pace with the one wanted and its memory with 1 GiB."""
    dsn, slug = ground.ledger.projector_dsn, ground.entry.slug
    with psycopg.connect(dsn, autocommit=True) as log, psycopg.connect(dsn, autocommit=True) as read:
        catch_up(log, read, slug, f"{slug}_read")
    begun = time.perf_counter()
    found = rebuild_once(ground)
    seconds = time.perf_counter() - begun
    events, rows = found["events"], found["rows"]
    name = f"rebuild with parity proof, {events:,} events, {rows:,} rows"
    return [
        Figure(name, events / seconds, "per second", f"the whole in {seconds:.0f} s", 1.0, "one command"),
        Figure("rebuild, peak memory", found["mib"], "MiB", "1 GiB", found["mib"] / _MEMORY_LIMIT, "≤ 1.0"),
    ]


def rebuild_once(ground: Ground) -> dict[str, Any]:
    """Rebuild in a process of its own, which must find no difference; return what it tells of itself."""
    arguments = [ground.ledger.projector_dsn, ground.entry.slug]
    done = subprocess.run([sys.executable, "-c", _SCRIPT, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if not found["swapped"] or found["differences"]:
        raise AssertionError(found)
    return found
