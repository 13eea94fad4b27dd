"""Work that takes more than it may is ended, says so, and leaves everything else as it was."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from adapters.processes import LimitedProcesses, LimitExceeded, Limits
from domain.errors import RefundTooLarge
from tests.adapters.processes.greedy_work import die, double, fail, refuse, sleep, spin, swell, whoami
from tests.house.sources import ROOT
from tests.kit.waiting import wait_until

AMPLE: Final = Limits(seconds=60, cpu_seconds=30, memory=1 << 30)
_ASKER: Final = """
import sys, time
from adapters.processes import LimitedProcesses, Limits
from tests.adapters.processes.greedy_work import whoami
print(LimitedProcesses().run(Limits(60, 30, 1 << 30), whoami), flush=True)
time.sleep(120)
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[LimitedProcesses]:
    """Two processes."""
    made = LimitedProcesses(2)
    yield made
    made.close()


def test_work_is_done_in_another_process_that_serves_again(pool: LimitedProcesses) -> None:
    assert pool.run(AMPLE, double, 21) == 42
    first = pool.run(AMPLE, whoami)
    assert first != os.getpid()
    assert pool.run(AMPLE, whoami) == first


@pytest.mark.parametrize(
    ("limits", "work", "args"),
    [
        (Limits(seconds=0.5, cpu_seconds=30, memory=1 << 30), sleep, (60,)),
        (Limits(seconds=60, cpu_seconds=1, memory=1 << 30), spin, ()),
        (Limits(seconds=60, cpu_seconds=30, memory=1 << 28), swell, ()),
        (AMPLE, die, ()),
    ],
    ids=["seconds", "processor", "memory", "crash"],
)
def test_work_that_meets_a_limit_is_ended_and_the_next_is_done(
    pool: LimitedProcesses, limits: Limits, work: Callable[..., object], args: tuple[object, ...]
) -> None:
    begun = time.monotonic()
    with pytest.raises(LimitExceeded, match="limit-exceeded") as refusal:
        pool.run(limits, work, *args)
    assert time.monotonic() - begun < 30
    assert "trop de temps ou de mémoire" in refusal.value.french
    assert pool.run(AMPLE, double, 4) == 8


def test_a_refusal_comes_back_as_it_was_and_a_fault_with_the_place_it_came_from(pool: LimitedProcesses) -> None:
    with pytest.raises(RefundTooLarge) as refusal:
        pool.run(AMPLE, refuse)
    assert refusal.value.values == {"refundable_euros": "12,00\u00a0€", "cents": 1300}
    assert "12,00\u00a0€" in refusal.value.french
    with pytest.raises(ZeroDivisionError) as fault:
        pool.run(AMPLE, fail)
    assert "greedy_work.py" in "".join(fault.value.__notes__)


def test_no_more_processes_work_at_once_than_the_pool_has(pool: LimitedProcesses) -> None:
    seen: list[int] = []

    def ask() -> None:
        pool.run(AMPLE, sleep, 0.1)
        seen.append(pool.run(AMPLE, whoami))

    askers = [threading.Thread(target=ask) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(60)
    assert len(seen) == 6
    assert len(set(seen)) <= 2


def test_processes_end_with_the_program_that_asked_even_when_it_is_killed() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}
    asker = subprocess.Popen(
        [sys.executable, "-c", _ASKER], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert asker.stdout is not None
    worker = int(asker.stdout.readline())
    assert runs(worker)
    asker.kill()
    asker.wait()
    asker.stdout.close()
    wait_until(lambda: not runs(worker), seconds=10)


def runs(pid: int) -> bool:
    """Whether a process runs: one that ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" not in status.read_text(encoding="utf-8")
