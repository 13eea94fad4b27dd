"""The roll-forward of each coop's online account by month: receipts, disbursements, transfers (S-155…S-160).

Cents; ``period`` is the first day of the month a movement counts in (projections.periods), by its business instant
in Europe/Paris. The balance includes what a dispute blocks; ``blocked`` is the month's change of that part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, kwargs_row

from domain.events.base import StatementBoxes
from domain.roll_forward import check_roll_forward
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE online_account (
    coop_id       uuid   NOT NULL,
    period        date   NOT NULL,
    receipts      bigint NOT NULL,
    disbursements bigint NOT NULL,
    transfers     bigint NOT NULL,
    blocked       bigint NOT NULL,
    position      bigint NOT NULL,
    PRIMARY KEY (coop_id, period)
) WITH (fillfactor = 80);
"""
_ADD: Final[LiteralString] = """
INSERT INTO online_account AS known (coop_id, period, receipts, disbursements, transfers, blocked, position)
SELECT * FROM unnest(%s::uuid[], %s::date[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
ON CONFLICT (coop_id, period) DO UPDATE SET
    receipts      = known.receipts + excluded.receipts,
    disbursements = known.disbursements + excluded.disbursements,
    transfers     = known.transfers + excluded.transfers,
    blocked       = known.blocked + excluded.blocked,
    position      = excluded.position
"""


class OnlineAccount:
    """The read model of the online accounts."""

    name = "online_account"
    version = 1
    tables = ("online_account",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Add up the movements of a batch by coop and month."""
        sums: dict[tuple[UUID | None, date], list[int]] = {}
        for fact in batch:
            if fact.movement is None or fact.counted is None:
                continue
            boxes = sums.setdefault((fact.coop_id, fact.counted.period), [0, 0, 0, 0, 0])
            for box, cents in enumerate(fact.movement):
                boxes[box] += cents
            boxes[-1] = fact.position
        rows = [(*key, *boxes) for key, boxes in sums.items()]
        return lambda connection: write_rows(connection, _ADD, rows)


class MonthRow(NamedTuple):
    """One month of a coop's online account, in cents; ``blocked`` is its change of what disputes hold."""

    coop_id: UUID
    period: date
    receipts: int
    disbursements: int
    transfers: int
    blocked: int
    position: int


_SELECT: Final[LiteralString] = """
SELECT coop_id, period, receipts, disbursements, transfers, blocked, position FROM online_account
"""
_BOXES: Final[LiteralString] = """
SELECT coalesce(sum(receipts - disbursements - transfers) FILTER (WHERE period < %(period)s), 0)::bigint AS opening,
       coalesce(sum(receipts) FILTER (WHERE period = %(period)s), 0)::bigint AS receipts,
       coalesce(sum(disbursements) FILTER (WHERE period = %(period)s), 0)::bigint AS disbursements,
       coalesce(sum(transfers) FILTER (WHERE period = %(period)s), 0)::bigint AS transfers,
       coalesce(sum(receipts - disbursements - transfers), 0)::bigint AS closing
FROM online_account WHERE coop_id = %(coop)s AND period <= %(period)s
"""
_BALANCE: Final[LiteralString] = """
SELECT coalesce(sum(receipts - disbursements - transfers), 0)::bigint, coalesce(sum(blocked), 0)::bigint
FROM online_account WHERE coop_id = %s AND period <= %s
"""


def months(connection: Connection[Any], coop_id: UUID) -> list[MonthRow]:
    """Return all months of a coop in which something moved, oldest first."""
    with connection.cursor(row_factory=class_row(MonthRow)) as cursor:
        return cursor.execute(f"{_SELECT} WHERE coop_id = %s ORDER BY period", (coop_id,)).fetchall()


def boxes(connection: Connection[Any], coop_id: UUID, period: date) -> StatementBoxes:
    """Return the boxes of a coop's statement of a month, named by its first day (S-155…S-160)."""
    with connection.cursor(row_factory=kwargs_row(StatementBoxes)) as cursor:
        found = cursor.execute(_BOXES, {"coop": coop_id, "period": period}).fetchone()
    return check_roll_forward(found or StatementBoxes(opening=0, receipts=0, disbursements=0, transfers=0, closing=0))


def balance(connection: Connection[Any], coop_id: UUID) -> tuple[int, int]:
    """Return the balance of the online account now, blocked sums included, and what of it disputes block; in cents."""
    return _balance(connection, coop_id, date.max)


def blocked_at_end(connection: Connection[Any], coop_id: UUID, period: date) -> int:
    """Return what disputes block of the closing balance of a month, in cents."""
    return _balance(connection, coop_id, period)[1]


def _balance(connection: Connection[Any], coop_id: UUID, through: date) -> tuple[int, int]:
    """Return the balance and its blocked part after all months that begin on a day or before it."""
    row = connection.execute(_BALANCE, (coop_id, through)).fetchone()
    return (row[0], row[1]) if row else (0, 0)
