"""Who does the work beside the replay: a forked process where a fork is safe, else what the length of the log is worth.

One interpreter runs one thread at a time, so that two threads take as long as both one after the other. A process that
is forked begins at once, with all that was imported; one that is started anew takes half a second, and a log that is
read faster than that is left to a thread.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Final

LONG: Final = 20_000
"""Events that take longer to read than a process to start anew."""
_TASKS: Final = Path("/proc/self/task")
"""Where Linux lists the threads of a process, those of libraries included."""


@contextmanager
def forked_worker() -> Iterator[Executor | None]:
    """Fork a process, at once and before there are sessions; None where a fork is not safe.

    A fork takes over what its process has open, and the locks that other threads hold, but not these threads: only one
    that runs no other thread, of any library, forks, and only where that can be counted.
    """
    if sys.platform != "linux" or len([*_TASKS.iterdir()]) > 1:
        yield None
        return
    with ProcessPoolExecutor(1, get_context("fork")) as executor:
        executor.submit(gc.disable).result()  # what is folded holds no cycle to collect
        yield executor


def worker_for(events: int) -> Executor:
    """Return who reads a log of so many events, one task after the other, where nobody could be forked."""
    if events < LONG:
        return ThreadPoolExecutor(1, "verify")
    return ProcessPoolExecutor(1, get_context("spawn"), initializer=gc.disable)
