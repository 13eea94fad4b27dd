"""``./dev bench``: everything, in some minutes; ``./dev bench --quick``: all but the payments in two minutes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.bench_ledger import Ground
from benchmarks.commands import measure_accepting
from benchmarks.figures import Figure, table
from benchmarks.history import lengthen
from benchmarks.pages import measure_visiting
from benchmarks.payments import measure_paying
from benchmarks.projections import measure_projecting, our_rate, time_to_read
from benchmarks.rebuild import measure_rebuild
from benchmarks.verification import measure_verifying

SHORT, LONG = 10_000, 1_000_000
QUICK_LONG = 40_000


def main() -> None:
    """Measure, print the table, then one JSON line a figure."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter rounds and a shorter log, two minutes")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="coopledger-bench-") as folder:
        Path(folder).chmod(0o711)
        figures = _measure(Path(folder) / "server", quick=quick)
        if not quick:
            _say("parents paying all at once")
            figures += measure_paying(Path(folder) / "paying", rounds=3)
        _say("families visiting all at once")
        rounds, seconds = (2, 2.0) if quick else (5, 5.0)
        figures += measure_visiting(Path(folder) / "visiting", rounds=rounds, seconds=seconds)
    print(table(figures))
    for figure in figures:
        print(figure.line())


def _say(what: str) -> None:
    """Tell, beside the results, what takes the time."""
    print(f"… {what}", file=sys.stderr, flush=True)


def _measure(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure all subjects on one server, shortest log first."""
    rounds, seconds = (2, 1.0) if quick else (5, 4.0)
    with Ground(folder) as ground:
        _say(f"a log of {SHORT:,} events")
        short = lengthen(ground, SHORT)
        our_rate(ground, "bench_short")
        at_short = time_to_read(ground, "bench_short", short)
        _say("accepting contributions")
        figures = measure_accepting(ground, rounds=rounds, seconds=seconds)
        wanted = QUICK_LONG if quick else LONG
        _say(f"a log of {wanted:,} events more")
        campaigns = short + lengthen(ground, wanted)
        _say("projecting")
        figures += measure_projecting(ground, rounds=1 if quick else 2, rival_events=1_000 if quick else 5_000)
        at_long = time_to_read(ground, "bench_try", campaigns)
        figures.append(
            Figure(
                "read a class balance sheet, long log",
                at_long,
                "ms",
                "the same with 10,000 events",
                at_long / at_short,
                "≤ 1.5",
            )
        )
        _say("rebuilding")
        figures += measure_rebuild(ground)
        _say("verifying")
        return figures + measure_verifying(ground, rounds=1 if quick else 2)


if __name__ == "__main__":
    main()
