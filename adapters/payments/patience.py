"""How long a caller waits for its turn at the provider: what happens in the background waits long, people do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_LONG: Final = 60.0
PEOPLE: Final = 3.0
"""Seconds that somebody waits in front of a page, before it says that the provider has too much to do."""
_PATIENCE: Final = ContextVar("patience", default=_LONG)


def patience() -> float:
    """Return how many seconds the caller waits until it may ask."""
    return _PATIENCE.get()


@contextmanager
def waiting_at_most(seconds: float) -> Iterator[None]:
    """Ask for a while as somebody who does not wait longer."""
    before = _PATIENCE.set(seconds)
    try:
        yield
    finally:
        _PATIENCE.reset(before)
