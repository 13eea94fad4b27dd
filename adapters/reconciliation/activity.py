"""Where something moved: what is open on each account, when it was last read, and what the ledgers wait for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from adapters.connections import Lender
from domain.errors import Conflict
from domain.reconciliation.awaited import Awaited
from domain.reconciliation.visits import AccountActivity

_WAITED_FOR: Final = timedelta(days=30)
"""What is not told for longer has an account asked after it once a week, as any other."""
_ACTIVITY: Final[LiteralString] = """
SELECT known.account, whole.crawled_at AS whole_at, sweeps.swept_at, sweeps.looked_at,
    greatest(open.at, told.at) AS stirred_at, certifying.since AS certifying_at
FROM unnest(%(accounts)s::text[]) AS known (account)
LEFT JOIN work.sweeps ON sweeps.account = known.account
LEFT JOIN LATERAL (
    SELECT crawled_at FROM work.crawls WHERE crawls.account = known.account AND crawls.whole
    ORDER BY crawl_id DESC LIMIT 1
) AS whole ON true
LEFT JOIN (
    SELECT account, max(at) AS at FROM (
        SELECT account, known_at AS at FROM work.expected WHERE NOT settled
        UNION ALL SELECT account, moved_at FROM work.movements WHERE NOT settled
        UNION ALL SELECT account, first_seen FROM work.breaks WHERE state <> 'resolved'
        UNION ALL SELECT accounts.account, awaited.since FROM work.awaited
            JOIN work.accounts ON accounts.ledger = awaited.ledger AND accounts.coop_id = awaited.coop_id
            WHERE awaited.since > %(waited_since)s AND awaited.kind <> 'certification'
    ) AS each GROUP BY account
) AS open ON open.account = known.account
LEFT JOIN LATERAL (
    SELECT max(received_at) AS at FROM work.notifications
    WHERE notifications.account = known.account AND received_at > coalesce(whole.crawled_at, '-infinity')
) AS told ON true
LEFT JOIN (
    SELECT accounts.account, awaited.since FROM work.awaited
    JOIN work.accounts ON accounts.ledger = awaited.ledger AND accounts.coop_id = awaited.coop_id
    WHERE awaited.since > %(waited_since)s AND awaited.kind = 'certification'
) AS certifying ON certifying.account = known.account
"""
_BEGUN_ROUND: Final[LiteralString] = """
SELECT DISTINCT account FROM work.crawls
WHERE crawl_id > coalesce((SELECT max(crawl_id) FROM work.crawls WHERE account = %(platform)s), 0)
    AND crawled_at > %(since)s
"""
_FOLLOW: Final[LiteralString] = """
INSERT INTO work.awaited_followed AS known (ledger, position) VALUES (%(ledger)s, %(position)s)
ON CONFLICT (ledger) DO UPDATE SET position = excluded.position WHERE known.position = %(before)s
"""


class AwaitedChange(NamedTuple):
    """What a ledger waits for since an instant, or no more (none)."""

    awaited: Awaited
    coop_id: UUID
    since: datetime | None


class ActivityStore:
    """What is known of the activity of all accounts."""

    def __init__(self, pool: Lender) -> None:
        """Use a pool of the worker role."""
        self._pool = pool

    def of(self, accounts: Sequence[str], now: datetime) -> list[AccountActivity]:
        """Return what is known of some accounts."""
        wanted = {"accounts": list(accounts), "waited_since": now - _WAITED_FOR}
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(AccountActivity)) as cursor:
            return cursor.execute(_ACTIVITY, wanted).fetchall()

    def done_since(self, platform: str, since: datetime) -> set[str]:
        """Return the accounts that a round did before it was stopped: the platform's, its last, is not among them."""
        with self._pool.connection() as connection:
            return {row[0] for row in connection.execute(_BEGUN_ROUND, {"platform": platform, "since": since})}

    def note_look(self, account: str, now: datetime) -> None:
        """Remember that an account was looked at for what it may do."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO work.sweeps (account, looked_at) VALUES (%s, %s)"
                " ON CONFLICT (account) DO UPDATE SET looked_at = excluded.looked_at",
                (account, now),
            )

    def followed(self, ledger: str) -> int:
        """Return how far a log was read for what it waits for."""
        with self._pool.connection() as connection:
            query = "SELECT position FROM work.awaited_followed WHERE ledger = %s"
            row = connection.execute(query, (ledger,)).fetchone()
        return row[0] if row else 0

    def follow(self, ledger: str, before: int, position: int, changes: Sequence[AwaitedChange]) -> None:
        """Keep what the events of a log after ``before`` up to ``position`` wait for, in their order.

        Raises:
            Conflict: another follower was faster; nothing was kept.

        """
        with self._pool.connection() as connection, connection.transaction():
            moved = connection.execute(_FOLLOW, {"ledger": ledger, "before": before, "position": position})
            if moved.rowcount == 0:
                raise Conflict(ledger=ledger, expected=before)
            for change in changes:
                if change.since is None:
                    query: LiteralString = "DELETE FROM work.awaited WHERE ledger = %s AND kind = %s AND subject = %s"
                    connection.execute(query, (ledger, *change.awaited))
                else:
                    connection.execute(
                        "INSERT INTO work.awaited (ledger, kind, subject, coop_id, since)"
                        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                        (ledger, *change.awaited, change.coop_id, change.since),
                    )
