"""A log of the families of many campaigns, long enough to see whether anything grows with it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from benchmarks.ground.families import lengthen
from benchmarks.ground.ledger import Ground
from benchmarks.ground.reading import project_all, time_to_read

SHORT: Final = 10_000
LONG: Final = 1_000_000
QUICK_LONG: Final = 40_000


class LongLog:
    """The ground after its log was made long; what reading took while it was short is known."""

    def __init__(self, ground: Ground, *, quick: bool) -> None:
        """Make a short log, read it, and make it long."""
        self.ground = ground
        self.campaigns: list[UUID] = lengthen(ground, SHORT)
        project_all(ground, "bench_short")
        self.short_read_ms = time_to_read(ground, "bench_short", self.campaigns)
        self.campaigns += lengthen(ground, QUICK_LONG if quick else LONG)
