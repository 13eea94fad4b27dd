"""Verifying a whole ledger as an auditor does, beside a rebuild with its parity proof of the same log."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any, Final

import psycopg

from adapters.postgres import DatabaseRole, conninfo_for
from benchmarks.bench_ledger import Ground
from benchmarks.figures import Figure, Run, interleave, median_of, median_ratio
from benchmarks.rebuild import rebuild_once
from projections.engine.runner import catch_up

_MEMORY_LIMIT: Final = 1024.0
_SCRIPT: Final = """
import json, resource, sys
from uuid import UUID
from service.audit.place import AuditPlace
from service.audit.verification import verify_ledger
dsn, slug, association = sys.argv[1:]
verdict = verify_ledger(AuditPlace(dsn, dsn, slug, UUID(association)))
print(json.dumps({
    "findings": len(verdict.findings), "events": verdict.events,
    "mib": sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024,
}))
"""


def measure_verifying(ground: Ground, *, rounds: int) -> list[Figure]:
    """Verify and rebuild the same log in turn, each in a process of its own."""
    dsn, slug = ground.ledger.projector_dsn, ground.entry.slug
    with psycopg.connect(dsn, autocommit=True) as log, psycopg.connect(dsn, autocommit=True) as read:
        catch_up(log, read, slug, f"{slug}_read")
    found: dict[str, Any] = {}

    def verify() -> Run:
        begun = time.perf_counter()
        found.update(verify_once(ground))
        return _run(found["events"], time.perf_counter() - begun)

    def rebuild() -> Run:
        begun = time.perf_counter()
        events = rebuild_once(ground)["events"]
        return _run(events, time.perf_counter() - begun)

    runs = interleave({"verify": verify, "rebuild": rebuild}, rounds)
    seconds = median_of(runs["verify"], "p50") / 1e3
    ratio = median_ratio(runs["verify"], runs["rebuild"], "p50")
    name = f"verify {found['events']:,} events"
    return [
        Figure(name, seconds, "s", "rebuild with parity proof", ratio, "≤ 1.3"),
        Figure("verify, peak memory", found["mib"], "MiB", "1 GiB", found["mib"] / _MEMORY_LIMIT, "≤ 1.0"),
    ]


def verify_once(ground: Ground) -> dict[str, Any]:
    """Verify in a process of its own; a log that does not hold is no log to measure with."""
    dsn = conninfo_for(ground.url, DatabaseRole.AUDITOR)
    arguments = [dsn, ground.entry.slug, str(ground.entry.association_id)]
    done = subprocess.run([sys.executable, "-c", _SCRIPT, *arguments], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["findings"]:
        raise AssertionError(found)
    return found


def _run(events: int, seconds: float) -> Run:
    """One round: its whole time as the latency."""
    return Run(events / seconds, seconds * 1e3, seconds * 1e3)
