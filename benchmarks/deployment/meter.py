"""What operations cost the processors: of this process, which asks, and of a server and all its sessions."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

from benchmarks.deployment.usage import busy_seconds


class Meter:
    """Microseconds of processors for each operation, round by round."""

    def __init__(self, server: int) -> None:
        """Watch the server of this id beside this process."""
        self._server = server
        self._before = 0.0
        self.rounds: list[float] = []

    def start(self) -> None:
        """Begin a round: what was prepared until now is not counted."""
        self._before = self._spent()

    def stop(self, operations: int) -> None:
        """End a round, in which so many operations were done."""
        self.rounds.append((self._spent() - self._before) * 1e6 / operations)

    def _spent(self) -> float:
        return time.process_time() + busy_seconds(self._server)


def median_cost(ours: Meter, theirs: Meter) -> tuple[float, float]:
    """Return the median of our rounds, and that of their ratios to the rounds of a rival."""
    ratios: Sequence[float] = [mine / other for mine, other in zip(ours.rounds, theirs.rounds, strict=True)]
    return statistics.median(ours.rounds), statistics.median(ratios)
