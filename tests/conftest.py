"""What every test may ask for: a Postgres server, and a fresh database on it."""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from adapters.local_postgres import LocalPostgres

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[LocalPostgres]:
    """A Postgres server for the whole run (with pytest-xdist: one for each worker)."""
    # Not pytest's own temporary folder: its parent is closed to the account that root hands the server to.
    server = LocalPostgres(Path(tempfile.mkdtemp(prefix="coopledger-tests-")), durable=False)
    try:
        server.start()
        yield server
    finally:
        server.destroy()


@pytest.fixture
def database(postgres: LocalPostgres) -> Iterator[str]:
    """The connection string of an empty database, dropped after the test."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        yield postgres.dsn(name)
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
