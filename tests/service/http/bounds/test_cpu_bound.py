"""Greedy work leaves the loop of events free, is ended at its limit, and keeps no crowd waiting for ever."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Final

import pytest

from adapters.processes import LimitExceeded, Limits
from domain.errors import TooBusy
from service.http.bounds import cpu_bound
from service.http.bounds.cpu_bound import run_limited
from tests.adapters.processes.greedy_work import sleep, spin, whoami

AMPLE: Final = Limits(seconds=60, cpu_seconds=30, memory=1 << 30)
SHORT: Final = Limits(seconds=60, cpu_seconds=1, memory=1 << 30)


def test_the_loop_goes_on_while_work_takes_all_that_it_may() -> None:
    async def visit() -> tuple[float, int]:
        greedy = [asyncio.create_task(run_limited(SHORT, spin)) for _ in range(3)]
        slowest, ticks = 0.0, 0
        while not all(task.done() for task in greedy):
            begun = time.thread_time()
            await asyncio.sleep(0.01)
            slowest, ticks = max(slowest, time.thread_time() - begun), ticks + 1
        for task in greedy:
            with pytest.raises(LimitExceeded):
                task.result()
        assert await run_limited(AMPLE, whoami) != os.getpid()
        return slowest, ticks

    slowest, ticks = asyncio.run(visit())
    assert ticks > 20
    assert slowest < 0.5


def test_who_comes_when_too_many_wait_is_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu_bound, "MOST_WAITING", 1)

    async def crowd() -> list[BaseException | None]:
        asked = [asyncio.create_task(run_limited(AMPLE, sleep, 1.0)) for _ in range(6)]
        return await asyncio.gather(*asked, return_exceptions=True)

    outcomes = asyncio.run(crowd())
    assert [outcome for outcome in outcomes if outcome is not None and not isinstance(outcome, TooBusy)] == []
    assert 1 <= sum(isinstance(outcome, TooBusy) for outcome in outcomes) <= 4
