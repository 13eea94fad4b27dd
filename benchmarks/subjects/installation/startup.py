"""How long somebody waits who types a command: the help, and the demonstration that checks itself."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from benchmarks.bench import Bench
from benchmarks.deployment.processes import ROOT
from benchmarks.figures import Claim, Figure, at_most
from benchmarks.subject import Subject

_HELP: Final = (sys.executable, "-P", "-m", "service.cli", "--help")
_TYPER: Final = (
    sys.executable,
    "-c",
    "import typer; app = typer.Typer(); app.command()(lambda: None); app()",
    "--help",
)
_DEMO: Final = (str(ROOT / "dev"), "demo", "--check")
_CPU_SECONDS: Final = 0.4
_DEMO_SECONDS: Final = 8.0
_HELP_CPU: Final = at_most("coopledger --help, processor", "s", _CPU_SECONDS, aim=0.25)
_BESIDE: Final = Claim("coopledger --help, processor (typer)", "s", "a command of typer alone")
_CHECK: Final = at_most("./dev demo --check, warm", "s", _DEMO_SECONDS, aim=5)
_CHECK_CPU: Final = Claim("./dev demo --check, warm, processors", "s", "the time that passed")


class Spent(NamedTuple):
    """What a command took: seconds that passed, and seconds of processors."""

    passed: float
    busy: float


def _run(command: Sequence[str], **more: str) -> Spent:
    """Run a command to its end, which must be a good one."""
    before, begun = os.times(), time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=os.environ | more, check=True, capture_output=True, text=True)
    after = os.times()
    busy = after.children_user + after.children_system - before.children_user - before.children_system
    return Spent(time.perf_counter() - begun, busy)


def _measure(bench: Bench) -> Iterator[Figure]:
    """Run each command once so that what is kept is there, then measure."""
    rounds = bench.choose(7, 3)
    for command in (_HELP, _TYPER):
        _run(command, PYTHONDONTWRITEBYTECODE="")
    pairs = [(_run(_HELP).busy, _run(_TYPER).busy) for _ in range(rounds)]
    busy = statistics.median(ours for ours, _ in pairs)
    yield _HELP_CPU.figure(busy, busy / _CPU_SECONDS)
    yield _BESIDE.figure(busy, statistics.median(ours / other for ours, other in pairs))
    folder = str(bench.folder / "demonstration")
    warm = [_run(_DEMO, COOPLEDGER_DATA_DIR=folder) for _ in range(bench.choose(4, 2))][1:]
    passed = statistics.median(one.passed for one in warm)
    yield _CHECK.figure(passed, passed / _DEMO_SECONDS)
    yield _CHECK_CPU.figure(
        statistics.median(one.busy for one in warm), statistics.median(one.busy / one.passed for one in warm)
    )


STARTUP: Final = Subject(
    "startup",
    "the help of the command line, and the demonstration that checks itself",
    2,
    (_HELP_CPU, _BESIDE, _CHECK, _CHECK_CPU),
    _measure,
)
