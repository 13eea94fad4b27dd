"""Hearing notices without looking at the clock: who waits sleeps until Postgres tells something, or is told to stop."""

from __future__ import annotations

import select
import socket
from typing import Any

from psycopg import Connection, Notify


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
