"""Who does the work beside the replay: another thread for a short log, another process for a long one.

One interpreter runs one thread at a time, so that two threads take as long as both one after the other. A process takes
its time to start: a log that is read faster than that is left to a thread.
"""

from __future__ import annotations

import gc
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Final

LONG: Final = 20_000
"""Events that take longer to read than a process to start."""


def worker_for(events: int) -> Executor:
    """Return who reads a log of so many events, one task after the other."""
    if events < LONG:
        return ThreadPoolExecutor(1, "verify")
    # A fork would take over the threads and sessions of this process. What is folded holds no cycle to collect.
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=gc.disable)
