"""Blocking clients in threads of this process, for rivals and subjects that are called and not asked over a line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, TypeVar

from benchmarks.deployment.meter import Meter
from benchmarks.figures import Run, run_of

T = TypeVar("T")
_AHEAD: Final = 12_000
"""What is prepared for each second of a round: more than any subject accepts on two cores."""


def prepared(make: Callable[[], T], clients: int, seconds: float) -> Iterator[T]:
    """What one client will ask, made before its round begins: what is measured is the accepting, not the asking."""
    ready = [make() for _ in range(int(_AHEAD * seconds / clients))]
    return chain(ready, iter(make, None))


def run_threads(
    clients: int, seconds: float, make: Callable[[], Callable[[], None]], meter: Meter | None = None
) -> Run:
    """Run blocking clients in threads, each repeating its own operation; a meter counts what that costs."""
    latencies: list[float] = []
    ready = threading.Barrier(clients, action=None if meter is None else meter.start)

    def work() -> None:
        operation = make()
        operation()
        mine: list[float] = []
        ready.wait()
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            operation()
            mine.append(time.perf_counter() - begun)
        latencies.extend(mine)

    workers = [threading.Thread(target=work) for _ in range(clients)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if meter is not None:
        meter.stop(len(latencies))
    return run_of(latencies, seconds)
