"""A clock that only waiting moves."""

from __future__ import annotations


class WaitedClock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time, in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
