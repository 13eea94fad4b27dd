"""Breaks and crawls of the reconciliation, as they are kept: never deleted, so that the past of each can be told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

from adapters.work.queue import Pool
from domain.reconciliation.breaks import Break, BreakState
from domain.reconciliation.control import Totals
from domain.reconciliation.expected import Way
from domain.reconciliation.matching import Key, LineState

_COLUMNS: Final[LiteralString] = (
    "account, object_id, way, kind, ledger_cents, provider_cents, what, moved_at, first_seen, last_seen,"
    " state, resolved_at"
)
_KEEP: Final[LiteralString] = f"""
INSERT INTO work.breaks ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (account, object_id, way) WHERE state <> 'resolved' DO UPDATE SET
    kind = excluded.kind, ledger_cents = excluded.ledger_cents, provider_cents = excluded.provider_cents,
    what = excluded.what, last_seen = excluded.last_seen, state = excluded.state, resolved_at = excluded.resolved_at
"""
_CRAWLS: Final[LiteralString] = """
SELECT account, crawled_at, since, found, fresh, steady, balance, movements, ledger, in_flight, breaks FROM work.crawls
"""


class Crawl(NamedTuple):
    """One reading of an account: from when on, how many movements, and its control totals.

    ``fresh`` were not known before. A balance that changed while its movements were read is not ``steady``: only the
    next crawl can judge what moved.
    """

    account: str
    crawled_at: datetime
    since: datetime
    found: int
    fresh: int
    steady: bool
    totals: Totals


class BreakBook:
    """The breaks and crawls of all accounts."""

    def __init__(self, pool: Pool) -> None:
        """Use a pool of the worker role."""
        self._pool = pool

    def open(self, account: str) -> list[Break]:
        """Return an account's breaks that are not resolved, the oldest first."""
        return self._breaks("account = %s AND state <> 'resolved'", account)

    def all(self) -> list[Break]:
        """Return every break there ever was, the oldest first."""
        return self._breaks("true")

    def keep(self, breaks: Iterable[Break]) -> None:
        """Keep breaks as they are now; the first sight of an open one stays."""
        rows = [(*one.key, *one[1:]) for one in breaks]
        with self._pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(_KEEP, rows)

    def crawled(self, crawl: Crawl) -> None:
        """Keep a crawl that ended."""
        row = (*crawl[:-1], *crawl.totals)
        query: LiteralString = (
            "INSERT INTO work.crawls"
            " (account, crawled_at, since, found, fresh, steady, balance, movements, ledger, in_flight, breaks)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        )
        with self._pool.connection() as connection:
            connection.execute(query, row)

    def crawls(self, account: str, count: int = 2) -> list[Crawl]:
        """Return the latest crawls of an account, the last one first."""
        query: LiteralString = f"{_CRAWLS} WHERE account = %s ORDER BY crawl_id DESC LIMIT %s"
        with self._pool.connection() as connection:
            return [_crawl(row) for row in connection.execute(query, (account, count))]

    def _breaks(self, where: LiteralString, *values: object) -> list[Break]:
        query: LiteralString = f"SELECT {_COLUMNS} FROM work.breaks WHERE {where} ORDER BY break_id"
        with self._pool.connection() as connection:
            return [_break(row) for row in connection.execute(query, values)]


def _crawl(row: tuple[Any, ...]) -> Crawl:
    return Crawl(*row[:6], Totals(*row[6:]))


def _break(row: tuple[Any, ...]) -> Break:
    account, object_id, way, kind, *middle, state, resolved_at = row
    return Break(Key(account, object_id, Way(way)), LineState(kind), *middle, BreakState(state), resolved_at)
