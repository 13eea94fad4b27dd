"""The event store of one association: the library's application and recorder over one SQL function.

The only module that imports ``eventsourcing``. What differs from the library's own recorder, and why, is in ADR 3:
no table lock, no library retry on append, gapless positions, chained hashes, keys and guards in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, LiteralString, Self, TypeVar, cast
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import (
    InfrastructureFactory,
    Mapper,
    Notification,
    StoredEvent,
    Transcoder,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresFactory
from eventsourcing.utils import Environment, EnvType
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow, dict_row
from psycopg.sql import SQL, Composed, Identifier

from adapters.connections import ConnectionLostError, Connections, Pool
from adapters.log.append import (
    Append,
    AppendNotSentError,
    AppendRefusal,
    AppendRefusedError,
    AppendUncertainError,
    Count,
    KeyUse,
    LogHead,
    NewEvent,
    StoredBatch,
    Writer,
)
from adapters.log.chain import ChainRow
from domain.aggregate import State
from domain.errors import NotFound
from domain.events import Event, decode, encode
from domain.recorded_event import RecordedEvent

__all__ = [
    "Append",
    "AppendNotSentError",
    "AppendRefusal",
    "AppendRefusedError",
    "AppendUncertainError",
    "Count",
    "EventStore",
    "KeyUse",
    "LogHead",
    "NewEvent",
    "StoredBatch",
]

S = TypeVar("S", bound=State)
_PAGE: Final = 5_000
_NO_END: Final = 2**63 - 1
RIGHTS: Final[LiteralString] = r"(topic LIKE 'association.role\_%%' OR topic LIKE 'coop.mandate\_%%')"
"""Which events give or take a right: the condition of their index, word for word, else Postgres would not use it."""
_COLUMNS: Final[LiteralString] = "position, originator_id, originator_version, coop_id, recorded_at, topic, state"
_NEWER: Final[LiteralString] = """
    SELECT new.* FROM unnest(%s::uuid[], %s::bigint[]) AS known (stream, version) CROSS JOIN LATERAL (
        SELECT originator_id, originator_version, topic, state FROM {}.ledger_events
        WHERE originator_id = stream AND originator_version > version ORDER BY originator_version
    ) AS new
"""
_NEWER_OF_ONE: Final[LiteralString] = """
    SELECT originator_id, originator_version, topic, state FROM {}.ledger_events
    WHERE originator_id = %s AND originator_version > %s ORDER BY originator_version
"""
_UUID: Final = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"


class EventMapper(Mapper[UUID]):
    """Stores an event's canonical bytes under its own topic; upcasting is the domain's (domain.events.decode)."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:  # noqa: ANN401 - the library's protocol is wider
        """Encode one fact."""
        event: Event = domain_event.event
        return StoredEvent(domain_event.originator_id, domain_event.originator_version, event.TOPIC, encode(event))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:  # noqa: ANN401 - same
        """Decode one fact; the coop is the state's to know."""
        event = decode(stored_event.topic, stored_event.state)
        return NewEvent(cast("UUID", stored_event.originator_id), stored_event.originator_version, None, event)


class NoTranscoder(Transcoder):
    """Refuses to encode: events encode themselves, so whatever reaches it is a mistake."""

    def encode(self, obj: Any) -> bytes:  # noqa: ANN401 - the library's signature
        """Refuse."""
        raise TypeError(type(obj))

    def decode(self, data: bytes) -> Any:  # noqa: ANN401 - the library's signature
        """Refuse."""
        raise TypeError(len(data))


class LedgerRecorder(PostgresApplicationRecorder):
    """The library's recorder, with its statements and its pool replaced by ours."""

    pool: Pool
    writer: Writer

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - the library's signature
        """Prepare the statements for the schema of the datastore."""
        super().__init__(*args, **kwargs)
        log = Identifier(self.datastore.schema)
        columns = SQL("originator_id, originator_version, topic, state")
        self._stream = SQL("SELECT {} FROM {}.ledger_events WHERE originator_id = %s").format(columns, log)
        self._feed = SQL("SELECT position, {} FROM {}.ledger_events WHERE position").format(columns, log)
        self._last = SQL("SELECT nullif(position, 0) FROM {}.ledger_head").format(log)
        self.landed: StoredBatch | None = None

    def read(self, query: bytes | SQL | Composed, values: Sequence[object] = ()) -> list[TupleRow]:
        """Run a query; where its connection ended meanwhile, once more on another."""
        try:
            return self._read(query, values)
        except ConnectionLostError:
            return self._read(query, values)

    def _read(self, query: bytes | SQL | Composed, values: Sequence[object]) -> list[TupleRow]:
        with self.pool.joined(used_for=self.datastore.schema) as connection:
            return connection.execute(query, values, prepare=True, binary=True).fetchall()

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:  # noqa: ANN401
        """Append one batch, given whole as the keyword ``append``; the library's retry would double its danger.

        Raises:
            AppendRefusedError: another writer came first; nothing was stored.
            AppendUncertainError: no answer came, or the commit may not have reached the standby.

        """
        append: Append = kwargs["append"]
        self.landed = self.writer.append(append, [(event.topic, event.state) for event in stored_events])
        first = self.landed.before + 1
        return range(first, first + len(stored_events))

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
        return [StoredEvent(*row) for row in self.read(query, values)]

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
        rows = self.read(query, [*values, limit])
        return [Notification(stream, version, topic, state, id=nid) for nid, stream, version, topic, state in rows]

    def max_notification_id(self) -> int | None:
        """Return the last position, None while the log is empty."""
        rows = self.read(self._last)
        return rows[0][0] if rows else None


class _Factory(PostgresFactory):
    """The library's factory, whose own pool (four threads each) opens only if its own subscriptions ask for it."""

    def __enter__(self) -> Self:
        """Open nothing."""
        return self


class _LedgerApplication(Application[UUID]):
    """The library's application, configured by us alone: no variable of the environment reaches it."""

    name = "ledger"
    env: ClassVar[dict[str, str]] = {
        "POSTGRES_ENABLE_DB_FUNCTIONS": "n",
        "CREATE_TABLE": "n",
        "MAPPER_TOPIC": f"{__name__}:EventMapper",
        "TRANSCODER_TOPIC": f"{__name__}:NoTranscoder",
        "APPLICATION_RECORDER_TOPIC": f"{__name__}:LedgerRecorder",
        "POSTGRES_POOL_SIZE": "0",
        "POSTGRES_MAX_OVERFLOW": "2",
    }

    def __init__(self, conninfo: str, schema: str) -> None:
        """Keep all options of the connection string, of which the library knows five."""
        self._options = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
        known = {name.upper(): self._options.get(name, "") for name in ("dbname", "host", "port", "user", "password")}
        super().__init__({"POSTGRES_SCHEMA": schema, **{f"POSTGRES_{name}": value for name, value in known.items()}})

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Take our own settings only: ``POSTGRES_ENABLE_DB_FUNCTIONS`` from outside would lose events (ADR 3)."""
        return Environment(name, {**type(self).env, **(env or {})})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        """Make the factory, with all options of the connection string."""
        factory = _Factory(env)
        # It would open a connection for each log, to look for types of functions that we do not use.
        cast("Any", factory.datastore).register_type_adapters = lambda: None
        factory.datastore.pool.kwargs = {**self._options, "row_factory": dict_row}
        return cast("InfrastructureFactory[Any]", factory)


class EventStore:
    """One association's log, for the bus and for readers of streams."""

    UNREACHABLE: ClassVar[tuple[type[Exception], ...]] = (psycopg.OperationalError, psycopg.InterfaceError)
    """What its methods raise while Postgres cannot be reached."""

    def __init__(self, conninfo: str, schema: str, connections: Connections | None = None) -> None:
        """Use connections of the application role, its own where none are given; nothing is asked yet."""
        self.schema = schema
        shared = Connections() if connections is None else connections
        self._own = shared if connections is None else None
        self._application = _LedgerApplication(conninfo, schema)
        self._recorder = cast("LedgerRecorder", self._application.recorder)
        self._recorder.pool = shared.pool(conninfo)
        self._recorder.writer = Writer(shared, conninfo, schema)
        self._log = Identifier(schema)
        self._statements: dict[str, bytes] = {}

    def append(self, append: Append) -> StoredBatch:
        """Store one batch atomically and tell where it stands; errors as ``insert_events``. One thread only."""
        if not append.new_events:
            return self._recorder.writer.append(append, ())
        # Not ``save``: it asks whether each object is an aggregate, which costs a lone command a tenth of its time.
        self._application.events.put(cast("Any", append.new_events), append=append)
        return cast("StoredBatch", self._recorder.landed)

    def resolve(self, batch: UUID) -> StoredBatch | None:
        """Tell where a batch landed; None after fencing one that did not.

        Raises:
            AppendUncertainError: the outcome is not known yet.

        """
        return self._recorder.writer.resolve(batch)

    def load(self, state_class: type[S], stream_id: UUID) -> S:
        """Fold a stream; its version is 0 when it does not exist.

        Raises:
            NotFound: the stream is another kind of aggregate.

        """
        new_events = cast("Iterator[NewEvent]", self._application.events.get(stream_id))
        events = [new_event.event for new_event in new_events]
        if events and type(events[0]) not in state_class.HANDLERS:
            raise NotFound(stream=stream_id, expected=state_class.__name__)
        return state_class.from_events(stream_id, events)

    def newer(self, versions: Mapping[UUID, int]) -> list[NewEvent]:
        """Return what was stored in some streams after the given versions, by stream and version; no coops."""
        if len(versions) == 1:  # the statement for several is planned anew each time, which takes longer than reading
            rows = self._all(_NEWER_OF_ONE, *next(iter(versions.items())))
        else:
            rows = self._all(_NEWER, list(versions), list(versions.values()))
        return [NewEvent(stream, version, None, decode(topic, state)) for stream, version, topic, state in rows]

    def head(self) -> tuple[int, bytes]:
        """Return the last position and its chain hash."""
        ((position, head_hash),) = self._all("SELECT position, hash FROM {}.ledger_head")
        return position, head_hash

    def events(self, first: int, count: int) -> list[RecordedEvent]:
        """Return ``count`` events from a position on."""
        return self._recorded("position >= %s ORDER BY position LIMIT %s", first, count)

    def stored(self, first: int, count: int) -> list[ChainRow]:
        """Return ``count`` events from a position on as their bytes stand in the log, with the chain's hashes."""
        query: LiteralString = (
            "SELECT position, originator_id, originator_version, coop_id, topic, state, recorded_at, hash"
            " FROM {}.ledger_events WHERE position >= %s ORDER BY position LIMIT %s"
        )
        return [ChainRow(*row) for row in self._all(query, first, count)]

    def coop_events(self, coop_id: UUID, up_to: int | None = None, *, after: int = 0) -> Iterator[RecordedEvent]:
        """Yield the events of a coop, of any stream, after a position and up to another, in order."""
        condition: LiteralString = "coop_id = %s AND position > %s AND position <= %s ORDER BY position LIMIT %s"
        while page := self._recorded(condition, coop_id, after, _NO_END if up_to is None else up_to, _PAGE):
            yield from page
            after = page[-1].position

    def rights_events(self, after: int) -> list[RecordedEvent]:
        """Return the events that give or take a right, after a position, in order."""
        return self._recorded(f"{RIGHTS} AND position > %s ORDER BY position", after)

    def events_of(self, stream_id: UUID, topics: Collection[str]) -> list[RecordedEvent]:
        """Return the events of a stream that have one of some topics, in order."""
        return self._recorded(
            "originator_id = %s AND topic = ANY(%s) ORDER BY originator_version", stream_id, list(topics)
        )

    def coop_of(self, stream_id: UUID) -> UUID | None:
        """Return the coop in which a stream began; None when there is no such stream, or it is of no coop."""
        query: LiteralString = (
            "SELECT coop_id FROM {}.ledger_events WHERE originator_id = %s AND originator_version = 1"
        )
        rows = self._all(query, stream_id)
        return rows[0][0] if rows else None

    def named(self, ids: Collection[UUID], since: datetime) -> frozenset[UUID]:
        """Return those of some ids that an event recorded since an instant (the database's clock) holds anywhere."""
        query: LiteralString = (
            "SELECT DISTINCT given FROM unnest(%s::uuid[]) AS given JOIN ("
            " SELECT found[1]::uuid AS id FROM {}.ledger_events,"
            " regexp_matches(convert_from(state, 'UTF8'), %s, 'g') AS found WHERE recorded_at >= %s"
            ") AS held ON held.id = given"
        )
        rows = self._all(query, list(ids), _UUID, since)
        return frozenset(subject for (subject,) in rows)

    def find_keys(self, keys: Sequence[str]) -> dict[str, KeyUse]:
        """Return the uses of those keys that were already used."""
        query: LiteralString = "SELECT key, fingerprint, first_position, events FROM {}.ledger_keys WHERE key = ANY(%s)"
        rows = self._all(query, list(keys))
        return {key: KeyUse(key, fingerprint, first, count) for key, fingerprint, first, count in rows}

    def close(self) -> None:
        """Close the connections, unless they are others' too."""
        self._application.close()
        if self._own is not None:
            self._own.close()

    def _all(self, query: LiteralString, *values: object) -> list[TupleRow]:
        """Ask the log; its schema stands where the query has braces."""
        statement = self._statements.get(query)
        if statement is None:  # as bytes once: composing it anew takes as long as a short query
            statement = self._statements[query] = SQL(query).format(self._log).as_bytes()
        return self._recorder.read(statement, values)

    def _recorded(self, condition: LiteralString, *values: object) -> list[RecordedEvent]:
        query: LiteralString = f"SELECT {_COLUMNS} FROM {{}}.ledger_events WHERE {condition}"  # noqa: S608 (constants)
        return [_recorded(row) for row in self._all(query, *values)]


def _recorded(row: TupleRow) -> RecordedEvent:
    """Decode one row of the log."""
    position, stream, version, coop, moment, topic, state = row
    return RecordedEvent(position, stream, version, coop, moment, decode(topic, state))
