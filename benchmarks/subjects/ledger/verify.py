"""Verifying a whole ledger as an auditor does, beside a rebuild with its parity proof of the same log."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, Final

import psycopg

from adapters.postgres import DatabaseRole, conninfo_for
from benchmarks.bench import Bench
from benchmarks.figures import Claim, Figure, Run, at_most, interleave, median_of, median_ratio
from benchmarks.ground.ledger import Ground
from benchmarks.subject import Subject
from benchmarks.subjects.ledger.rebuild import rebuild_once
from projections.engine.runner import catch_up

_MEMORY_LIMIT: Final = 1024.0
_SECONDS: Final = 60.0
_BESIDE: Final = Claim("verify", "s", "rebuild with parity proof", "≤ 1.3")
_MILLION: Final = at_most("verify, a million events at this pace", "s", _SECONDS, aim=30)
_MEMORY: Final = at_most("verify, peak memory", "MiB", _MEMORY_LIMIT)
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


def _measure(bench: Bench) -> Iterator[Figure]:
    """Verify and rebuild the same log in turn, each in a process of its own."""
    ground = bench.long_log.ground
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

    runs = interleave({"verify": verify, "rebuild": rebuild}, bench.choose(2, 1))
    seconds = median_of(runs["verify"], "p50") / 1e3
    about = f" of {found['events']:,} events"
    yield _BESIDE.figure(seconds, median_ratio(runs["verify"], runs["rebuild"], "p50"), about)
    yield _MILLION.figure(seconds * 1e6 / found["events"], seconds * 1e6 / found["events"] / _SECONDS)
    yield _MEMORY.figure(found["mib"], found["mib"] / _MEMORY_LIMIT)


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


VERIFY: Final = Subject(
    "verify",
    "a whole ledger verified as an auditor does",
    7,
    (_BESIDE, _MILLION, _MEMORY),
    _measure,
    on_ground=True,
)
