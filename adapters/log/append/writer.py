"""What writes to a log: one call at a time, no hidden retry, and no success that is not certain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from adapters.connections import ConnectionLostError, Connections, DatabaseAwayError, arrays
from adapters.log.append.contents import (
    Append,
    AppendNotSentError,
    AppendRefusal,
    AppendRefusedError,
    AppendUncertainError,
    LogHead,
    StoredBatch,
)
from domain.calendar import paris_date

_ARRAYS: Final[tuple[LiteralString, ...]] = (
    *("uuid", "bigint", "uuid", "text", "bytea", "boolean", "date"),  # facts
    *("text", "bytea", "int", "int"),  # keys
    *("uuid", "bigint"),  # guards
    *("uuid", "bigint", "date"),  # counts
)


class Writer:
    """Calls the append function of one log; each call is one round trip, one transaction, one flush."""

    def __init__(self, connections: Connections, conninfo: str, schema: str) -> None:
        """Take a connection for each call: the one of the call before, unless other logs needed it meanwhile."""
        self.sessions = connections.writers(conninfo)
        self._schema = schema
        self._warned = False
        log = Identifier(schema)
        holes = SQL(", ").join(SQL("%s::{}[]").format(SQL(kind)) for kind in _ARRAYS)
        # As bytes once: composing the statement anew would cost as much as a small batch.
        self._append = (
            SQL("SELECT before, link FROM {}.ledger_append(%s, {}, %s::bigint, %s::bytea)")
            .format(log, holes)
            .as_bytes()
        )
        self._resolve = SQL("SELECT before, last, link FROM {}.ledger_resolve(%s)").format(log).as_bytes()

    def append(self, append: Append, stored: Sequence[tuple[str, bytes]]) -> StoredBatch:
        """Store a batch whose facts are encoded as (topic, bytes).

        Raises:
            AppendRefusedError: another writer came first; nothing was stored.
            AppendNotSentError: there is no connection; nothing left.
            AppendUncertainError: no answer came, or the commit may not have reached the standby.

        """
        before, head_hash = self._call(self._append, _columns(append, stored))
        return StoredBatch(before, LogHead(before + len(stored), head_hash))

    def resolve(self, batch: UUID) -> StoredBatch | None:
        """Tell where a batch landed; None after fencing one that did not.

        Raises:
            AppendUncertainError: the outcome is not known yet.

        """
        before, last, head_hash = self._call(self._resolve, (batch,))
        return None if before is None else StoredBatch(before, LogHead(last, head_hash))

    def _call(self, statement: bytes, values: tuple[object, ...]) -> TupleRow:
        """Call a function of the log."""
        try:
            with self.sessions.connection(used_for=self._schema) as connection:
                rows = self._rows(connection, statement, values)
        except psycopg.errors.UniqueViolation as error:
            raise AppendRefusedError(AppendRefusal(error.diag.constraint_name or "")) from error
        except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction) as error:
            if isinstance(error, DatabaseAwayError) and not isinstance(error, ConnectionLostError):
                raise AppendNotSentError(str(error)) from error
            raise AppendUncertainError(f"{type(error).__name__}: {error.sqlstate}") from error
        except psycopg.Error as error:
            if error.sqlstate in (AppendRefusal.GUARD, AppendRefusal.OTHER_LOG, AppendRefusal.COUNT):
                raise AppendRefusedError(AppendRefusal(error.sqlstate)) from error
            raise
        if self._warned:
            raise AppendUncertainError("committed locally only")
        (row,) = rows
        return row

    def _rows(self, connection: Connection[TupleRow], statement: bytes, values: tuple[object, ...]) -> list[TupleRow]:
        """Send a statement and take its answer, with what Postgres remarks on it; after trouble the connection goes."""
        self._warned = False
        connection.add_notice_handler(self._notice)
        try:
            return connection.execute(statement, values, binary=True).fetchall()
        except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction):
            # Read-only: the primary of a moment ago. Another connection may find the new one.
            connection.close()
            raise
        finally:
            connection.remove_notice_handler(self._notice)

    def _notice(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        """Hear « committed locally, but might not have been replicated » (01000): then success is not certain."""
        self._warned = self._warned or diagnostic.sqlstate == "01000"


def _columns(append: Append, stored: Sequence[tuple[str, bytes]]) -> tuple[object, ...]:
    """The arguments of the append function, one array a column."""
    new_events, keys, guards = append.new_events, append.keys, append.guards
    return (
        append.batch,
        arrays.uuids(new_event.originator_id for new_event in new_events),
        arrays.bigints(new_event.originator_version for new_event in new_events),
        arrays.uuids(new_event.coop_id for new_event in new_events),
        arrays.texts(topic for topic, _ in stored),
        arrays.byteas(state for _, state in stored),
        arrays.booleans(new_event.event.DRAINS for new_event in new_events),
        arrays.dates(paris_date(new_event.event.happened_at) for new_event in new_events),
        arrays.texts(use.key for use in keys),
        arrays.byteas(use.fingerprint for use in keys),
        arrays.integers(use.first_position for use in keys),
        arrays.integers(use.events for use in keys),
        arrays.uuids(coop for coop, _ in guards),
        arrays.bigints(position for _, position in guards),
        arrays.uuids(count.coop_id for count in append.counts),
        arrays.bigints(count.position for count in append.counts),
        arrays.dates(count.through for count in append.counts),
        *(append.known or (None, None)),
    )
