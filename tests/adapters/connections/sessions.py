"""A server that ends the sessions of a database, as it does when it restarts or fails over."""

from __future__ import annotations

from typing import Final

import psycopg

_US: Final = "watching"
"""Who looks: a session that looked a moment ago may still be there."""
_OTHERS: Final = """
FROM pg_stat_activity
WHERE datname = current_database() AND application_name <> 'watching' AND backend_type = 'client backend'
"""
_END: Final = f"SELECT pg_terminate_backend(pid, 5000) {_OTHERS}"
_COUNT: Final = f"SELECT count(*) {_OTHERS}"


def end_sessions(database: str) -> int:
    """End every other session of a database, wait until they are gone, and return how many there were."""
    with psycopg.connect(database, autocommit=True, application_name=_US) as administrator:
        return len(administrator.execute(_END).fetchall())


def count_sessions(database: str) -> int:
    """How many other sessions a database has."""
    with psycopg.connect(database, autocommit=True, application_name=_US) as administrator:
        row = administrator.execute(_COUNT).fetchone()
    assert row is not None
    return int(row[0])
