"""Keeping read models up to date while the log grows: one thread serves all ledgers of a database.

It wakes on NOTIFY, takes the leader's lock of a ledger for the time of one catch-up, and applies what is there. Several
processes may run one: for each ledger one leads at a time, the others hear of it, and one of them goes first at all. A
ledger that this process could not bring to its end is tried again every second; one that stands still is not asked, and
which ledgers there are neither, for Postgres loses no notice while the connection lasts: a thousand ledgers that nobody
uses cost nothing (ADR 41).
Nothing here has side effects, so nothing needs muting during a replay.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final, NamedTuple, Self

import psycopg
from psycopg import Connection

from projections.base.read_model import TrackingMovedError, set_schema
from projections.engine.ears import Bell, Precedence, hear
from projections.engine.runner import BATCH, catch_up, install, tracked

_POLL_SECONDS: Final = 1.0
_BREATH: Final = 0.025
"""Seconds from the beginning of one round to that of the next, at least: what comes meanwhile is applied together. The
first event after a silence is applied at once; a stream of them costs a transaction for several, not for each."""
_BEHIND: Final = 1.0
"""Seconds that a projector leaves news to the one of another process that goes first (``Precedence``)."""
_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 5.0
_LONGEST_AWAY: Final = 1.0
"""The longest pause between two attempts to connect: whoever paid waits for the figures as soon as Postgres is back."""
_ROUND_SECONDS: Final = 600.0
"""How often every ledger is looked at all the same, for what no notice tells: tables that an operator replaced."""
_LIST_SECONDS: Final = 60.0
"""How long the list of ledgers is believed; events of one that is not on it have it asked again at once, and then at
every poll for as long: a ledger is heard of before it is listed."""
_LOCK_SPACE: Final = 1
"""Keeps the keys of the leader's locks apart from any other advisory lock."""


class LedgerSchemas(NamedTuple):
    """Where one ledger's log and its read models are."""

    log: str
    read: str


OnError = Callable[[str, Exception], None]
"""Called with where (the ledger's log schema, ``connection`` or ``projector``) and the error; it must not raise."""


@contextmanager
def leading(connection: Connection[Any], read_schema: str, *, wait: bool = False) -> Iterator[bool]:
    """Hold the leader's lock of some read models, or learn that another holds it; ``wait`` until it is free.

    It belongs to the session of ``connection``: a leader that dies or is cut off leads no more.
    """
    values = (read_schema, _LOCK_SPACE)
    if wait:
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, %s))", values)
        leads = True
    else:
        row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", values).fetchone()
        leads = bool(row and row[0])
    try:
        yield leads
    finally:
        if leads and not connection.closed:
            connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", values)


class _Connections(NamedTuple):
    """The three sessions of a projector: one hears, one reads logs, one leads and writes read tables."""

    ears: Connection[Any]
    log: Connection[Any]
    read: Connection[Any]


class _StoppedError(Exception):
    """The projector was stopped between two batches."""


class _Patience:
    """When something may be tried again: twice as long after each failure, up to some seconds."""

    def __init__(self, longest: float = _LONGEST_PAUSE) -> None:
        """Begin at once."""
        self._longest = longest
        self.pause = 0.0
        self.until = 0.0

    def fail(self) -> None:
        """Wait longer."""
        self.pause = min(max(self.pause * 2, _FIRST_PAUSE), self._longest)
        self.until = monotonic() + self.pause

    def succeed(self) -> None:
        """Wait no more."""
        self.pause = self.until = 0.0


class _ListedLedgers:
    """The ledgers of a database, asked for again after a minute, or when another is heard of."""

    def __init__(self, ask: Callable[[], Iterable[LedgerSchemas]]) -> None:
        """Know none yet."""
        self._ask = ask
        self._ledgers: dict[str, LedgerSchemas] = {}
        self._expected: dict[str, float] = {}
        self.until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether one was heard of that is not listed yet."""
        return bool(self._expected)

    def expect(self, log_schema: str) -> None:
        """Hear of a ledger."""
        if log_schema not in self._ledgers:
            self._expected.setdefault(log_schema, monotonic() + _LIST_SECONDS)

    def now(self) -> Mapping[str, LedgerSchemas]:
        """Return them by the name of their log."""
        if self._expected or monotonic() > self.until:
            self._ledgers = {ledger.log: ledger for ledger in self._ask()}
            self.until = monotonic() + _LIST_SECONDS
            late = {log: end for log, end in self._expected.items() if log not in self._ledgers and monotonic() < end}
            self._expected = late
        return self._ledgers


class LiveProjector:
    """Projects some ledgers of one database in a thread of its own, from ``start`` to ``stop``.

    ``dsn`` is the projector role's; ``ledgers`` is asked again when another is heard of: a new one needs no restart.
    An error in one ledger leaves it where it was and is tried again; it is passed to ``on_error`` each time.
    """

    def __init__(
        self,
        dsn: str,
        ledgers: Callable[[], Iterable[LedgerSchemas]],
        on_error: OnError,
        *,
        batch_size: int = BATCH,
        poll_seconds: float = _POLL_SECONDS,
    ) -> None:
        """Remember what to do; nothing is opened before ``start``."""
        self._dsn = dsn
        self._ledgers = ledgers
        self._on_error = on_error
        self._batch_size = batch_size
        self._poll_seconds = poll_seconds
        self._patience: dict[str, _Patience] = {}
        self._installed: set[str] = set()
        self._settled: set[str] = set()
        """The logs whose end was reached: a notice will tell when they grow."""
        self._positions: dict[str, int] = {}
        self._moved = threading.Condition()
        self._stopping = threading.Event()
        self._bell = Bell()
        self._thread = threading.Thread(target=self._supervise, name="live-projector", daemon=True)

    def start(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the batch under way, then end; what remains is applied by the next one."""
        self._stopping.set()
        self._bell.ring()
        if self._thread.is_alive():
            self._thread.join()
        self._bell.close()

    def __enter__(self) -> Self:
        """Run it for a while."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def position(self, read_schema: str) -> int:
        """Return the last position that some read models are known to have reached, here or in another process."""
        with self._moved:
            return self._positions.get(read_schema, 0)

    def wait_for(self, read_schema: str, position: int, timeout: float) -> bool:
        """Wait until the read models show the event at a position; False when ``timeout`` seconds passed before.

        The writer of an event then reads what it did. It is woken by this process's projector or, when another one
        leads, by its announcement; should that be lost, by the next poll.
        """
        with self._moved:
            return self._moved.wait_for(lambda: self._positions.get(read_schema, 0) >= position, timeout)

    def _reach(self, read_schema: str, position: int) -> None:
        """Remember a position, and wake those who wait for it."""
        with self._moved:
            if position > self._positions.get(read_schema, 0):
                self._positions[read_schema] = position
                self._moved.notify_all()

    def _supervise(self) -> None:
        """Serve until stopped; after a lost connection, open new ones, later and later while that fails.

        Whatever else goes wrong is reported as well: nothing but ``stop`` ends the thread.
        """
        patience = _Patience(_LONGEST_AWAY)
        while not self._stopping.is_set():
            try:
                self._serve(patience)
            except Exception as error:  # noqa: BLE001 - a projector that ended unheard would leave stale pages
                self._on_error("connection" if isinstance(error, psycopg.Error) else "projector", error)
                patience.fail()
                self._stopping.wait(patience.pause)

    def _serve(self, patience: _Patience) -> None:
        """Open connections and follow the ledgers until stopped, or until one breaks."""
        with self._connect() as ears, self._connect() as log, self._connect() as read:
            ears.execute("LISTEN ledger_events")
            ears.execute("LISTEN coopledger_read")
            patience.succeed()
            connections, known = _Connections(ears, log, read), _ListedLedgers(self._ledgers)
            precedence = Precedence("projector", behind=_BEHIND)
            look_at = 0.0
            while not self._stopping.is_set():
                if monotonic() > look_at:
                    self._settled.clear()
                    look_at = monotonic() + _ROUND_SECONDS
                begun, ledgers = monotonic(), known.now()
                waiting = [ledger for log_schema, ledger in ledgers.items() if log_schema not in self._settled]
                behind = precedence.wait(read) if waiting else 0.0
                if waiting and not behind:
                    for ledger in waiting:
                        self._follow(connections, ledger)
                    precedence.done()
                    self._stopping.wait(begun + _BREATH - monotonic())
                restless = known.is_open or not self._settled.issuperset(ledgers)
                patience_left = self._poll_seconds if restless else min(look_at, known.until) - monotonic()
                self._hear(ears, known, behind or max(patience_left, 0.0))

    def _connect(self) -> Connection[Any]:
        """Open one session."""
        return psycopg.connect(self._dsn, autocommit=True)

    def _hear(self, ears: Connection[Any], known: _ListedLedgers, seconds: float) -> None:
        """Wait for notices: which ledgers have grown, and how far other leaders are."""
        for notice in hear(ears, self._bell, seconds):
            if notice.channel == "ledger_events":
                self._settled.discard(notice.payload)
                known.expect(notice.payload)
            else:
                schema, _, position = notice.payload.rpartition(":")
                self._reach(schema, int(position))

    def _follow(self, connections: _Connections, ledger: LedgerSchemas) -> None:
        """Bring one ledger up to date if no other process is doing so; its errors are its own."""
        self._settled.discard(ledger.log)
        patience = self._patience.setdefault(ledger.log, _Patience())
        if monotonic() < patience.until:
            return
        try:
            led = self._catch_up(connections, ledger)
        except psycopg.OperationalError:
            raise
        except (TrackingMovedError, _StoppedError):
            return  # another process applied it, or the next one will
        except Exception as error:  # noqa: BLE001 - whatever it is, the other ledgers go on and the log tells
            patience.fail()
            self._on_error(ledger.log, error)
        else:
            patience.succeed()
            if led:
                self._settled.add(ledger.log)

    def _catch_up(self, connections: _Connections, ledger: LedgerSchemas) -> bool:
        """Take the lead of a ledger and apply its log to the end; False after seeing how far another who leads is."""
        read = connections.read

        def advance(reached: int) -> None:
            """Tell how far the tables are, and stop where that was asked for."""
            self._reach(ledger.read, reached)
            if self._stopping.is_set():
                raise _StoppedError

        if ledger.read not in self._installed:
            install(read, ledger.read)
            self._installed.add(ledger.read)
        with leading(read, ledger.read) as leads:
            if leads:
                position = catch_up(
                    connections.log,
                    read,
                    ledger.log,
                    ledger.read,
                    batch_size=self._batch_size,
                    announce=True,
                    on_progress=advance,
                )
            else:
                set_schema(read, ledger.read)
                position = tracked(read)
        self._reach(ledger.read, position)
        return leads
