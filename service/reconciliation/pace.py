"""How fast the daily run may ask the provider: what families do comes first (ADR 56)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PER_SECOND: Final = 2.0
"""Accounts a second: some three calls of the 100 a second that Stripe takes in live mode (25 of test keys).

Sixty thousand coops are done within nine hours.
"""


class ReconciliationPace:
    """Pauses between parts of a run, so that it asks no faster than it may."""

    def __init__(self, wait: Callable[[float], bool], per_second: float = PER_SECOND) -> None:
        """Use what waits for some seconds, and tells whether the run is to stop."""
        self._wait = wait
        self._per_second = per_second
        self._begun = time.monotonic()

    def __call__(self, accounts: int) -> bool:
        """Wait as long as a part of so many accounts asks for; False when the run is to stop."""
        rest = accounts / self._per_second - (time.monotonic() - self._begun)
        stopped = self._wait(max(rest, 0.0))
        self._begun = time.monotonic()
        return not stopped
