"""Waiting for what happens on another thread or in another process: looked at again and again, not for ever."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def wait_for(
    look: Callable[[], Seen], true: Callable[[Seen], bool], *, seconds: float = 10.0, pause: float = 0.01
) -> Seen:
    """Look until something is true of what is seen, and return it; a failure says what was seen last."""
    end = time.monotonic() + seconds
    while not true(seen := look()):
        assert time.monotonic() < end, f"not within {seconds:g} s: {_source(true)}\nseen last: {seen!r}"
        time.sleep(pause)
    return seen


def wait_until(true: Callable[[], bool], *, seconds: float = 10.0, pause: float = 0.01) -> None:
    """Wait until something is true; a failure says what."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:g} s: {_source(true)}"
        time.sleep(pause)


def _source(condition: Callable[..., bool]) -> str:
    return inspect.getsource(condition).strip()
