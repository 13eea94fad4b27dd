"""Works that take more than they may, for processes with limits; they are found by their names."""

from __future__ import annotations

import os
import signal
import time

from domain.errors import RefundTooLarge


def double(number: int) -> int:
    """A work like any other."""
    return 2 * number


def whoami() -> int:
    """The process that does the work."""
    return os.getpid()


def sleep(seconds: float) -> None:
    """Do nothing, for long."""
    time.sleep(seconds)


def spin() -> None:
    """Take the processor, for ever."""
    while True:
        pass


def swell() -> int:
    """Take ever more memory."""
    taken = []
    while True:
        taken.append(bytes(64 << 20))


def die() -> None:
    """End as a library does that finds no way out."""
    os.kill(os.getpid(), signal.SIGABRT)


def refuse() -> None:
    """Refuse, with values by name."""
    raise RefundTooLarge(refundable_euros="12,00\u00a0€", cents=1300)


def fail() -> None:
    """Fail as code with a fault does."""
    raise ZeroDivisionError("a fault")
