"""What the outbox and the inbox have in common: rows that wait, are done, or are parked for an operator to look at.

Instants are the caller's clock, which may be a simulated one: the database's own is never asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, LiteralString, NamedTuple

from psycopg.sql import SQL, Composed, Identifier

from adapters.connections import Lender
from adapters.jobs.lanes import Lanes

_PAUSES: Final = (5, 15, 60, 300, 900, 3_600)
"""Seconds before each new attempt; the last one again and again."""


def pause(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts."""
    return timedelta(seconds=_PAUSES[min(attempts, len(_PAUSES)) - 1])


class QueuedItem(NamedTuple):
    """A row that may be due: its key, the lane it must be alone in, and whose it is ("" where nobody says)."""

    key: str | int
    lane: str
    ledger: str = ""


class Selection(NamedTuple):
    """Which of the due rows are wanted: at most ``limit``, in none of some lanes, of none of some ledgers.

    Of tasks only those of some ``kinds``; with ``others`` only those of none of them.
    """

    limit: int = 100
    lanes: Sequence[str] = ()
    ledgers: Sequence[str] = ()
    kinds: Sequence[str] = ()
    others: bool = True

    def values(self) -> dict[str, object]:
        """Return the values of a query; lists are lines of one text, which costs a tenth of an array of the driver."""
        lists = {"lanes": self.lanes, "ledgers": self.ledgers, "kinds": self.kinds}
        return {"limit": self.limit, "others": self.others} | {name: "\n".join(one) for name, one in lists.items()}


ALL: Final = Selection()
"""The longest waiting, whatever they are."""


class Queue:
    """The states of the rows of one table of ``work``, named by its key column."""

    DONE: ClassVar[LiteralString] = "state = 'done', ended_at = %(now)s, error = NULL"
    """What changes of a row that is done."""

    def __init__(self, pool: Lender, table: LiteralString, key: LiteralString) -> None:
        """Use a pool of the worker role."""
        self.pool = pool
        self._table = Identifier("work", table)
        self._key = Identifier(key)
        self._changes: dict[tuple[str, str], Composed] = {}

    @property
    def lanes(self) -> Lanes:
        """The lanes that this process holds."""
        return Lanes.of(self.pool)

    @contextmanager
    def lane(self, lane: str) -> Iterator[bool]:
        """Hold a lane, or learn that another holds it."""
        with self.lanes.hold(lane) as held:
            yield held

    def done(self, key: str | int, now: datetime) -> None:
        """Mark a row as done, or as having nothing to do."""
        self._set(self.DONE, key, now=now)

    def later(self, key: str | int, at: datetime, error: str | None) -> None:
        """Have a row tried again from an instant on, and keep why."""
        self._set("run_at = %(at)s, attempts = attempts + 1, error = %(error)s", key, at=at, error=error)

    def park(self, key: str | int, error: str, now: datetime) -> None:
        """Park a row that cannot be done as it is, with the reason: an operator must look at it."""
        change: LiteralString = "state = 'parked', attempts = attempts + 1, error = %(error)s, ended_at = %(now)s"
        self._set(change, key, error=error, now=now)

    def unpark(self, key: str | int, now: datetime) -> bool:
        """Have a parked row tried again; return False when it was not parked."""
        return self._set("state = 'waiting', run_at = %(now)s, ended_at = NULL", key, "state = 'parked'", now=now)

    def _set(self, change: LiteralString, key: str | int, where: LiteralString = "true", **values: object) -> bool:
        query = self._changes.get((change, where))
        if query is None:
            query = self._changes[change, where] = SQL("UPDATE {} SET {} WHERE {} = %(key)s AND {}").format(
                self._table, SQL(change), self._key, SQL(where)
            )
        with self.pool.connection() as connection:
            return connection.execute(query, {"key": key, **values}).rowcount > 0

    def count(self) -> dict[str, int]:
        """How many rows are in each state."""
        with self.pool.connection() as connection:
            rows: list[tuple[Any, ...]] = connection.execute(
                SQL("SELECT state, count(*) FROM {} GROUP BY state").format(self._table)
            ).fetchall()
        return {str(state): int(number) for state, number in rows}
