"""How much waits, how far readers are behind, when the books were last compared: queries whose cost knows no history.

Each reads partial indexes of what waits, or single rows; nothing counts what was done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.reconciliation.expected import PLATFORM
from projections.catalogue import stored_versions
from projections.engine.runner import tracked

MOST: Final = 10_000
"""How many rows that wait are counted at most: a number like it says « very many »."""
_DUE_TASKS: Final[LiteralString] = """
SELECT ledger, count(*), min(run_at) FROM (
    SELECT ledger, run_at FROM work.tasks WHERE state = 'waiting' AND run_at <= %s ORDER BY run_at, task_id LIMIT %s
) AS due GROUP BY ledger
"""
_PARKED_TASKS: Final[LiteralString] = """
SELECT ledger, count(*) FROM (SELECT ledger FROM work.tasks WHERE state = 'parked' LIMIT %s) AS parked GROUP BY ledger
"""
_DUE_NOTIFICATIONS: Final[LiteralString] = """
SELECT count(*), min(run_at) FROM (
    SELECT run_at FROM work.notifications WHERE state = 'waiting' AND run_at <= %s ORDER BY run_at, event LIMIT %s
) AS due
"""
_PARKED_NOTIFICATIONS: Final[LiteralString] = """
SELECT count(*) FROM (SELECT FROM work.notifications WHERE state = 'parked' LIMIT %s) AS parked
"""
_BEHIND: Final = SQL("""
SELECT head.position - %(reached)s, coalesce(extract(epoch FROM clock_timestamp() - (
    SELECT recorded_at FROM {}.ledger_events WHERE position = %(reached)s + 1
)), 0)::float8
FROM {}.ledger_head AS head
""")
_RECONCILED: Final[LiteralString] = (
    "SELECT crawled_at FROM work.crawls WHERE account = %s ORDER BY crawl_id DESC LIMIT 1"
)


class QueueFigures(NamedTuple):
    """What waits in a queue for a ledger (none is named by what a provider announced): rows, and seconds."""

    queue: str
    ledger: str
    due: int
    parked: int
    oldest_seconds: float


class ReaderFigures(NamedTuple):
    """How many events a ledger's read models have not applied, and since how many seconds the first of them waits."""

    ledger: str
    events: int
    seconds: float


def queue_figures(connection: Connection[Any], now: datetime) -> list[QueueFigures]:
    """Count what is due and what is parked, as the worker's role."""
    due = {row[0]: row[1:] for row in connection.execute(_DUE_TASKS, (now, MOST))}
    parked: dict[str, int] = dict(connection.execute(_PARKED_TASKS, (MOST,)).fetchall())
    found = []
    for ledger in sorted(due.keys() | parked.keys()):
        count, oldest = due.get(ledger, (0, None))
        found.append(QueueFigures("tasks", ledger, count, parked.get(ledger, 0), _age(oldest, now)))
    ((count, oldest),) = connection.execute(_DUE_NOTIFICATIONS, (now, MOST)).fetchall()
    ((aside,),) = connection.execute(_PARKED_NOTIFICATIONS, (MOST,)).fetchall()
    found.append(QueueFigures("notifications", "", count, aside, _age(oldest, now)))
    return found


def reader_figures(connection: Connection[Any], slug: str) -> ReaderFigures:
    """Say how far a ledger's read models are behind, as the application's role."""
    query = _BEHIND.format(Identifier(slug), Identifier(slug))
    with connection.transaction():
        # For this transaction only: the connection is lent to others as well.
        connection.execute("SELECT set_config('search_path', %s, true)", (f"{slug}_read",))
        reached = tracked(connection) if stored_versions(connection) else 0
        ((events, seconds),) = connection.execute(query, {"reached": reached}).fetchall()
    return ReaderFigures(slug, events, seconds)


def last_reconciliation(connection: Connection[Any]) -> datetime | None:
    """Tell when the books of the payment provider were last compared, as the worker's role."""
    row = connection.execute(_RECONCILED, (PLATFORM,)).fetchone()
    return row[0] if row else None


def _age(oldest: datetime | None, now: datetime) -> float:
    return 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
