"""The counts of cash by class and of the whole box, and the deposits that took cash to the bank.

A count stays as it was made: its difference is that of its day. Cents; days in Paris. Counts are few: the rows
concerned are written one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.events.bank import CashCounted
from domain.events.by_hand.cash import CashCountsDeposited, CashDeposited, CashDepositWithdrawn, ClassCashCounted
from projections.base.read_model import BookedEvent, Write

_DDL: Final[LiteralString] = """
CREATE TABLE class_counts (
    count_id    uuid        PRIMARY KEY,
    coop_id     uuid        NOT NULL,
    campaign_id uuid        NOT NULL,
    class_code  text        NOT NULL,
    slips       text[]      NOT NULL,
    expected    bigint      NOT NULL,
    counted     bigint      NOT NULL,
    counted_by  text        NOT NULL,
    witness     text        NOT NULL,
    counted_at  timestamptz NOT NULL,
    deposit_id  uuid,
    position    bigint      NOT NULL
);
CREATE INDEX class_counts_by_coop ON class_counts (coop_id, position);
CREATE TABLE cash_deposits (
    deposit_id   uuid    PRIMARY KEY,
    coop_id      uuid    NOT NULL,
    slip         text    NOT NULL,
    cents        bigint  NOT NULL,
    deposited_on date    NOT NULL,
    withdrawn    boolean NOT NULL,
    position     bigint  NOT NULL
);
CREATE INDEX cash_deposits_by_coop ON cash_deposits (coop_id, position);
CREATE TABLE cash_box_counts (
    position   bigint      PRIMARY KEY,
    coop_id    uuid        NOT NULL,
    counted    bigint      NOT NULL,
    expected   bigint      NOT NULL,
    counted_at timestamptz NOT NULL
);
CREATE TABLE cash_pieces (
    owner_id uuid   NOT NULL,
    value    bigint NOT NULL,
    number   bigint NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (owner_id, value)
);
"""
_COUNT: Final[LiteralString] = """
INSERT INTO class_counts (count_id, coop_id, campaign_id, class_code, slips, expected, counted, counted_by, witness,
                          counted_at, position)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_DEPOSIT: Final[LiteralString] = """
INSERT INTO cash_deposits (deposit_id, coop_id, slip, cents, deposited_on, withdrawn, position)
VALUES (%s, %s, %s, %s, %s, false, %s)
"""
_PIECES: Final[LiteralString] = "INSERT INTO cash_pieces (owner_id, value, number, position) VALUES (%s, %s, %s, %s)"
_BOX: Final[LiteralString] = """
INSERT INTO cash_box_counts (position, coop_id, counted, expected, counted_at) VALUES (%s, %s, %s, %s, %s)
"""
_TAKEN: Final[LiteralString] = "UPDATE class_counts SET deposit_id = %s, position = %s WHERE count_id = %s"
_WITHDRAWN: Final[LiteralString] = "UPDATE cash_deposits SET withdrawn = true, position = %s WHERE deposit_id = %s"
_FREED: Final[LiteralString] = "UPDATE class_counts SET deposit_id = NULL, position = %s WHERE deposit_id = %s"
Change = tuple[LiteralString, tuple[Any, ...]]


class ClassCounts:
    """The read model of counts by class and of deposits."""

    name = "class_counts"
    version = 1
    tables = ("class_counts", "cash_deposits", "cash_box_counts", "cash_pieces")
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep what a batch says of counts and deposits, in its order."""
        changes = [change for fact in batch for change in _changes(fact)]

        def write(connection: Connection[Any]) -> None:
            """Carry out the changes, in the order of the log."""
            for query, values in changes:
                connection.execute(query, values)

        return write


def _changes(fact: BookedEvent) -> list[Change]:
    """What an event does to the counts and deposits of its coop, if it is about one."""
    event, coop_id, position = fact.event, fact.coop_id, fact.position
    if isinstance(event, ClassCashCounted):
        said = (event.expected, event.counted, event.by, event.witness, event.at, position)
        count = (event.count_id, coop_id, fact.stream_id, event.class_code, list(event.slips), *said)
        return [(_COUNT, count), *_pieces(event.count_id, event, position)]
    if isinstance(event, CashCounted):
        return [(_BOX, (position, coop_id, event.counted, event.expected, event.at))]
    if isinstance(event, CashDeposited):
        return [(_DEPOSIT, (event.deposit_id, coop_id, event.slip, event.cents, event.deposited_on, position))]
    if isinstance(event, CashCountsDeposited):
        taken: list[Change] = [(_TAKEN, (event.deposit_id, position, one)) for one in event.counts]
        return [*taken, *_pieces(event.deposit_id, event, position)]
    if isinstance(event, CashDepositWithdrawn):
        return [(_WITHDRAWN, (position, event.deposit_id)), (_FREED, (position, event.deposit_id))]
    return []


def _pieces(owner_id: UUID, event: ClassCashCounted | CashCountsDeposited, position: int) -> list[Change]:
    """Write the notes and coins of a count or a deposit."""
    return [(_PIECES, (owner_id, one.value, one.number, position)) for one in event.pieces]


class ClassCountRow(NamedTuple):
    """One count: which class of which campaign, what its slips and its coins add up to, who counted, where it went."""

    count_id: UUID
    campaign_id: UUID
    class_code: str
    slips: list[str]
    expected: int
    counted: int
    counted_by: str
    witness: str
    counted_at: datetime
    deposit_id: UUID | None

    @property
    def difference(self) -> int:
        """What was counted less what the slips say, in cents."""
        return self.counted - self.expected


class DepositRow(NamedTuple):
    """One deposit: the number of the bank's slip, its cents and its day; one that was withdrawn stays."""

    deposit_id: UUID
    slip: str
    cents: int
    deposited_on: date
    withdrawn: bool


class BoxCountRow(NamedTuple):
    """One count of the whole box: what it held and what its book expected, in cents."""

    counted: int
    expected: int
    counted_at: datetime

    @property
    def difference(self) -> int:
        """What was counted less what the book expected, in cents."""
        return self.counted - self.expected


_COUNTS: Final[LiteralString] = """
SELECT count_id, campaign_id, class_code, slips, expected, counted, counted_by, witness, counted_at, deposit_id
FROM class_counts
"""


def of_coop(connection: Connection[Any], coop_id: UUID) -> list[ClassCountRow]:
    """Return the counts of a coop, the latest first."""
    with connection.cursor(row_factory=class_row(ClassCountRow)) as cursor:
        return cursor.execute(f"{_COUNTS} WHERE coop_id = %s ORDER BY counted_at DESC, count_id", (coop_id,)).fetchall()


def find(connection: Connection[Any], coop_id: UUID, count_id: UUID) -> ClassCountRow | None:
    """Return one count of a coop."""
    with connection.cursor(row_factory=class_row(ClassCountRow)) as cursor:
        return cursor.execute(f"{_COUNTS} WHERE coop_id = %s AND count_id = %s", (coop_id, count_id)).fetchone()


def deposits_of(connection: Connection[Any], coop_id: UUID) -> list[DepositRow]:
    """Return the deposits of a coop, the latest first."""
    query: LiteralString = """
    SELECT deposit_id, slip, cents, deposited_on, withdrawn FROM cash_deposits
    WHERE coop_id = %s ORDER BY deposited_on DESC, slip"""
    with connection.cursor(row_factory=class_row(DepositRow)) as cursor:
        return cursor.execute(query, (coop_id,)).fetchall()


def box_counts_of(connection: Connection[Any], coop_id: UUID) -> list[BoxCountRow]:
    """Return the counts of a coop's whole box, the latest first."""
    query: LiteralString = """
    SELECT counted, expected, counted_at FROM cash_box_counts WHERE coop_id = %s ORDER BY position DESC"""
    with connection.cursor(row_factory=class_row(BoxCountRow)) as cursor:
        return cursor.execute(query, (coop_id,)).fetchall()


def pieces_of(connection: Connection[Any], owner_ids: Sequence[UUID]) -> dict[int, int]:
    """Return how many notes and coins of each value some counts, or a deposit, have together."""
    query: LiteralString = """
    SELECT value, sum(number)::bigint FROM cash_pieces WHERE owner_id = ANY(%s) GROUP BY value ORDER BY value DESC"""
    return dict(connection.execute(query, (list(owner_ids),)).fetchall())
