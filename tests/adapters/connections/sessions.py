"""A server that ends the sessions of a database, as it does when it restarts or fails over."""

from __future__ import annotations

import time
from typing import Final

import psycopg

_US: Final = "watching"
"""Who looks: a session that looked a moment ago may still be there."""
_OTHERS: Final = """
FROM pg_stat_activity
WHERE datname = current_database() AND application_name <> 'watching' AND backend_type = 'client backend'
"""
_END: Final = f"SELECT pg_terminate_backend(pid, 5000) {_OTHERS}"
_BELIEVED: Final = 0.02
"""Seconds after which a pool looks at a connection that came back: more than it believes one for."""
_COUNT: Final = f"SELECT count(*) {_OTHERS}"


def end_sessions(database: str) -> int:
    """End every other session of a database, and return how many there were.

    They are gone then, and for so long that a pool does not believe the last that was lent to be alive.
    """
    with psycopg.connect(database, autocommit=True, application_name=_US) as administrator:
        ended = len(administrator.execute(_END).fetchall())
    time.sleep(_BELIEVED)
    return ended


def count_sessions(database: str) -> int:
    """How many other sessions a database has."""
    with psycopg.connect(database, autocommit=True, application_name=_US) as administrator:
        row = administrator.execute(_COUNT).fetchone()
    assert row is not None
    return int(row[0])
