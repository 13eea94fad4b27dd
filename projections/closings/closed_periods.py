"""The closed months and years of each coop, each as it was stored: what a closing says is its event, word for word."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.closings.periods import PeriodKind
from domain.errors import LedgerCorrupt
from domain.events import decode, encode
from domain.events.closings.period import PeriodClosed
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE closings (
    position  bigint PRIMARY KEY,
    coop_id   uuid   NOT NULL,
    kind      text   NOT NULL,
    first_day date   NOT NULL,
    event     bytea  NOT NULL,
    UNIQUE (coop_id, kind, first_day)
);
"""
_INSERT: Final[LiteralString] = """
INSERT INTO closings (position, coop_id, kind, first_day, event)
SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::date[], %s::bytea[])
"""
_SELECT: Final[LiteralString] = "SELECT position, event FROM closings WHERE coop_id = %s"
_OF_PERIODS: Final[LiteralString] = """
SELECT coop_id, first_day, position, event FROM closings
JOIN unnest(%s::uuid[], %s::date[]) AS asked (coop_id, first_day) USING (coop_id, first_day) WHERE kind = %s
"""


class Closings:
    """The read model of closings."""

    name = "closings"
    version = 1
    tables = ("closings",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """One row for each closing."""
        rows = [
            (fact.position, fact.coop_id, fact.event.kind, fact.event.first_day, encode(fact.event))
            for fact in batch
            if isinstance(fact.event, PeriodClosed)
        ]
        return lambda connection: write_rows(connection, _INSERT, rows)


class ClosingRow(NamedTuple):
    """A closing and its position in the log: it stands after the position at which its figures were taken."""

    position: int
    event: PeriodClosed


def of_coop(connection: Connection[Any], coop_id: UUID) -> list[ClosingRow]:
    """Return a coop's closings in the order in which they were made."""
    return [_row(row) for row in connection.execute(f"{_SELECT} ORDER BY position", (coop_id,))]


def of_periods(
    connection: Connection[Any], kind: PeriodKind, periods: Collection[tuple[UUID, date]]
) -> dict[tuple[UUID, date], ClosingRow]:
    """Return the closings of some coops' periods of a kind, by their first days; those that are open have none."""
    asked = [coop_id for coop_id, _ in periods], [first_day for _, first_day in periods]
    found = connection.execute(_OF_PERIODS, (*asked, kind.value))
    return {(coop_id, first_day): _row(row) for coop_id, first_day, *row in found}


def _row(row: Sequence[Any]) -> ClosingRow:
    event = decode(PeriodClosed.TOPIC, row[1])
    if not isinstance(event, PeriodClosed):
        raise LedgerCorrupt(topic=event.TOPIC)
    return ClosingRow(row[0], event)
