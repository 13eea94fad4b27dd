"""Lanes: things that must not be done at the same time share one, in all processes (a contribution, a coop)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import Connection

_SPACE: Final = 2
"""Keeps these locks apart from any other advisory lock."""
_TURNS: Final = 3
"""The same for those who take turns: a lane that is held for long must not keep them waiting."""


@contextmanager
def in_lane(connection: Connection[Any], lane: str) -> Iterator[bool]:
    """Hold a lane for a while, or learn that another holds it; it belongs to the session, and dies with it."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", (lane, _SPACE)).fetchone()
    held = bool(row and row[0])
    try:
        yield held
    finally:
        if held and not connection.closed:
            try:
                connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", (lane, _SPACE))
            except psycopg.OperationalError:
                connection.close()


def take_turns(connection: Connection[Any], name: str) -> None:
    """Wait for one's turn at something named, and keep it to the end of the transaction."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", (name, _TURNS))
