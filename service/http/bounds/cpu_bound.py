"""Work that takes a core for tenths of a second, apart from all other work.

What strangers send (pictures, and what documents are made of) is worked on in processes with limits: it can be made to
take as long and as much as they like. A password takes a time that we choose, in a library that lets go of Python's
lock meanwhile, so that threads are enough for it. A crowd waits in the event loop, not in the threads that all other
pages need, and not for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread

from adapters.processes import Limits, processes
from adapters.processes.pool import AT_ONCE
from domain.errors import TooBusy

T = TypeVar("T")
PICTURE: Final = Limits(seconds=30, cpu_seconds=15, memory=2 << 30)
"""A picture of 40 megapixels takes two to four seconds and, unpacked several times, 700 MB."""
DOCUMENT: Final = Limits(seconds=120, cpu_seconds=60, memory=3 << 30)
"""A document of some thousand lines takes some seconds."""
TABLE: Final = Limits(seconds=30, cpu_seconds=15, memory=1 << 30)
"""A table of a thousand lines takes tenths of a second."""
MOST_WAITING: Final = 40
"""Requests that wait for a process; who comes then is asked to come again."""
_THREADS: Final = CapacityLimiter(4)
_PROCESSES: Final = CapacityLimiter(AT_ONCE)
_asking: Final[set[object]] = set()
"""One for each request that has a process or waits for one."""


async def run_cpu_bound(work: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
    """Return ``work(*args)``, run in one of four threads kept for passwords."""
    return await to_thread.run_sync(partial(work, *args), limiter=_THREADS)


async def run_limited(limits: Limits, work: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
    """Return ``work(*args)``, carried out in a process with limits.

    Raises:
        LimitExceeded: the work took more than it may.
        TooBusy: too many wait already.

    """
    if len(_asking) >= AT_ONCE + MOST_WAITING:
        raise TooBusy(kind="processes")
    place = object()
    _asking.add(place)
    try:
        return await to_thread.run_sync(partial(processes().run, limits, work, *args), limiter=_PROCESSES)
    finally:
        _asking.discard(place)
