"""Work that takes a core for tenths of a second (hashing a password, drawing a picture), apart from all other work.

A crowd waits in the event loop, not in the threads that all other pages need.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")
_THREADS: Final = CapacityLimiter(4)


async def run_cpu_bound(work: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
    """Return ``work(*args)``, run in one of four threads kept for such work."""
    return await to_thread.run_sync(partial(work, *args), limiter=_THREADS)
