"""Hearing notices without looking at the clock: who waits sleeps until Postgres tells something, or is told to stop."""

from __future__ import annotations

import select
import socket
from time import monotonic
from typing import Any, Final

from psycopg import Connection, Notify

_FIRST: Final = 4
"""Keeps these locks apart from any other advisory lock."""
_GO_FIRST: Final = "SELECT pg_try_advisory_lock(hashtextextended(%s, %s))"


class Bell:
    """Wakes whoever hears, from any thread, and for good."""

    def __init__(self) -> None:
        """Begin silent."""
        self._ear, self._ringer = socket.socketpair()

    def fileno(self) -> int:
        """Return what can be waited on."""
        return self._ear.fileno()

    def ring(self) -> None:
        """Wake who waits now or later; a second time changes nothing."""
        self._ringer.close()

    def close(self) -> None:
        """Let go of it, once nobody waits any more."""
        self._ringer.close()
        self._ear.close()


class Precedence:
    """Which of several processes goes first at something, so that the others need not wake for each notice.

    Nothing depends on it but which session is woken: one that does not go first looks later, and does what is left. It
    belongs to a session, and the next that asks has it once that session has ended.
    """

    def __init__(self, name: str, *, behind: float) -> None:
        """Go behind until asked; who goes behind looks ``behind`` seconds after it heard."""
        self._name = name
        self._behind = behind
        self._first = False
        self._heard_at: float | None = None

    def wait(self, connection: Connection[Any]) -> float:
        """Return for how many seconds the session that goes first is left what was heard; none where it is this."""
        if self._first:
            return 0.0
        now = monotonic()
        if self._heard_at is None:
            row = connection.execute(_GO_FIRST, (self._name, _FIRST)).fetchone()
            self._first, self._heard_at = bool(row and row[0]), now
        return 0.0 if self._first else max(self._behind - (now - self._heard_at), 0.0)

    def done(self) -> None:
        """Note that what was heard is done."""
        self._heard_at = None


def hear(connection: Connection[Any], bell: Bell, seconds: float) -> list[Notify]:
    """Return the notices of a session that listens, waiting for them until the bell rings or the time is over.

    The driver's error says that the session has ended.
    """
    heard = list(connection.notifies(timeout=0))
    if heard:
        return heard
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    waiting.register(bell.fileno(), select.POLLIN)
    waiting.poll(seconds * 1_000)
    return list(connection.notifies(timeout=0))
