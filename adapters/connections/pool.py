"""A pool that lends no dead connection, and asks nobody for that: one system call before each lending, no round trip.

A server that stops, fails over or ends a session closes its socket, and a closed socket can be read: nothing else is
ever there to read on a connection that nobody uses. The library's pool would pay a round trip for each check, wait
longer and longer before it connects anew, and keep four threads a pool (ADR 41).
"""

from __future__ import annotations

import select
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Self

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from adapters.connections.errors import ConnectionLostError, DatabaseAwayError, ended

_PATIENCE: Final = 3.0
"""Seconds in which a caller tries to connect: most restarts are over by then."""
_WAIT: Final = 10.0
"""Seconds that a caller waits while all connections are lent: others' long reports are over by then."""
_PAUSE: Final = 0.1
"""Seconds between two attempts to connect."""
_MAX_IDLE: Final = 300.0
_MAX_AGE: Final = 3_600.0
"""Seconds after which a connection is closed: what a session remembers of many schemas grows with them."""
_FRESH: Final = 0.01
"""Seconds for which one that just came back is believed: the system call lets go of the interpreter, and a writer
among many callers would wait for it at each append."""
_NO_WAIT: Final = 0


class Session(psycopg.Connection[TupleRow]):
    """A connection, and what its pool knows of it."""

    born = 0.0
    returned = 0.0
    used_for = ""
    """What it was lent for last: its prepared statements are of that."""


class Pool:
    """At most ``size`` connections, lent one at a time; the first one is made when it is first asked for.

    A caller connects in its own thread, so the pool has none. Do not ask for a second connection while holding one:
    as many callers as there are connections would wait for each other. Who reads the log asks for a ``joined`` one.
    """

    def __init__(
        self,
        conninfo: str,
        *,
        size: int,
        patience: float = _PATIENCE,
        wait: float = _WAIT,
        **options: Any,  # noqa: ANN401 - the driver's own
    ) -> None:
        """Open nothing yet; ``options`` are given to the driver with each connection."""
        self.conninfo = conninfo
        self.size = size
        self._patience = patience
        self._wait = wait
        self._options = options
        self._room = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: deque[Session] = deque()
        self._open = 0
        self._closed = False
        self._away = False
        self._shared = threading.local()

    @contextmanager
    def joined(self, *, used_for: str = "") -> Iterator[psycopg.Connection[TupleRow]]:
        """Lend for reading what this thread holds ``shared``, within that one's transaction; else one of its own.

        Raises:
            DatabaseAwayError: none could be had in time; nothing was sent.
            ConnectionLostError: it ended meanwhile.

        """
        held: Session | None = getattr(self._shared, "session", None)
        if held is None:
            with self.connection(used_for=used_for) as session:
                yield session
        elif held.closed:
            raise ConnectionLostError("the connection that this thread reads with has ended")
        else:
            yield held

    @contextmanager
    def connection(
        self, *, autocommit: bool = True, used_for: str = "", shared: bool = False
    ) -> Iterator[psycopg.Connection[TupleRow]]:
        """Lend a connection; each statement stands by itself: a transaction would be three trips instead of one.

        Without ``autocommit`` all of them are one transaction, committed at the end, or taken back after an error.
        ``used_for`` asks for the connection that was lent for the same before, if it is free. With ``shared``, what
        this thread asks for as ``joined`` meanwhile is the same connection.

        Raises:
            DatabaseAwayError: none could be had in time; nothing was sent.
            ConnectionLostError: it ended meanwhile.

        """
        session = self._lend(used_for)
        try:
            if session.autocommit is not autocommit:
                session.autocommit = autocommit
            if shared:
                self._shared.session = session
            yield session
            if session.pgconn.transaction_status != TransactionStatus.IDLE:
                session.commit()
        except BaseException as error:
            if session.closed or ended(error):
                session.close()
                if isinstance(error, psycopg.Error) and not isinstance(error, DatabaseAwayError):
                    raise ConnectionLostError(f"{type(error).__name__}: {error}") from error
            else:
                _roll_back(session)
            raise
        finally:
            if shared:
                self._shared.session = None
            self._take_back(session)

    def close(self) -> None:
        """Close the connections; one that is lent is closed when it comes back."""
        with self._lock:
            self._closed = True
            idle = list(self._idle)
            self._idle.clear()
        for session in idle:
            self._drop(session)

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def _lend(self, used_for: str) -> Session:
        """Take a free connection that is alive, or make one."""
        if not self._room.acquire(timeout=self._wait):
            raise DatabaseAwayError("no connection became free in time")
        try:
            while (session := self._free(used_for)) is not None:
                if _is_alive(session):
                    break
                self._drop(session)
            else:
                session = self._connect()
            session.used_for = used_for
        except BaseException:
            self._room.release()
            raise
        return session

    def _free(self, used_for: str) -> Session | None:
        """Take the free connection that suits best: of the same use, else the oldest; None when one is to be made."""
        with self._lock:
            if self._closed:
                raise DatabaseAwayError("the pool is closed")
            best = self._idle[-1] if self._idle and not used_for else None
            if used_for:
                best = next((session for session in reversed(self._idle) if session.used_for == used_for), None)
                if best is None and self._open >= self.size:
                    best = self._idle[0]
            if best is None:
                self._open += 1
            else:
                self._idle.remove(best)
            return best

    def _connect(self) -> Session:
        """Make a connection, again and again until it is too late; once that failed, a caller tries only once."""
        deadline = time.monotonic() + self._patience
        try:
            while True:
                try:
                    session = Session.connect(self.conninfo, autocommit=True, **self._options)
                    break
                except psycopg.OperationalError as error:
                    if self._away or time.monotonic() + _PAUSE > deadline:
                        self._away = True
                        raise DatabaseAwayError(str(error)) from error
                    time.sleep(_PAUSE)
        except BaseException:
            with self._lock:
                self._open -= 1
            raise
        self._away = False
        session.born = time.monotonic()
        return session

    def _take_back(self, session: Session) -> None:
        """Keep a connection for the next caller if it is as it was lent, and close those that nobody needs."""
        now = time.monotonic()
        sound = not session.closed and session.pgconn.transaction_status == TransactionStatus.IDLE
        session.returned = now
        with self._lock:
            kept = sound and not self._closed and now - session.born < _MAX_AGE
            if kept:
                self._idle.append(session)
            tired = [one for one in self._idle if now - one.returned > _MAX_IDLE]
            for one in tired:
                self._idle.remove(one)
        for one in tired if kept else (*tired, session):
            self._drop(one)
        self._room.release()

    def _drop(self, session: Session) -> None:
        """Close a connection for good."""
        session.close()
        with self._lock:
            self._open -= 1


def _is_alive(session: Session) -> bool:
    """Tell whether nothing came on a connection while nobody used it: what comes then is the server's farewell."""
    if session.closed:
        return False
    if time.monotonic() - session.returned < _FRESH:
        return True
    ear = select.poll()
    ear.register(session.fileno(), select.POLLIN)
    return not ear.poll(_NO_WAIT)


def _roll_back(session: Session) -> None:
    """Take back what a failed caller began; a connection that cannot even do that is closed."""
    if session.pgconn.transaction_status == TransactionStatus.IDLE:
        return
    try:
        session.rollback()
    except psycopg.Error:
        session.close()
