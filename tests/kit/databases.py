"""Fresh databases on a test server: copies of what was made once for the whole server."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from adapters.local_postgres import LocalPostgres
from adapters.migrate import migrate_database

Make = Callable[[str], None]
"""Makes something in the empty database that a connection string names, and leaves no connection open."""

_NUMBERS: Final = itertools.count(1)
_EMPTY: Final = "template1"
_MADE: Final[WeakKeyDictionary[LocalPostgres, dict[Make, str]]] = WeakKeyDictionary()
# What roles may do in a database is kept outside of it, so that no copy has it.
_SAME_RIGHTS: Final = """
    UPDATE pg_database SET datacl = (SELECT datacl FROM pg_database WHERE datname = {template}) WHERE datname = {copy}
"""


@contextmanager
def empty_database(server: LocalPostgres) -> Iterator[str]:
    """Give the connection string of a database without a single table, and drop it afterwards."""
    with copied_database(server, _EMPTY) as empty:
        yield empty


@contextmanager
def copied_database(server: LocalPostgres, template: str) -> Iterator[str]:
    """Give the connection string of a copy of a database that nobody is connected to, and drop it afterwards."""
    name = _copy(server, template)
    yield server.dsn(name)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def database_with(server: LocalPostgres, make: Make) -> Iterator[str]:
    """Give the connection string of a copy of what is made once for the whole server, and drop it afterwards."""
    made = _MADE.setdefault(server, {})
    if make not in made:
        name = _copy(server, _EMPTY)
        make(server.dsn(name))
        made[make] = name
    with copied_database(server, made[make]) as copy:
        yield copy


@contextmanager
def fresh_database(server: LocalPostgres) -> Iterator[str]:
    """Give the connection string of a database without a ledger, and drop it afterwards.

    It was migrated: who migrates it finds nothing left to do.
    """
    with database_with(server, migrate_database) as fresh:
        yield fresh


def _copy(server: LocalPostgres, template: str) -> str:
    """Make a database like another, with the same rights, and return its name."""
    name = f"test_{next(_NUMBERS)}"
    order = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(Identifier(name), Identifier(template))
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(order)
        connection.execute(SQL(_SAME_RIGHTS).format(template=Literal(template), copy=Literal(name)))
    return name
