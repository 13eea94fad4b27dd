"""Campaigns on which stolen cards are probably tested; each alert ends by itself.

Nobody can close a school's collection with bad cards: an alert slows visitors that nobody knows, for an hour.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.connections import Lender

ALERT: Final = timedelta(hours=1)
"""How long an alert lasts; refusals that go on begin another."""
_BEGIN: Final = """
    INSERT INTO work.card_alerts AS known (ledger, campaign_id, began_at, ends_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (ledger, campaign_id) DO UPDATE SET began_at = excluded.began_at, ends_at = excluded.ends_at
    WHERE known.ends_at <= excluded.began_at
"""


class CardAlerts:
    """The alerts of all ledgers of a database, over a pool of the worker role."""

    def __init__(self, pool: Lender) -> None:
        """Keep them."""
        self._pool = pool

    def begin(self, ledger: str, campaign_id: UUID, at: datetime) -> bool:
        """Begin an alert of one hour; False while one is on."""
        with self._pool.connection() as connection:
            return connection.execute(_BEGIN, (ledger, campaign_id, at, at + ALERT)).rowcount == 1

    def is_on(self, ledger: str, campaign_id: UUID, now: datetime) -> bool:
        """Tell whether cards are being tested on a campaign."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT FROM work.card_alerts WHERE ledger = %s AND campaign_id = %s AND ends_at > %s",
                (ledger, campaign_id, now),
            ).fetchone()
        return row is not None

    def erase_expired(self, now: datetime) -> int:
        """Erase the alerts that are over; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM work.card_alerts WHERE ends_at <= %s", (now,)).rowcount
