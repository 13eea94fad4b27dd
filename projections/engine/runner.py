"""Bringing the read models up to a position of the log: one code path for live, rebuilt and as-of tables.

Each batch is one transaction: its rows and its tracking, or nothing. The next page of the log is fetched, decoded,
booked and folded in a thread while Postgres writes the present one.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.errors import LedgerCorrupt
from domain.events import decode
from domain.recorded_event import RecordedEvent
from projections.base.periods import ClosedMonths
from projections.base.read_model import BookedEvent, TrackingMovedError, Write, book, set_schema
from projections.catalogue import MODELS, prepare
from projections.engine.moved import names_of_moved
from projections.journal import closed_months

BATCH: Final = 4_000
"""Events in one transaction: more gains no speed and holds more memory."""
_ALL: Final = 2**63 - 1
_HANDOVER_SECONDS: Final = 0.000_5
_YOUNG: Final = 1

_PAGE: Final = """
SELECT position, originator_id, originator_version, coop_id, recorded_at, topic, state
FROM {}.ledger_events WHERE position > %s AND position <= %s ORDER BY position LIMIT %s
"""
# What a crash loses of a read table is read again from the log: it need not wait for the disk. The planner knows
# nothing of tables that grow this fast; without sequential scans it uses their indexes from the first batch on.
_BEGIN: Final = """
SELECT set_config('search_path', %s, true), set_config('synchronous_commit', 'off', true),
       set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)
"""
# Only tables made by this very code advance, and only from where they were when the batch was read.
_ADVANCE: Final = """
UPDATE tracking SET position = %s
FROM unnest(%s::text[], %s::int[]) AS code (model, version)
WHERE tracking.model = code.model AND tracking.version = code.version AND tracking.position = %s
"""
_NAMES: Final = [model.name for model in MODELS]
_VERSIONS: Final = [model.version for model in MODELS]
# What moved comes first: who hears how far the tables are knows it then.
_ANNOUNCE: Final = "SELECT pg_notify('coopledger_moved', %s), pg_notify('coopledger_read', %s)"


class EventBatch(NamedTuple):
    """A folded page of the log: what it writes, up to which position, from how many events, and what it moves."""

    last: int
    events: int
    writes: tuple[Write, ...]
    moved: str


class LogReader:
    """Reads pages of one log from a position on, and folds them; it remembers the closings it has read."""

    def __init__(
        self, connection: Connection[Any], log_schema: str, closed: ClosedMonths, *, announce: bool = False
    ) -> None:
        """Read with a connection of its own, as one thread at a time; what moves is named only to be announced."""
        self._connection = connection
        self._query = SQL(_PAGE).format(Identifier(log_schema))
        self._closed = closed
        self._announce = announce

    def read(self, after: int, upto: int, size: int) -> EventBatch | None:
        """Return the page after a position, or None at the end.

        Raises:
            LedgerCorrupt: a hole in the positions (invariant 9), or an event that cannot be read or booked.

        """
        rows = self._connection.execute(self._query, (after, upto, size), prepare=True, binary=True).fetchall()
        if not rows:
            return None
        facts = [self._book(row) for row in rows]
        if facts[-1].position != after + len(facts):
            raise LedgerCorrupt(after=after, events=len(facts), last=facts[-1].position)
        writes = tuple(model.fold(facts) for model in MODELS)
        return EventBatch(facts[-1].position, len(facts), writes, names_of_moved(facts) if self._announce else "")

    def _book(self, row: tuple[Any, ...]) -> BookedEvent:
        """Decode and book one row of the log."""
        position, stream_id, version, coop_id, recorded_at, topic, state = row
        return book(
            RecordedEvent(position, stream_id, version, coop_id, recorded_at, decode(topic, state)), self._closed
        )


def install(connection: Connection[Any], read_schema: str) -> None:
    """Make the tables of all read models in a schema that exists; nothing when they are there.

    Raises:
        ReadModelOutdatedError: they are there in another version.

    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", (f"install {read_schema}",))
        connection.execute("SELECT set_config('search_path', %s, true)", (read_schema,))
        prepare(connection)


def tracked(connection: Connection[Any]) -> int:
    """Return the position that the read models of the connection's schema have reached."""
    row = connection.execute("SELECT min(position) FROM tracking").fetchone()
    return row[0] or 0 if row else 0


def position_known_at(connection: Connection[Any], log_schema: str, instant: datetime) -> int:
    """Return the last position that the log had recorded at an instant (UTC, the log's own clock)."""
    query = SQL("SELECT max(position) FROM {}.ledger_events WHERE recorded_at <= %s").format(Identifier(log_schema))
    row = connection.execute(query, (instant,)).fetchone()
    return row[0] or 0 if row else 0


def head(connection: Connection[Any], log_schema: str) -> int:
    """Return the last position of the log."""
    query = SQL("SELECT max(position) FROM {}.ledger_events").format(Identifier(log_schema))
    row = connection.execute(query).fetchone()
    return row[0] or 0 if row else 0


def catch_up(
    log: Connection[Any],
    read: Connection[Any],
    log_schema: str,
    read_schema: str,
    *,
    upto: int | None = None,
    batch_size: int = BATCH,
    announce: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Apply the log to installed read models, to its end or up to a position; returns the position reached.

    ``log`` and ``read`` are two connections in autocommit mode; ``announce`` notifies ``coopledger_read`` of each
    batch with ``<schema>:<position>``, and ``coopledger_moved`` with the same and the ids of what moved;
    ``on_progress`` is called with each position reached, once committed; it may raise to stop there.

    Raises:
        TrackingMovedError: another runner applied a batch first; none of it was applied twice.
        LedgerCorrupt: the log cannot be read or booked; the tables stand before the batch concerned.
        ReadModelOutdatedError: the tables are of another version.

    """
    set_schema(read, read_schema)
    position, limit = tracked(read), _ALL if upto is None else upto
    reader = LogReader(log, log_schema, ClosedMonths(closed_months(read)), announce=announce)
    batch = reader.read(position, limit, batch_size)
    bulk = batch is not None and batch.events == batch_size
    with ThreadPoolExecutor(1, "log-reader") as ahead, _in_bulk() if bulk else nullcontext():
        while batch is not None:
            more = batch.events == batch_size
            following = ahead.submit(reader.read, batch.last, limit, batch_size) if more else None
            _apply(read, read_schema, batch, position, announce=announce)
            position = batch.last
            if on_progress is not None:
                on_progress(position)
            if bulk:
                gc.collect(_YOUNG)
            batch = following.result() if following is not None else None
    return position


@contextmanager
def _in_bulk() -> Iterator[None]:
    """Make two threads and many short-lived objects cheap, while page after page is folded.

    The thread that writes gets the interpreter as soon as Postgres answers, instead of after up to 5 ms each time.
    Nothing folded holds a cycle: the collector, which would walk through it all over and over, looks once a batch.
    Both settings are the whole process's, change no result, and are put back.
    """
    usual, collecting = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_HANDOVER_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
        if collecting:
            gc.enable()


def _apply(read: Connection[Any], schema: str, batch: EventBatch, expected: int, *, announce: bool) -> None:
    """Write one batch and move all models from the expected position, in one transaction."""
    with read.transaction():
        read.execute(_BEGIN, (schema,))
        moved = read.execute(_ADVANCE, (batch.last, _NAMES, _VERSIONS, expected)).rowcount
        if moved != len(MODELS):
            prepare(read)  # says so when the tables are of another version
            raise TrackingMovedError(schema=schema, expected=expected, moved=moved)
        for write in batch.writes:
            write(read)
        if announce:
            read.execute(_ANNOUNCE, (f"{schema}:{batch.last}:{batch.moved}", f"{schema}:{batch.last}"))
