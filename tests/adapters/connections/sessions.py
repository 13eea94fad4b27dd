"""A server that ends the sessions of a database, as it does when it restarts or fails over."""

from __future__ import annotations

import time
from typing import Any, Final, LiteralString

import psycopg

_US: Final = "watching"
"""Who looks: a session that looked a moment ago may still be there."""
_OTHERS: Final = """
FROM pg_stat_activity
WHERE datname = current_database() AND application_name <> 'watching' AND backend_type = 'client backend'
"""
_END: Final = f"SELECT pid, pg_terminate_backend(pid) {_OTHERS}"
_BELIEVED: Final = 0.02
"""Seconds after which a pool looks at a connection that came back: more than it believes one for."""
_COUNT: Final = f"SELECT count(*) {_OTHERS}"
_LEFT: Final = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)"
_PAUSE: Final = 0.002
"""Seconds between two looks at what is left: Postgres itself would look ten times a second, for one after the other."""


def end_sessions(database: str) -> int:
    """End every other session of a database, and return how many there were.

    They are gone then, and for so long that a pool does not believe the last that was lent to be alive.
    """
    with psycopg.connect(database, autocommit=True, application_name=_US) as administrator:
        ended = [pid for pid, _ in administrator.execute(_END)]
        while _count(administrator, _LEFT, ended):
            time.sleep(_PAUSE)
    time.sleep(_BELIEVED)
    return len(ended)


def count_sessions(database: str) -> int:
    """How many other sessions a database has."""
    with psycopg.connect(database, autocommit=True, application_name=_US) as administrator:
        return _count(administrator, _COUNT)


def _count(administrator: psycopg.Connection[Any], statement: LiteralString, *parameters: object) -> int:
    row = administrator.execute(statement, parameters).fetchone()
    assert row is not None
    return int(row[0])
