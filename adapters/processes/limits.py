"""What runs inside of a process of the pool: one work after the other, each under limits that the kernel enforces."""

from __future__ import annotations

import math
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

_ENDLESS: Final = resource.RLIM_INFINITY


@dataclass(frozen=True)
class Limits:
    """What one work may take: seconds on the clock, seconds of the processor, bytes of address space."""

    seconds: float
    cpu_seconds: int
    memory: int


Work = tuple[Callable[..., Any], tuple[Any, ...], Limits]
"""A function that can be found by its name, its arguments, and what it may take."""
Outcome = tuple[Any, BaseException | None]
"""A result, or an error in its place."""


def serve(channel: Connection) -> None:
    """Do what the channel brings until its other end is gone, as it is when the program that asks dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to every process; the asker decides
    _limit(resource.RLIMIT_CORE, 0)  # a dump would hold the names and faces that were worked on
    while True:
        try:
            work: Work = channel.recv()
        except EOFError:
            return
        _tell(channel, _outcome(*work))


def _tell(channel: Connection, outcome: Outcome) -> None:
    """Send an outcome; an error that cannot be sent is told by the name of its class."""
    try:
        channel.send(outcome)
    except Exception:  # noqa: BLE001 - whatever the reason why a class of errors cannot be pickled
        _, error = outcome
        channel.send((None, RuntimeError(type(error).__name__)))


def _outcome(function: Callable[..., Any], args: tuple[Any, ...], limits: Limits) -> Outcome:
    """Carry one work out; an unexpected error tells where it came from, as far as code tells it."""
    _limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + limits.cpu_seconds)
    if sys.platform != "darwin":  # which refuses this one
        _limit(resource.RLIMIT_AS, limits.memory)
    try:
        return function(*args), None
    except Exception as error:  # noqa: BLE001 - whatever the work raises is raised where it was asked for
        error.add_note(traceback.format_exc())
        return None, error.with_traceback(None)


def _limit(kind: int, most: int) -> None:
    """Set the limit that ends or refuses; never above the one that this process was started with."""
    _, hardest = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hardest == _ENDLESS else min(most, hardest), hardest))
