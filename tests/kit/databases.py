"""Fresh databases on a test server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg.sql import SQL, Identifier

from adapters.local_postgres import LocalPostgres

_NUMBERS: Final = itertools.count(1)


@contextmanager
def fresh_database(server: LocalPostgres, template: str = "template1") -> Iterator[str]:
    """Give the connection string of an empty database, or of a copy of one, and drop it afterwards."""
    name = f"test_{next(_NUMBERS)}"
    make = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(Identifier(name), Identifier(template))
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(make)
        yield server.dsn(name)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
