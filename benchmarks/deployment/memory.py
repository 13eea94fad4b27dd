"""How much memory processes hold before something is done, at their most meanwhile, and after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from benchmarks.deployment.usage import family_of, resident_bytes

MIB: Final = 1 << 20
_EVERY: Final = 0.05
"""Seconds between two looks: a chunk of rows takes longer."""


@dataclass
class HeldMemory:
    """What one process and those it started hold, in MiB."""

    before: float
    most: float
    after: float


@contextmanager
def watched_memory(pids: Mapping[str, int]) -> Iterator[dict[str, HeldMemory]]:
    """Watch some processes by their names while something is done; what was seen is whole once that ends."""
    begun = {name: _held(pid) for name, pid in pids.items()}
    seen = {name: HeldMemory(held, held, held) for name, held in begun.items()}
    over = threading.Event()

    def look() -> None:
        while not over.wait(_EVERY):
            for name, pid in pids.items():
                seen[name].most = max(seen[name].most, _held(pid))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
        for name, pid in pids.items():
            seen[name].after = _held(pid)
            seen[name].most = max(seen[name].most, seen[name].after)


def _held(pid: int) -> float:
    """MiB of a process and of those it started; one may just end."""
    held = 0
    for one in family_of(pid):
        try:
            held += resident_bytes(one)
        except OSError:
            continue
    return held / MIB
