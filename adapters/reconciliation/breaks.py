"""Breaks and runs of the reconciliation, as they are kept: never deleted, so that the past of each can be shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, LiteralString

from adapters.connections import Lender
from domain.reconciliation.breaks import Break, BreakState
from domain.reconciliation.expected import Direction
from domain.reconciliation.matching import Key, MatchState
from domain.reconciliation.run import ReconciliationRun
from domain.reconciliation.totals import Totals

_CHANGE: Final[LiteralString] = """
UPDATE work.breaks SET kind = %(kind)s, ledger_cents = %(ledger_cents)s, provider_cents = %(provider_cents)s,
    what = %(what)s, last_seen = %(last_seen)s, state = %(state)s, resolved_at = %(resolved_at)s
WHERE account = %(account)s AND object_id = %(object_id)s AND way = %(way)s AND state <> 'resolved'
"""
_ADD: Final[LiteralString] = """
INSERT INTO work.breaks (account, object_id, way, kind, ledger_cents, provider_cents, what, moved_at, first_seen,
    last_seen, state, resolved_at)
VALUES (%(account)s, %(object_id)s, %(way)s, %(kind)s, %(ledger_cents)s, %(provider_cents)s, %(what)s, %(moved_at)s,
    %(first_seen)s, %(last_seen)s, %(state)s, %(resolved_at)s)
"""
_BREAKS: Final[LiteralString] = """
SELECT account, object_id, way, kind, ledger_cents, provider_cents, what, moved_at, first_seen, last_seen, state,
    resolved_at
FROM work.breaks WHERE (%(account)s::text IS NULL OR account = %(account)s) AND (state <> 'resolved' OR %(past)s)
ORDER BY break_id
"""
_CRAWLS: Final[LiteralString] = """
SELECT account, crawled_at, since, found, fresh, steady, whole, balance, movements, ledger, in_flight, breaks
FROM work.crawls WHERE account = %(account)s AND (whole OR NOT %(whole)s) ORDER BY crawl_id DESC LIMIT %(count)s
"""


class BreakStore:
    """The breaks and runs of all accounts."""

    def __init__(self, pool: Lender) -> None:
        """Use a pool of the worker role."""
        self._pool = pool

    def open(self, account: str) -> list[Break]:
        """Return an account's breaks that are not resolved, the oldest first."""
        return self._breaks(account, past=False)

    def all(self) -> list[Break]:
        """Return every break there ever was, the oldest first."""
        return self._breaks(None, past=True)

    def keep(self, breaks: Iterable[Break]) -> None:
        """Keep breaks as they are now; the first sight of an open one stays."""
        with self._pool.connection() as connection, connection.transaction():
            for one in breaks:
                row = {**one.key._asdict(), **one._asdict()}
                del row["key"]
                changed = connection.execute(_CHANGE, row)
                if changed.rowcount == 0 and one.state is not BreakState.RESOLVED:
                    connection.execute(_ADD, row)

    def record_run(self, run: ReconciliationRun) -> None:
        """Keep a run that ended."""
        row = (run.account, run.ran_at, run.since, run.found, run.fresh, run.steady, run.whole, *run.totals)
        query: LiteralString = (
            "INSERT INTO work.crawls"
            " (account, crawled_at, since, found, fresh, steady, whole, balance, movements, ledger, in_flight, breaks)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        )
        with self._pool.connection() as connection:
            connection.execute(query, row)

    def runs(self, account: str, count: int = 2, *, whole: bool = False) -> list[ReconciliationRun]:
        """Return the latest runs of an account, the last one first; with ``whole`` those that read all that moved."""
        wanted = {"account": account, "count": count, "whole": whole}
        with self._pool.connection() as connection:
            return [_crawl(row) for row in connection.execute(_CRAWLS, wanted)]

    def _breaks(self, account: str | None, *, past: bool) -> list[Break]:
        with self._pool.connection() as connection:
            return [_break(row) for row in connection.execute(_BREAKS, {"account": account, "past": past})]


def _crawl(row: tuple[Any, ...]) -> ReconciliationRun:
    account, ran_at, since, found, fresh, steady, whole, *sums = row
    return ReconciliationRun(account, ran_at, since, found, fresh, steady, Totals(*sums), whole)


def _break(row: tuple[Any, ...]) -> Break:
    account, object_id, way, kind, ledger_cents, provider_cents, what, moved_at, first, last, state, resolved_at = row
    key, life = Key(account, object_id, Direction(way)), (first, last, BreakState(state), resolved_at)
    return Break(key, MatchState(kind), ledger_cents, provider_cents, what, moved_at, *life)
