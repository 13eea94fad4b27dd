"""Hearing that the read models advanced, in this process or another, and what moved: open pages follow."""

from __future__ import annotations

import asyncio
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

import psycopg
from psycopg import sql

from service.logging import logger

log = logger(__name__)
CHANNEL: Final = "coopledger_read"
MOVED: Final = "coopledger_moved"
_EVERYTHING: Final = "*"
_PAUSE: Final = 1.0
_PATIENCE: Final = 5.0
Moved = frozenset[UUID] | None
"""The ids of what moved; None where that is not known, and may be whatever there is."""
Heard = Callable[[str, Moved], None]
"""Called in the feed's thread with a schema (empty for all of them) and what moved there; it returns at once."""


class ReadFeed:
    """One LISTEN connection per database; waiters by schema, in threads and in event loops; and who hears it all."""

    def __init__(self, conninfo: str) -> None:
        """Begin to listen in a thread of its own."""
        self._conninfo = conninfo
        self._positions: dict[str, int] = {}
        self._changed = threading.Condition()
        self._wakers: dict[str, set[tuple[asyncio.AbstractEventLoop, asyncio.Event]]] = {}
        self._named: dict[str, tuple[int, Moved]] = {}
        self._hearing: tuple[Heard, ...] = ()
        self._stopped = threading.Event()
        self._listening = threading.Event()
        self._bell, self._ringer = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="read-feed", daemon=True)
        self._thread.start()

    def position(self, schema: str) -> int:
        """Return the last position heard of."""
        return self._positions.get(schema, 0)

    @property
    def listening(self) -> bool:
        """Whether a notice would be heard now; while it would not, nothing that notices keep true may be believed."""
        return self._listening.is_set()

    def subscribe(self, heard: Heard) -> None:
        """Call somebody with whatever is heard from now on, with the feed's ends and beginnings as well."""
        with self._changed:
            self._hearing = (*self._hearing, heard)

    def unsubscribe(self, heard: Heard) -> None:
        """Call somebody no more."""
        with self._changed:
            self._hearing = tuple(one for one in self._hearing if one != heard)

    def _tell(self, schema: str = "", moved: Moved = None) -> None:
        for heard in self._hearing:
            heard(schema, moved)

    def advance(self, schema: str, position: int) -> None:
        """Tell that the read models of a schema reached a position."""
        with self._changed:
            if position <= self._positions.get(schema, 0):
                return
            self._positions[schema] = position
            self._changed.notify_all()
            wakers = tuple(self._wakers.get(schema, ()))
        for loop, event in wakers:
            with suppress(RuntimeError):  # the loop of a page that is gone
                loop.call_soon_threadsafe(event.set)

    async def wait(self, schema: str, after: int, timeout: float) -> int:  # noqa: ASYNC109 - it is a heartbeat
        """Wait until the read models are past a position, or the time is over; return where they are."""
        waker = (asyncio.get_running_loop(), asyncio.Event())
        with self._changed:
            self._wakers.setdefault(schema, set()).add(waker)
        try:
            if self.position(schema) <= after and not self.ended:
                with suppress(TimeoutError):
                    await asyncio.wait_for(waker[1].wait(), timeout)
        finally:
            with self._changed:
                self._wakers[schema].discard(waker)
        return self.position(schema)

    @property
    def ended(self) -> bool:
        """Whether open pages must let go."""
        return self._stopped.is_set()

    def end(self) -> None:
        """Wake everyone who waits: the service stops, and open pages would hold it."""
        self._stopped.set()
        with self._changed:
            wakers = [waker for waiting in self._wakers.values() for waker in waiting]
        for loop, event in wakers:
            with suppress(RuntimeError):  # the loop of a page that is gone
                loop.call_soon_threadsafe(event.set)
        self._tell()

    def close(self) -> None:
        """Stop listening at once: the end of the service waits for it."""
        self.end()
        self._ringer.close()
        self._thread.join(_PATIENCE)
        self._bell.close()

    def _run(self) -> None:
        """Listen until closed; a lost connection is made anew."""
        while not self._stopped.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("read feed lost", kind=type(error).__name__)
                self._stopped.wait(_PAUSE)

    def _listen(self) -> None:
        """Hear notices until the connection breaks or ``close`` rings."""
        with psycopg.connect(self._conninfo, autocommit=True) as connection, selectors.DefaultSelector() as ears:
            for channel in (CHANNEL, MOVED):
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            ears.register(connection.fileno(), selectors.EVENT_READ)
            ears.register(self._bell, selectors.EVENT_READ)
            self._listening.set()
            self._tell()  # nobody heard what happened before
            try:
                while not self._stopped.is_set():
                    for notice in connection.notifies(timeout=0):
                        self._hear(notice)
                    ears.select()
            finally:  # at once, not after the pause: rights that a notice withdraws are believed while this is set
                self._listening.clear()
                self._tell()

    def _hear(self, notice: psycopg.Notify) -> None:
        """Take one notice: what moved is told just before how far the tables are, in the same transaction."""
        if notice.channel == MOVED:
            schema, said, names = notice.payload.split(":")
            ids = None if names == _EVERYTHING else frozenset(UUID(name) for name in names.split(",") if name)
            self._named[schema] = (int(said), ids)
            return
        schema, _, told = notice.payload.rpartition(":")
        # Tokens have no positions: whatever is heard is one more.
        position = int(told) or self.position(schema) + 1
        known, moved = self._named.pop(schema, (None, None))
        self.advance(schema, position)
        self._tell(schema, moved if known == position else None)
