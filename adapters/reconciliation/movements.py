"""The two sides that the reconciliation compares, as they are kept: what the logs expect, what the provider moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg.sql import SQL, Identifier

from adapters.connections import Lender
from domain.errors import Conflict
from domain.reconciliation.expected import ELSEWHERE, PLATFORM, PLATFORM_MOVEMENT, Direction, ExpectedMovement
from domain.reconciliation.matching import FoundMovement, Key

Placed = tuple[int, int, ExpectedMovement]
"""An expectation with its position in the log and its number within the event."""
_FOLLOW: Final[LiteralString] = """
INSERT INTO work.expected_followed AS known (ledger, position) VALUES (%(ledger)s, %(position)s)
ON CONFLICT (ledger) DO UPDATE SET position = excluded.position WHERE known.position = %(before)s
"""
_EXPECT: Final[LiteralString] = """
INSERT INTO work.expected (ledger, position, part, account, object_id, way, cents, moved_at, known_at, what, settled)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_NAME: Final[LiteralString] = """
INSERT INTO work.provider_names (ledger, subject_id, name) VALUES (%s, %s, %s)
ON CONFLICT (ledger, subject_id) DO UPDATE SET name = excluded.name
"""
_FIND: Final[LiteralString] = """
INSERT INTO work.movements AS known (movement, account, object_id, way, kind, cents, moved_at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (movement) DO UPDATE SET object_id = excluded.object_id
WHERE known.object_id = known.movement AND excluded.object_id <> known.movement AND NOT (known.settled OR known.booked)
"""
_OPEN: Final[LiteralString] = """
SELECT object_id FROM work.expected WHERE account = %(account)s AND NOT settled
UNION SELECT object_id FROM work.movements WHERE account = %(account)s AND NOT settled
"""
_EXPECTED: Final[LiteralString] = """
SELECT account, object_id, way, cents, moved_at, known_at, what FROM work.expected
WHERE account = %(account)s AND object_id = ANY(%(objects)s)
"""
_FOUND: Final[LiteralString] = """
SELECT account, movement, object_id, way, kind, cents, moved_at FROM work.movements
WHERE account = %(account)s AND object_id = ANY(%(objects)s)
"""
_SETTLE: Final[LiteralString] = """
UPDATE {} AS row SET settled = true FROM unnest(%s::text[], %s::text[], %s::text[]) AS key (account, object_id, way)
WHERE row.account = key.account AND row.object_id = key.object_id AND row.way = key.way AND NOT row.settled
"""


class MovementStore:
    """Both sides, of all ledgers and accounts."""

    def __init__(self, pool: Lender) -> None:
        """Use a pool of the worker role."""
        self._pool = pool

    def followed(self, ledger: str) -> int:
        """Return how far a log was read."""
        with self._pool.connection() as connection:
            query = "SELECT position FROM work.expected_followed WHERE ledger = %s"
            row = connection.execute(query, (ledger,)).fetchone()
        return row[0] if row else 0

    def names(self, ledger: str, subjects: Iterable[UUID]) -> dict[UUID, str]:
        """Return what the provider calls some of a ledger's coops, payouts and refunds."""
        query = "SELECT subject_id, name FROM work.provider_names WHERE ledger = %s AND subject_id = ANY(%s)"
        with self._pool.connection() as connection:
            return dict(connection.execute(query, (ledger, list(subjects))).fetchall())

    def expect(
        self, ledger: str, before: int, position: int, expected: Sequence[Placed], names: dict[UUID, str]
    ) -> None:
        """Add what a log's events after ``before`` up to ``position`` expect, and the names they tell.

        Raises:
            Conflict: another follower was faster; nothing was added.

        """
        # What lies elsewhere is never compared: it is kept for the sum alone.
        rows = [(ledger, *at, *wish, wish.account == ELSEWHERE) for *at, wish in expected]
        with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            moved = cursor.execute(_FOLLOW, {"ledger": ledger, "before": before, "position": position})
            if moved.rowcount == 0:
                raise Conflict(ledger=ledger, expected=before)
            cursor.executemany(_EXPECT, rows)
            cursor.executemany(_NAME, [(ledger, subject, name) for subject, name in names.items()])

    def find(self, movements: Sequence[FoundMovement]) -> int:
        """Keep movements of the provider, each once; return how many are new, or named now what is behind them."""
        rows = [(m.movement, m.account, m.object_id, m.way, m.kind, m.cents, m.moved_at) for m in movements]
        with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(_FIND, rows)
            return max(cursor.rowcount, 0)

    def open(self, account: str) -> tuple[list[ExpectedMovement], list[FoundMovement]]:
        """Return both sides, complete, of every object of an account on which something is not settled."""
        with self._pool.connection() as connection, connection.transaction():
            objects = [row[0] for row in connection.execute(_OPEN, {"account": account})]
            of = {"account": account, "objects": objects}
            return (
                [_expected(*row) for row in connection.execute(_EXPECTED, of)],
                [_found(*row) for row in connection.execute(_FOUND, of)],
            )

    def rename(self, movements: Iterable[FoundMovement]) -> None:
        """Keep the names under which the ledger booked some movements: nothing names them otherwise from here on."""
        rows = [(one.object_id, one.way, one.movement) for one in movements]
        query = "UPDATE work.movements SET object_id = %s, way = %s, booked = true WHERE movement = %s"
        with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(query, rows)

    def settle(self, keys: Iterable[Key]) -> None:
        """Note that some objects agree."""
        rows = [tuple(key) for key in keys]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
        with self._pool.connection() as connection, connection.transaction():
            for table in ("expected", "movements"):
                connection.execute(SQL(_SETTLE).format(Identifier("work", table)), columns)

    def sums(self, account: str) -> tuple[int, int]:
        """Return all that is expected of an account and all that moved there, in cents."""
        query: LiteralString = """
        SELECT (SELECT coalesce(sum(cents), 0)::bigint FROM work.expected WHERE account = %(account)s),
               (SELECT coalesce(sum(cents), 0)::bigint FROM work.movements WHERE account = %(account)s)
        """
        with self._pool.connection() as connection:
            ((ledger, movements),) = connection.execute(query, {"account": account}).fetchall()
        return ledger, movements

    def accounts(self) -> set[str]:
        """Return the accounts that some ledger expects movements of, the platform's and the provider's alone."""
        with self._pool.connection() as connection:
            rows = connection.execute("SELECT DISTINCT account FROM work.expected WHERE account <> %s", (ELSEWHERE,))
            return {row[0] for row in rows}

    def platform_book(self) -> str | None:
        """Return the ledger that booked the platform's own movements so far, if any did."""
        query: LiteralString = """
        SELECT ledger FROM work.expected WHERE account = %s AND what = %s ORDER BY known_at, ledger LIMIT 1
        """
        with self._pool.connection() as connection:
            row = connection.execute(query, (PLATFORM, PLATFORM_MOVEMENT)).fetchone()
        return row[0] if row else None


def _expected(account: str, object_id: str, way: str, *rest: Any) -> ExpectedMovement:  # noqa: ANN401 - as the columns are
    return ExpectedMovement(account, object_id, Direction(way), *rest)


def _found(account: str, movement: str, object_id: str, way: str, *rest: Any) -> FoundMovement:  # noqa: ANN401 - same
    return FoundMovement(account, movement, object_id, Direction(way), *rest)
