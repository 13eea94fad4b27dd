"""Verify beside rebuild as a log grows, of one coop or of many: ``./dev run python -m benchmarks.verification_growth``.

Beside the time that passes it prints the time of processors, Postgres's included, which other work on the machine
changes less: ``--events 12000 60000 240000``, ``--coops 500 --months 10``, ``--rounds 3``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import psycopg

from benchmarks.ground.families import lengthen, spread
from benchmarks.ground.ledger import Ground
from benchmarks.subjects.ledger.rebuild import rebuild_once
from benchmarks.subjects.ledger.verify import verify_once
from projections.engine.runner import catch_up

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_REAPED: Final = slice(13, 15)
"""Where a process's line of ``/proc`` says how long its ended children ran, for itself and for the system."""


class Spent(NamedTuple):
    """What one run took: seconds, and seconds of processors."""

    seconds: float
    busy: float


def main() -> None:
    """Make each log, then verify and rebuild it in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[12_000, 60_000, 240_000])
    parser.add_argument("--coops", type=int, default=1)
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    for events in given.events:
        with tempfile.TemporaryDirectory(prefix="coopledger-bench-") as folder:
            Path(folder).chmod(0o711)
            with Ground(Path(folder) / "server") as ground:
                if given.coops == given.months == 1:
                    lengthen(ground, events)
                else:
                    spread(ground, events, coops=given.coops, months=given.months)
                _measure(ground, Path(folder), given.rounds)


def _measure(ground: Ground, folder: Path, rounds: int) -> None:
    """Verify and rebuild in turn, and print each round and the medians of their ratios."""
    dsn, slug = ground.ledger.projector_dsn, ground.entry.slug
    with psycopg.connect(dsn, autocommit=True) as log, psycopg.connect(dsn, autocommit=True) as read:
        catch_up(log, read, slug, f"{slug}_read")
    server = int(next(folder.rglob("postmaster.pid")).read_text().split()[0])
    ratios: list[Spent] = []
    found = {"events": 0, "mib": 0.0}
    for number in range(rounds):
        runs: dict[str, Callable[[], object]] = {
            "verify": lambda: found.update(verify_once(ground)),
            "rebuild": lambda: rebuild_once(ground),
        }
        order = list(runs) if number % 2 == 0 else list(reversed(runs))
        spent = {name: _spent(runs[name], server) for name in order}
        verify, rebuild = spent["verify"], spent["rebuild"]
        ratios.append(Spent(verify.seconds / rebuild.seconds, verify.busy / rebuild.busy))
        _say(
            f"verify {verify.seconds:6.2f} s, {verify.busy:6.2f} s of processors; "
            f"rebuild {rebuild.seconds:6.2f} s, {rebuild.busy:6.2f} s of processors; load {os.getloadavg()[0]:.1f}"
        )
    seconds, busy = (statistics.median(column) for column in zip(*ratios, strict=True))
    _say(
        f"{found['events']:,} events, peak {found['mib']:.0f} MiB: verify takes {seconds:.2f} × the time of a rebuild "
        f"with parity proof (target ≤ 1.3), {busy:.2f} × its processors"
    )


def _spent(run: Callable[[], object], server: int) -> Spent:
    """Run once; processes that ended meanwhile, ours and Postgres's, say how long they ran."""
    before, begun = _busy(server), time.perf_counter()
    run()
    seconds = time.perf_counter() - begun
    time.sleep(0.3)  # until Postgres has seen its sessions end
    return Spent(seconds, _busy(server) - before)


def _busy(server: int) -> float:
    """The seconds of processors of our children that have ended, and of Postgres's."""
    ours = os.times()
    fields = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return ours.children_user + ours.children_system + sum(int(ticks) for ticks in fields[_REAPED]) / _TICKS


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
