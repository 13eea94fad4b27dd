"""How often something may be tried: counted in the database, so that several processes and a restart count as one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from psycopg_pool import ConnectionPool

from adapters.family_accounts.errors import TooManyAttempts

WINDOW: Final = timedelta(minutes=15)
_COUNT: Final = """
    INSERT INTO vault.attempts AS known (who, began_at, tried) VALUES (%(who)s, %(now)s, 1)
    ON CONFLICT (who) DO UPDATE SET
        tried = CASE WHEN known.began_at <= %(before)s THEN 1 ELSE known.tried + 1 END,
        began_at = CASE WHEN known.began_at <= %(before)s THEN excluded.began_at ELSE known.began_at END
    RETURNING tried
"""


class RateLimit(NamedTuple):
    """What is tried, and how many times an address or a connection may within a quarter of an hour."""

    name: str
    most: int


class AttemptCounter:
    """The attempts of the visitors of one association."""

    def __init__(self, pool: ConnectionPool, secret: Callable[[str], bytes]) -> None:
        """Keep them; ``secret`` gives the association's secret of a name."""
        self._pool = pool
        self._secret = secret

    def count(self, limit: RateLimit, who: str, now: datetime) -> None:
        """Count an attempt by an address or a connection, neither of which is kept.

        Raises:
            TooManyAttempts: it is one too many.

        """
        row = {"who": self._digest(limit, who), "now": now, "before": now - WINDOW}
        with self._pool.connection() as connection:
            found = connection.execute(_COUNT, row).fetchone()
        if found is None or found[0] > limit.most:
            raise TooManyAttempts(limit=limit.name)

    def forget(self, limit: RateLimit, who: str) -> None:
        """Set the count back to zero after a success."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM vault.attempts WHERE who = %s", (self._digest(limit, who),))

    def erase_expired(self, now: datetime) -> int:
        """Erase what is too old to count; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM vault.attempts WHERE began_at <= %s", (now - WINDOW,)).rowcount

    def _digest(self, limit: RateLimit, who: str) -> bytes:
        return hmac.new(self._secret("attempts"), f"{limit.name}\n{who}".encode(), hashlib.sha256).digest()
