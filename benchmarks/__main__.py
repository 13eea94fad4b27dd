"""``./dev bench [NAME…]``: speed as ratios against rivals of the same run, or where it goes; docs/performance.md."""

from __future__ import annotations

import argparse
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.catalogue import SUBJECTS
from benchmarks.profile.account import account_of
from benchmarks.profile.loads import LOADS, Load
from benchmarks.profile.table import table_of
from benchmarks.record import Record
from benchmarks.subject import Subject

_SAID = 400
"""Characters of what a process said last that are told with a failure."""


def main(arguments: Sequence[str] | None = None, subjects: Sequence[Subject] = SUBJECTS) -> int:
    """Measure the subjects that are named, or all; return 1 where one of them could not be measured."""
    names = [subject.name for subject in subjects]
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure (default: all): {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="at most 40 seconds a subject: a trial, no result")
    parser.add_argument("--list", action="store_true", help="say what can be measured, against whom, with which bars")
    profiled = [load.subject for load in LOADS]
    told = f"say where a request's time goes, by step, instead of how fast it is: {', '.join(profiled)}"
    parser.add_argument("--profile", action="store_true", help=told)
    parser.add_argument("--json", type=Path, metavar="FILE", help="add a line of JSON for each figure to this file")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in names]
    if unknown:
        parser.error(f"no subject is called {', '.join(unknown)}; there are {', '.join(names)}")
    chosen = [subject for subject in subjects if not given.names or subject.name in given.names]
    if given.list:
        print("\n\n".join(map(described, chosen)))
        return 0
    if given.profile:
        if given.json is not None or not set(given.names) <= set(profiled):
            parser.error(f"a profile is printed, and there is one of {', '.join(profiled)}")
        return profile([load for load in LOADS if not given.names or load.subject in given.names], quick=given.quick)
    record = Record(given.json, quick=given.quick)
    with Bench(quick=given.quick) as bench:
        measured = [measure(subject, bench, record) for subject in chosen]
    return 0 if all(measured) else 1


def profile(loads: Sequence[Load], *, quick: bool) -> int:
    """Print the account of each load as soon as it is known."""
    with Bench(quick=quick) as bench:
        for load in loads:
            print(f"{table_of(account_of(load, bench))}\n", flush=True)
    return 0


def measure(subject: Subject, bench: Bench, record: Record) -> bool:
    """Measure one subject; tell each figure, or why there is none, and whether all went well."""
    if not subject.on_ground:
        bench.leave_ground()
    record.begin(subject.name, subject.measures)
    try:
        for figure in subject.measure(bench):
            record.add(subject.name, figure)
    except Exception as error:  # noqa: BLE001 - whatever it is, the subjects after it are measured
        traceback.print_exc(chain=False)
        record.fail(subject.name, reason_of(error))
        return False
    return True


def reason_of(error: Exception) -> str:
    """Say in a line why a subject failed; of a process that failed also what it said last."""
    said = str(error.stderr or "").strip()[-_SAID:] if isinstance(error, subprocess.CalledProcessError) else ""
    return " ".join(f"{type(error).__name__}: {error} {said}".split())


def described(subject: Subject) -> str:
    """Say what a subject measures, and each of its claims."""
    lines = [f"{subject.name:<13} {subject.measures} (about {subject.minutes:g} min)"]
    for claim in subject.claims:
        wanted = f"bar {claim.bar}" if claim.bar else "no bar"
        aim = f", aim {claim.aim}" if claim.aim else ""
        lines.append(f"  {claim.name.strip()}, {claim.unit}, against {claim.rival}: {wanted}{aim}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
