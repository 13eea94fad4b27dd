"""Where the database is: the one of the settings, or an embedded server of our own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from adapters.local_postgres import LocalPostgres
from adapters.postgres import encrypted
from service.settings import POSTGRES_PASSWORD, Settings


def start_embedded(settings: Settings, name: str, *, fresh: bool = False) -> tuple[LocalPostgres, str]:
    """Start the embedded Postgres below the data folder, and return it with the address of its database.

    ``fresh`` throws away what the database held: for the demonstration only.
    """
    postgres = LocalPostgres(settings.data_dir / name)
    postgres.start()
    database = Identifier("coopledger")
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        if fresh:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        with contextlib.suppress(psycopg.errors.DuplicateDatabase):
            connection.execute(SQL("CREATE DATABASE {}").format(database))
    return postgres, postgres.dsn("coopledger")


@contextlib.contextmanager
def administrator(settings: Settings) -> Iterator[str]:
    """Give the database's address to an administrator's command; the embedded server runs meanwhile, if it is ours."""
    if settings.database_url is not None:
        yield encrypted(_with_password(settings.database_url.get_secret_value()))
        return
    postgres, url = start_embedded(settings, "postgres")
    try:
        yield url
    finally:
        postgres.stop()


def _with_password(url: str) -> str:
    """Add the administrator's password to an address that says none: as a value of its own it may hold any sign."""
    password = os.environ.get(POSTGRES_PASSWORD)
    if not password or "password" in conninfo_to_dict(url):
        return url
    return make_conninfo(url, password=password)
