"""Token buckets, one row each in the association's database: some at once, then one at a time.

One statement takes from all the buckets that an action concerns, the narrowest first. A refusal takes nothing, so that
who waits as long as was said is served. Who does something is kept as a keyed digest alone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from adapters.connections import Lender
from adapters.rate_limits.errors import TooManyAttempts

_TAKE: Final = """
    WITH late AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    SELECT taken.refused, taken.wait
    FROM late, LATERAL vault.take_from_buckets(%s, %s::interval[], %s::integer[], %s) AS taken
"""
"""What was taken in the last half a second before a crash may be taken again: no request waits for the disk."""
_GIVE_BACK: Final = """
    UPDATE vault.rate_limits AS known SET full_at = known.full_at - given.refill
    FROM unnest(%s::bytea[], %s::interval[]) AS given (bucket, refill) WHERE known.bucket = given.bucket
"""


class RateLimit(NamedTuple):
    """How often something may be done by one: ``burst`` times at once, then once each ``refill``."""

    name: str
    burst: int
    refill: timedelta


class Charge(NamedTuple):
    """One use of a limit; ``who`` is whatever it counts by: a network, an account, a campaign, an address of e-mail."""

    limit: RateLimit
    who: str


class RateLimiter:
    """The buckets of one association, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, secret: Callable[[str], bytes]) -> None:
        """Keep them; ``secret`` gives the association's secret of a name."""
        self._pool = pool
        self._secret = secret

    def take(self, charges: Sequence[Charge], now: datetime) -> None:
        """Take one from the bucket of each charge, or from none: the first that is empty stops it.

        Raises:
            TooManyAttempts: a bucket is empty.

        """
        if not charges:
            return
        limits = [charge.limit for charge in charges]
        parameters = (
            [self._bucket(charge) for charge in charges],
            [limit.refill for limit in limits],
            [limit.burst for limit in limits],
            now,
        )
        with self._pool.connection() as connection:
            found = connection.execute(_TAKE, parameters).fetchone()
        if found is not None and found[0] is not None:
            refused, wait = found
            raise TooManyAttempts(limit=limits[refused - 1].name, wait=wait)

    def give_back(self, charges: Sequence[Charge]) -> None:
        """Undo the charges of something that turned out to be right, such as a password."""
        parameters = ([self._bucket(charge) for charge in charges], [charge.limit.refill for charge in charges])
        with self._pool.connection() as connection:
            connection.execute(_GIVE_BACK, parameters)

    def erase_expired(self, now: datetime) -> int:
        """Erase the buckets that are full again; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM vault.rate_limits WHERE full_at <= %s", (now,)).rowcount

    def _bucket(self, charge: Charge) -> bytes:
        counted = f"{charge.limit.name}\n{charge.who}".encode()
        return hmac.new(self._secret("attempts"), counted, hashlib.sha256).digest()
