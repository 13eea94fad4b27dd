"""Lanes: things that must not be done at the same time share one, in all processes (a contribution, a coop)."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final
from weakref import WeakKeyDictionary, ref

import psycopg
from psycopg import Connection

from adapters.connections import DatabaseAwayError, Lender

_SPACE: Final = 2
"""Keeps these locks apart from any other advisory lock."""
_TURNS: Final = 3
"""The same for those who take turns: a lane that is held for long must not keep them waiting."""


def take_turns(connection: Connection[Any], name: str) -> None:
    """Wait for one's turn at something named, and keep it to the end of the transaction."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", (name, _TURNS))


class Lanes:
    """The lanes that a process holds, all on one connection of a pool, lent for as long as it holds any.

    A lane belongs to the session, and dies with it.
    Whoever works in a lane asks the same pool for other connections: with one for each lane they would wait for each
    other.
    """

    _OF: Final[WeakKeyDictionary[Lender, Lanes]] = WeakKeyDictionary()

    def __init__(self, pool: Lender) -> None:
        """Hold none; use ``of``."""
        self._pool = ref(pool)
        self._lock = threading.Lock()
        self._held: dict[str, Connection[Any]] = {}
        self._lent = ExitStack()
        self._connection: Connection[Any] | None = None

    @classmethod
    def of(cls, pool: Lender) -> Lanes:
        """Return the lanes of a pool, the same for everybody: a session may take a lane twice."""
        return cls._OF.setdefault(pool, cls(pool))

    @contextmanager
    def hold(self, lane: str) -> Iterator[bool]:
        """Hold a lane for a while, or learn that another holds it, here or elsewhere."""
        held = bool(self.take([lane]))
        try:
            yield held
        finally:
            if held:
                self.release([lane])

    def take(self, lanes: Iterable[str]) -> set[str]:
        """Take as many of some lanes as nobody holds, by one statement; each is held until ``release``."""
        with self._lock:
            wanted = list({lane for lane in lanes if lane not in self._held})
            if not wanted:
                return set()
            try:
                connection, entered = self._enter(wanted)
            except psycopg.OperationalError:
                self._give_back()  # it ended while we held it: the others hold nothing any more
                connection, entered = self._enter(wanted)
            self._held.update(dict.fromkeys(entered, connection))
            if not self._held:
                self._give_back()
            return entered

    def held(self) -> list[str]:
        """Name the lanes that this process holds."""
        with self._lock:
            return list(self._held)

    def _enter(self, lanes: list[str]) -> tuple[Connection[Any], set[str]]:
        """Take lanes on our connection; return it, and those that no other session holds."""
        if self._connection is None or self._connection.closed:
            self._give_back()
            pool = self._pool()
            if pool is None:
                raise DatabaseAwayError("the pool is gone")
            self._connection = self._lent.enter_context(pool.connection())
        return self._connection, _enter(self._connection, lanes)

    def release(self, lanes: Iterable[str]) -> None:
        """Let go of lanes that were taken, by one statement."""
        with self._lock:
            by_session: dict[Connection[Any], list[str]] = {}
            for lane in lanes:
                by_session.setdefault(self._held.pop(lane), []).append(lane)
            for connection, left in by_session.items():
                _leave(connection, left)
            if not self._held:
                self._give_back()

    def _give_back(self) -> None:
        """Return the connection to its pool; the lanes of one that ended are nobody's."""
        self._connection = None
        with suppress(psycopg.OperationalError):
            self._lent.close()


def _enter(connection: Connection[Any], lanes: list[str]) -> set[str]:
    query = "SELECT lane FROM unnest(%s::text[]) AS lane WHERE pg_try_advisory_lock(hashtextextended(lane, %s))"
    return {lane for (lane,) in connection.execute(query, (lanes, _SPACE))}


def _leave(connection: Connection[Any], lanes: list[str]) -> None:
    """Let go of lanes; a session that is gone, or cannot, holds them no more."""
    if connection.closed:
        return
    query = "SELECT pg_advisory_unlock(hashtextextended(lane, %s)) FROM unnest(%s::text[]) AS lane"
    try:
        connection.execute(query, (_SPACE, lanes))
    except psycopg.OperationalError:
        connection.close()
