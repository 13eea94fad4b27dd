"""The roll-forward of each coop's online account by month: receipts, disbursements, transfers (S-155…S-160).

Cents; ``period`` is the first day of the month a movement counts in (projections.periods), by its business instant
in Europe/Paris. The balance includes what a dispute blocks; ``blocked`` is the month's change of that part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.events.base import StatementBoxes
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
SELECT asked.coop_id, asked.period,
       coalesce(sum(receipts - disbursements - transfers) FILTER (WHERE known.period < asked.period), 0)::bigint,
       coalesce(sum(receipts) FILTER (WHERE known.period = asked.period), 0)::bigint,
       coalesce(sum(disbursements) FILTER (WHERE known.period = asked.period), 0)::bigint,
       coalesce(sum(transfers) FILTER (WHERE known.period = asked.period), 0)::bigint,
       coalesce(sum(receipts - disbursements - transfers), 0)::bigint, coalesce(sum(blocked), 0)::bigint
FROM unnest(%s::uuid[], %s::date[]) AS asked (coop_id, period)
LEFT JOIN online_account AS known ON known.coop_id = asked.coop_id AND known.period <= asked.period
GROUP BY asked.coop_id, asked.period
"""
_BALANCE: Final[LiteralString] = """
SELECT coalesce(sum(receipts - disbursements - transfers), 0)::bigint, coalesce(sum(blocked), 0)::bigint
FROM online_account WHERE coop_id = %s
"""


def months(connection: Connection[Any], coop_ids: Collection[UUID]) -> defaultdict[UUID, list[MonthRow]]:
    """Return all months of each of some coops in which something moved, oldest first."""
    found: defaultdict[UUID, list[MonthRow]] = defaultdict(list)
    with connection.cursor(row_factory=class_row(MonthRow)) as cursor:
        for row in cursor.execute(f"{_SELECT} WHERE coop_id = ANY(%s) ORDER BY period", (list(coop_ids),)):
            found[row.coop_id].append(row)
    return found


class MonthBoxes(NamedTuple):
    """The boxes of the statement of a month, and what of its closing balance disputes block, in cents."""

    boxes: StatementBoxes
    blocked: int


def boxes(connection: Connection[Any], periods: Collection[tuple[UUID, date]]) -> dict[tuple[UUID, date], MonthBoxes]:
    """Return the boxes of the statements of some coops' months, named by their first days (S-155…S-160)."""
    asked = [coop_id for coop_id, _ in periods], [period for _, period in periods]
    return {
        (coop_id, period): MonthBoxes(
            StatementBoxes(
                opening=opening, receipts=receipts, disbursements=disbursements, transfers=transfers, closing=closing
            ),
            blocked,
        )
        for coop_id, period, opening, receipts, disbursements, transfers, closing, blocked in connection.execute(
            _BOXES, asked
        )
    }


def balance(connection: Connection[Any], coop_id: UUID) -> tuple[int, int]:
    """Return the balance of the online account now, blocked sums included, and what of it disputes block; in cents."""
    row = connection.execute(_BALANCE, (coop_id,)).fetchone()
    return (row[0], row[1]) if row else (0, 0)
