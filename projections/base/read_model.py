"""What a read model is: tables of its own, and a pure fold of batches of events into changes of their rows.

All read models of a ledger advance together, one transaction per batch, with their row of ``tracking`` (ADR 7).
No fold reads a table, asks for the time or draws a number: the same events always give the same rows. Queries may read
the tables of several: all are at one position.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple, Protocol
from uuid import UUID

from psycopg import Connection

from domain.errors import Conflict
from domain.events.base import Event
from domain.journal import Postings, postings
from domain.recorded_event import RecordedEvent
from domain.roll_forward import StatementMovement, statement_movement
from projections.base.periods import ClosedMonths, Counted


class ReadModelOutdatedError(Conflict):
    """The read tables were made by another version of their models: they must be rebuilt before they advance."""

    code = "read-model-outdated"


class TrackingMovedError(Conflict):
    """Another runner applied the batch first; nothing of ours was written."""

    code = "tracking-moved"


class BookedEvent(NamedTuple):
    """One event of the log with all that read models ask of it, computed once.

    ``counted`` is set exactly when there are postings, ``movement`` when the online account moves.
    """

    position: int
    stream_id: UUID
    coop_id: UUID | None
    recorded_at: datetime
    event: Event
    legs: Postings
    counted: Counted | None
    movement: StatementMovement | None


def book(fact: RecordedEvent, closed: ClosedMonths) -> BookedEvent:
    """Book one event, in the order of the log: closings are remembered in ``closed`` for what follows."""
    event = fact.event
    legs = postings(event)
    if not legs:
        closed.note(fact)
        return BookedEvent(fact.position, fact.stream_id, fact.coop_id, fact.recorded_at, event, (), None, None)
    return BookedEvent(
        fact.position,
        fact.stream_id,
        fact.coop_id,
        fact.recorded_at,
        event,
        legs,
        closed.count(fact),
        statement_movement(event, legs),
    )


Write = Callable[[Connection[Any]], object]
"""Writes what was folded, in the current transaction and the schema of the search path; what it returns is nothing."""


class ReadModel(Protocol):
    """Some tables, and how events change their rows."""

    @property
    def name(self) -> str:
        """Its name in ``tracking``."""

    @property
    def version(self) -> int:
        """Raised with every change of its tables or of what they hold; another version asks for a rebuild."""

    @property
    def tables(self) -> tuple[str, ...]:
        """Its tables, each with a primary key and a column ``position``: the last event that touched the row."""

    @property
    def ddl(self) -> LiteralString:
        """Makes its tables in the current schema."""

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Fold a batch, without a database; what it returns writes the changes.

        Raises:
            LedgerCorrupt: (from the write) an event about a row that does not exist.

        """


def set_schema(connection: Connection[Any], schema: str) -> None:
    """Have a connection see the read models of one ledger, by their plain names, from now on."""
    connection.execute("SELECT set_config('search_path', %s, false)", (schema,))


TRACKING_DDL: Final[LiteralString] = """
CREATE TABLE tracking (
    model    text   PRIMARY KEY,
    version  int    NOT NULL,
    position bigint NOT NULL
) WITH (fillfactor = 50);
"""
"""How far each model has come, moved in the transaction that writes its rows."""
