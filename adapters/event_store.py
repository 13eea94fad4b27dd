"""The event store of one association: the library's application and recorder over one SQL function.

The only module that imports ``eventsourcing``. What differs from the library's own recorder, and why, is in ADR 3:
no table lock, no library retry on append, gapless positions, chained hashes, keys and guards in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, LiteralString, NamedTuple, TypeVar, cast
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import (
    InterfaceError,
    Mapper,
    Notification,
    OperationalError,
    StoredEvent,
    Transcoder,
)
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow, tuple_row
from psycopg.sql import SQL, Composed, Identifier

from adapters import binary_arrays as arrays
from domain.aggregate import State
from domain.events import Event, decode, encode
from domain.recorded import Recorded

S = TypeVar("S", bound=State)
_PAGE: Final = 5_000
_ARRAYS: Final[tuple[LiteralString, ...]] = (
    *("uuid", "bigint", "uuid", "text", "bytea", "boolean"),  # facts
    *("text", "bytea", "int", "int"),  # keys
    *("uuid", "bigint"),  # guards
)


class Fact(NamedTuple):
    """A decided event on its way to the log: its stream, its version there, its coop."""

    originator_id: UUID
    originator_version: int
    coop_id: UUID | None
    event: Event


class KeyUse(NamedTuple):
    """An idempotency key, what was asked under it, and where its first outcome stands."""

    key: str
    fingerprint: bytes
    first_position: int
    events: int


class Append(NamedTuple):
    """One atomic append: facts, keys (``first_position`` is an offset in the facts) and guards (coop, position)."""

    batch: UUID
    facts: Sequence[Fact]
    keys: Sequence[KeyUse]
    guards: Sequence[tuple[UUID, int]]


class Refusal(StrEnum):
    """Why the append function refused a batch; nothing was stored."""

    VERSION = "ledger_events_version"
    KEY = "ledger_keys_key"
    FENCED = "ledger_appends_batch"
    GUARD = "LG001"


class AppendRefusedError(Exception):
    """The batch met another writer's work."""

    def __init__(self, refusal: Refusal) -> None:
        """Say which."""
        super().__init__(refusal.value)
        self.refusal = refusal


class AppendUncertainError(Exception):
    """The answer was lost: the batch may or may not be stored; ``resolve`` tells."""


class EventMapper(Mapper[UUID]):
    """Stores an event's canonical bytes under its own topic; upcasting is the domain's (domain.events.decode)."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:  # noqa: ANN401 - the library's protocol is wider
        """Encode one fact."""
        event: Event = domain_event.event
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, event.TOPIC, encode(event))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:  # noqa: ANN401 - same
        """Decode one fact; the coop is the state's to know."""
        event = decode(stored_event.topic, stored_event.state)
        return Fact(cast("UUID", stored_event.originator_id), stored_event.originator_version, None, event)


class NoTranscoder(Transcoder):
    """Refuses to encode: events encode themselves, so whatever reaches it is a mistake."""

    def encode(self, obj: Any) -> bytes:  # noqa: ANN401 - the library's signature
        """Refuse."""
        raise TypeError(type(obj))

    def decode(self, data: bytes) -> Any:  # noqa: ANN401 - the library's signature
        """Refuse."""
        raise TypeError(len(data))


class LedgerRecorder(PostgresApplicationRecorder):
    """The library's recorder, with its statements replaced by ours; it keeps one connection for appends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's signature
        """Prepare the statements for the schema of the datastore."""
        super().__init__(*args, **kwargs)
        log = Identifier(self.datastore.schema)
        holes = SQL(", ").join(SQL("%s::{}[]").format(SQL(kind)) for kind in _ARRAYS)
        # As bytes once: composing the statement anew would cost as much as a small batch.
        self._append = SQL("SELECT {}.ledger_append(%s, {})").format(log, holes).as_bytes()
        columns = SQL("originator_id, originator_version, topic, state")
        self._stream = SQL("SELECT {} FROM {}.ledger_events WHERE originator_id = %s").format(columns, log)
        self._feed = SQL("SELECT position, {} FROM {}.ledger_events WHERE position").format(columns, log)
        self._last = SQL("SELECT nullif(position, 0) FROM {}.ledger_head").format(log)
        self._writer: Connection[TupleRow] | None = None
        self._warned = False

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:  # noqa: ANN401
        """Append one batch in one round trip and one flush; see ``Append`` for the keyword ``append``.

        Raises:
            AppendRefusedError: another writer came first; nothing was stored.
            AppendUncertainError: no answer came, or the commit may not have reached the standby.

        """
        append: Append = kwargs["append"]
        before = self._call(_columns(append, stored_events))
        return range(before + 1, before + 1 + len(stored_events))

    def insert_none(self, append: Append) -> int:
        """Store the keys of commands that had nothing to do; returns the last position."""
        return self._call(_columns(append, ()))

    def _call(self, values: tuple[object, ...]) -> int:
        """Call the append function on the writer's own connection."""
        try:
            writer = self._connected()
            self._warned = False
            row = writer.execute(self._append, values, prepare=True).fetchone()
        except psycopg.errors.UniqueViolation as error:
            raise AppendRefusedError(Refusal(error.diag.constraint_name or "")) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            self.disconnect()
            raise AppendUncertainError(type(error).__name__) from error
        except psycopg.Error as error:
            if error.sqlstate == Refusal.GUARD:
                raise AppendRefusedError(Refusal.GUARD) from error
            raise
        if self._warned or row is None:
            raise AppendUncertainError("committed locally only")
        return int(row[0])

    def _connected(self) -> Connection[TupleRow]:
        """The writer's connection, made anew after a loss."""
        if self._writer is None or self._writer.closed:
            options: dict[str, Any] = dict(cast("dict[str, Any]", self.datastore.pool.kwargs))
            options.pop("row_factory", None)
            self._writer = psycopg.connect(**options, autocommit=True, row_factory=tuple_row)
            self._writer.add_notice_handler(self._notice)
            arrays.register_arrays(self._writer)
        return self._writer

    def _notice(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        """Hear « committed locally, but might not have been replicated » (01000): then success is not certain."""
        self._warned = self._warned or diagnostic.sqlstate == "01000"

    def disconnect(self) -> None:
        """Drop the writer's connection."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events in order of version."""
        query: SQL | Composed = self._stream
        values: list[object] = [originator_id]
        for condition, bound in (
            (SQL(" AND originator_version > %s"), gt),
            (SQL(" AND originator_version <= %s"), lte),
        ):
            if bound is not None:
                query += condition
                values.append(bound)
        query += SQL(" ORDER BY originator_version DESC") if desc else SQL(" ORDER BY originator_version")
        if limit is not None:
            query += SQL(" LIMIT %s")
            values.append(limit)
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            rows = cursor.execute(query, values, prepare=True, binary=True)
            return [StoredEvent(*row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return a page of the log in order of position."""
        first = 0 if start is None else start + (0 if inclusive_of_start else 1)
        query = self._feed + SQL(" >= %s AND (%s::bigint IS NULL OR position <= %s)")
        values: list[object] = [first, stop, stop]
        if topics:
            query += SQL(" AND topic = ANY(%s)")
            values.append(list(topics))
        query += SQL(" ORDER BY position LIMIT %s")
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            rows = cursor.execute(query, [*values, limit], prepare=True, binary=True)
            return [Notification(stream, version, topic, state, id=nid) for nid, stream, version, topic, state in rows]

    def max_notification_id(self) -> int | None:
        """Return the last position, None while the log is empty."""
        with self.datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(self._last).fetchone()
            return row[0] if row else None


class _LedgerApplication(Application[UUID]):
    """The library's application, as the store configures it."""

    name = "ledger"
    env: ClassVar[dict[str, str]] = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_ENABLE_DB_FUNCTIONS": "n",
        "CREATE_TABLE": "n",
        "MAPPER_TOPIC": f"{__name__}:EventMapper",
        "TRANSCODER_TOPIC": f"{__name__}:NoTranscoder",
        "APPLICATION_RECORDER_TOPIC": f"{__name__}:LedgerRecorder",
    }


class _Pending:
    """A batch as the library collects it: one object, so that its protocol checks are paid once."""

    def __init__(self, append: Append) -> None:
        self.id = append.batch
        self.version = 0
        self._facts = append.facts

    def collect_events(self) -> Sequence[Fact]:
        """Give the facts to the library."""
        return self._facts


class EventStore:
    """One association's log, for the bus and for readers of streams."""

    UNREACHABLE: ClassVar[tuple[type[Exception], ...]] = (
        OperationalError,
        InterfaceError,
        psycopg.OperationalError,
        psycopg.InterfaceError,
    )
    """What its methods raise while Postgres cannot be reached."""

    def __init__(self, conninfo: str, schema: str) -> None:
        """Open a small pool as the application role; the append connection is made at the first append."""
        given = conninfo_to_dict(conninfo)
        self.schema = schema
        self._application = _LedgerApplication(
            env={
                "POSTGRES_DBNAME": str(given.get("dbname", "")),
                "POSTGRES_HOST": str(given.get("host", "")),
                "POSTGRES_PORT": str(given.get("port", "5432")),
                "POSTGRES_USER": str(given.get("user", "")),
                "POSTGRES_PASSWORD": str(given.get("password", "")),
                "POSTGRES_SCHEMA": schema,
                "POSTGRES_POOL_SIZE": "1",
                "POSTGRES_MAX_OVERFLOW": "8",
                "POSTGRES_CONNECT_TIMEOUT": "5",
            }
        )
        self._recorder = cast("LedgerRecorder", self._application.recorder)
        self._log = Identifier(schema)

    def append(self, append: Append) -> int:
        """Store one batch atomically and return the position before its first event; errors as ``insert_events``."""
        if not append.facts:
            return self._recorder.insert_none(append)
        recordings = self._application.save(_Pending(append), append=append)
        return recordings[0].notification.id - 1

    def resolve(self, batch: UUID) -> int | None:
        """Tell the position before the first event of a batch that landed; None after fencing one that did not."""
        row = self._one(SQL("SELECT {}.ledger_resolve(%s)").format(self._log), batch)
        return None if row is None or row[0] is None else int(row[0])

    def load(self, state_class: type[S], stream_id: UUID) -> S:
        """Fold a stream; its version is 0 when it does not exist."""
        facts = cast("Iterator[Fact]", self._application.events.get(stream_id))
        return state_class.from_events(stream_id, (fact.event for fact in facts))

    def head(self) -> tuple[int, bytes]:
        """Return the last position and its chain hash."""
        row = self._one(SQL("SELECT position, hash FROM {}.ledger_head").format(self._log))
        if row is None:
            raise AppendUncertainError("no head")
        return int(row[0]), bytes(row[1])

    def events(self, first: int, count: int) -> list[Recorded]:
        """Return ``count`` events from a position on."""
        return self._recorded(SQL("position >= %s ORDER BY position LIMIT %s"), first, count)

    def coop_events(self, coop_id: UUID, up_to: int) -> Iterator[Recorded]:
        """Yield all events of a coop, of any stream, up to a position."""
        after = 0
        condition = SQL("coop_id = %s AND position > %s AND position <= %s ORDER BY position LIMIT %s")
        while page := self._recorded(condition, coop_id, after, up_to, _PAGE):
            yield from page
            after = page[-1].position

    def find_keys(self, keys: Sequence[str]) -> dict[str, KeyUse]:
        """Return the uses of those keys that were already used."""
        query = SQL("SELECT key, fingerprint, first_position, events FROM {}.ledger_keys WHERE key = ANY(%s)")
        with (
            self._recorder.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            rows = cursor.execute(query.format(self._log), (list(keys),))
            return {key: KeyUse(key, bytes(mark), first, count) for key, mark, first, count in rows}

    def close(self) -> None:
        """Close the connections."""
        self._recorder.disconnect()
        self._application.close()

    def _one(self, query: Composed, *values: object) -> TupleRow | None:
        with (
            self._recorder.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return cursor.execute(query, values).fetchone()

    def _recorded(self, condition: SQL, *values: object) -> list[Recorded]:
        columns = SQL("position, originator_id, originator_version, coop_id, recorded_at, topic, state")
        query = SQL("SELECT {} FROM {}.ledger_events WHERE {}").format(columns, self._log, condition)
        with (
            self._recorder.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            return [_recorded(row) for row in cursor.execute(query, values, prepare=True, binary=True)]


def _recorded(row: tuple[int, UUID, int, UUID | None, datetime, str, bytes]) -> Recorded:
    """Decode one row of the log."""
    position, stream, version, coop, moment, topic, state = row
    return Recorded(position, stream, version, coop, moment, decode(topic, state))


def _columns(append: Append, stored: Sequence[StoredEvent]) -> tuple[object, ...]:
    """The arguments of the append function, one array a column."""
    facts, keys, guards = append.facts, append.keys, append.guards
    return (
        append.batch,
        arrays.uuids(event.originator_id for event in facts),
        arrays.bigints(event.originator_version for event in facts),
        arrays.uuids(fact.coop_id for fact in facts),
        arrays.texts(event.topic for event in stored),
        arrays.byteas(event.state for event in stored),
        arrays.booleans(fact.event.DRAINS for fact in facts),
        arrays.texts(use.key for use in keys),
        arrays.byteas(use.fingerprint for use in keys),
        arrays.integers(use.first_position for use in keys),
        arrays.integers(use.events for use in keys),
        arrays.uuids(coop for coop, _ in guards),
        arrays.bigints(position for _, position in guards),
    )
