"""A limiter on a database of its own, and a clock that tests move."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.connections import Pool
from adapters.local_postgres import LocalPostgres
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.rate_limits import RateLimiter
from tests.kit.databases import fresh_database


@contextmanager
def vault_pool(postgres: LocalPostgres, size: int = 4) -> Iterator[Pool]:
    """Give connections of the vault's own role to a database with its schemas."""
    with fresh_database(postgres) as database:
        migrate_database(database)
        dsn = conninfo_for(database, DatabaseRole.VAULT)
        with Pool(dsn, size=size) as pool:
            yield pool


def new_limiter(pool: Pool) -> RateLimiter:
    """Give the buckets of an association of the test's own, all full."""
    secret = os.urandom(32)
    return RateLimiter(pool, lambda _: secret)
