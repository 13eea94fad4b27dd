"""Fresh databases on a test server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from weakref import WeakKeyDictionary

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from adapters.local_postgres import LocalPostgres
from adapters.migrate import migrate_database

_NUMBERS: Final = itertools.count(1)
_EMPTY: Final = "template1"
_MIGRATED: Final[WeakKeyDictionary[LocalPostgres, str]] = WeakKeyDictionary()


@contextmanager
def empty_database(server: LocalPostgres) -> Iterator[str]:
    """Give the connection string of a database without a single table, and drop it afterwards."""
    name = _copy(server, _EMPTY)
    yield server.dsn(name)
    _drop(server, name)


@contextmanager
def copied_database(server: LocalPostgres, template: str) -> Iterator[str]:
    """Give the connection string of a copy of a database that nobody is connected to, and drop it afterwards."""
    name = _copy(server, template)
    yield server.dsn(name)
    _drop(server, name)


@contextmanager
def fresh_database(server: LocalPostgres) -> Iterator[str]:
    """Give the connection string of a database without a ledger, and drop it afterwards.

    It is the copy of one that was migrated once for the whole server: who migrates it finds nothing left to do.
    """
    if server not in _MIGRATED:
        name = _copy(server, _EMPTY)
        migrate_database(server.dsn(name))
        _MIGRATED[server] = name
    name = _copy(server, _MIGRATED[server])
    yield server.dsn(name)
    _drop(server, name)


def _copy(server: LocalPostgres, template: str) -> str:
    """Make a database like another, and return its name."""
    name = f"test_{next(_NUMBERS)}"
    order = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(Identifier(name), Identifier(template))
    _order(server, order)
    return name


def _drop(server: LocalPostgres, name: str) -> None:
    _order(server, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _order(server: LocalPostgres, order: Composed) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(order)
