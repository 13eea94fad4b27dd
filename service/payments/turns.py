"""Taking turns: many threads that wait for the provider share one memory of an association's states.

Each of them thinks alone, and lets the others think while it waits: for the provider, or for the ledger's decision.
So many calls may be under way at once, and each state is kept and brought up to now once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, cast

from adapters.payments.patience import waiting_at_most
from adapters.payments.port import PaymentProvider


class SharedTurns:
    """Whose turn it is: one thread's at a time."""

    def __init__(self) -> None:
        """Nobody's yet."""
        self._lock = threading.Lock()
        self._holder: int | None = None
        self._number = 0

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Wait for one's turn, and keep it."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def left(self) -> Iterator[None]:
        """Leave one's turn to others while one waits; who has none waits all the same.

        What was read before may be older than what is read afterwards.
        """
        mine = self._holder == threading.get_ident()
        if mine:
            self._leave()
        try:
            yield
        finally:
            if mine:
                self._enter()

    @property
    def moment(self) -> int | None:
        """Name the time since the calling thread's turn began, or was resumed; None where it is not its turn.

        No other thread thinks meanwhile: what was brought up to now once in a moment stays so to its end.
        """
        return self._number if self._holder == threading.get_ident() else None

    def _enter(self) -> None:
        self._lock.acquire()
        self._holder = threading.get_ident()
        self._number += 1

    def _leave(self) -> None:
        self._holder = None
        self._lock.release()


class _Waiting:
    """A provider each call of which leaves the caller's turn to others."""

    def __init__(self, provider: PaymentProvider, turns: SharedTurns, seconds: float | None) -> None:
        """Ask the provider."""
        self._provider = provider
        self._turns = turns
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the port has
        found = getattr(self._provider, name)
        return self._asked(found) if callable(found) else found

    def _asked(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*values: object, **named: object) -> object:
            hurry = nullcontext() if self._seconds is None else waiting_at_most(self._seconds)
            with self._turns.left(), hurry:
                return call(*values, **named)

        return ask


def waiting(provider: PaymentProvider, turns: SharedTurns, seconds: float | None) -> PaymentProvider:
    """Return a provider each call of which leaves the caller's turn to others, and waits ``seconds`` to be made."""
    return cast(PaymentProvider, _Waiting(provider, turns, seconds))
