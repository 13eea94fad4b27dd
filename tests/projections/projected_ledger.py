"""Ledgers to project: a migrated log filled at once with a history, and connections to project it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.migrate import migrate_database, migrate_ledger
from adapters.postgres import DatabaseRole, conninfo_for
from domain.calendar import paris_date
from domain.events import encode
from domain.recorded_event import RecordedEvent
from projections.base.read_model import set_schema
from projections.engine.runner import catch_up, install

LOG, READ = "ad06", "ad06_read"
_COPY = """
COPY {}.ledger_events (position, originator_id, originator_version, coop_id, topic, state, drains, happened_on,
                       recorded_at, hash)
FROM STDIN (FORMAT binary)
"""
_TYPES = ("int8", "uuid", "int8", "uuid", "text", "bytea", "bool", "date", "timestamptz", "bytea")


class ProjectedLedger(NamedTuple):
    """A ledger of one database: where, and two connections of the projector."""

    dsn: str
    log: Connection[Any]
    read: Connection[Any]

    def catch_up(self, **options: Any) -> int:  # noqa: ANN401 - handed on
        """Bring the read models up to date."""
        return catch_up(self.log, self.read, LOG, READ, **options)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query on the read tables gives."""
        return self.read.execute(query.encode(), values or None).fetchall()


def make_log(dsn: str, facts: Iterable[RecordedEvent], slug: str = LOG) -> None:
    """Migrate a database and make the log and the read tables of one ledger."""
    migrate_database(dsn)
    migrate_ledger(dsn, slug, uuid4())
    append(dsn, facts, slug)
    with connect(dsn) as connection:
        install(connection, f"{slug}_read")


def append(dsn: str, facts: Iterable[RecordedEvent], slug: str = LOG) -> None:
    """Put facts into a log as its owner would, all at once; read models do not look at the chain."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        with cursor.copy(SQL(_COPY).format(Identifier(slug))) as copy:
            copy.set_types(_TYPES)
            for fact in facts:
                event = fact.event
                owner = (fact.position, fact.stream_id, fact.version, fact.coop_id)
                read = (event.DRAINS, paris_date(event.happened_at))
                copy.write_row((*owner, event.TOPIC, encode(event), *read, fact.recorded_at, bytes(32)))
        cursor.execute("SELECT pg_notify('ledger_events', %s)", (slug,))


def connect(dsn: str) -> Connection[Any]:
    """Connect as the projector."""
    return psycopg.connect(conninfo_for(dsn, DatabaseRole.PROJECTOR), autocommit=True)


@contextmanager
def projected(dsn: str, facts: Iterable[RecordedEvent]) -> Iterator[ProjectedLedger]:
    """A log with these facts, and its read models still at position 0."""
    make_log(dsn, facts)
    with connect(dsn) as log, connect(dsn) as read:
        set_schema(read, READ)
        yield ProjectedLedger(dsn, log, read)
