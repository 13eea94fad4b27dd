"""Where the database is: the one of the settings, an embedded server of our own, or the demonstration's."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from adapters.local_postgres import LocalPostgres
from adapters.postgres import encrypted
from domain.errors import LedgerError
from service.settings import POSTGRES_PASSWORD, Settings

INSTALLATION: Final = "postgres"
DEMONSTRATION: Final = "demo-postgres"
"""The folders of the two embedded servers, below the data folder."""
_KEY: Final = "COOPLEDGER_VAULT_KEY"


class NoDatabaseHere(LedgerError):
    """Neither a database of the settings nor an embedded one that was made before."""

    status = 503
    code = "no-database-here"
    sentence = (
        "Aucune base de données ici\u00a0: donnez son adresse par COOPLEDGER_DATABASE_URL, créez-en une par "
        "«\u00a0coopledger migrate\u00a0», ou jouez la démonstration par «\u00a0./dev demo\u00a0»."
    )


class DemonstrationOutdated(LedgerError):
    """The demonstration was played by another version: it is thrown away by the next one, never migrated."""

    status = 503
    code = "demonstration-outdated"
    sentence = "La démonstration a été jouée par une autre version. Rejouez-la : « ./dev demo »."


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


def start_existing(settings: Settings, *, demonstration: bool = True) -> tuple[LocalPostgres, str]:
    """Start the embedded server that was made before: the installation's, or if it holds nobody, the demonstration's.

    Whoever has only played the demonstration means it (ADR 50); it is told on the standard error.

    Raises:
        NoDatabaseHere: there is none.

    """
    played = demonstration and LocalPostgres(settings.data_dir / DEMONSTRATION).exists
    if LocalPostgres(settings.data_dir / INSTALLATION).exists:
        postgres, url = start_embedded(settings, INSTALLATION)
        if not played or _holds_associations(url):
            return postgres, url
        postgres.stop()
    if not played:
        raise NoDatabaseHere
    print("Base de la démonstration (la dernière jouée).", file=sys.stderr)  # noqa: T201 - said beside the answer
    key = demonstration_key(settings)
    if key.exists():
        os.environ[_KEY] = key.read_text(encoding="utf-8")
    return start_embedded(settings, DEMONSTRATION)


def demonstration_key(settings: Settings) -> Path:
    """Where the key of the demonstration's vault lies, beside its cluster: its people are invented."""
    return settings.data_dir / DEMONSTRATION / "vault.key"


def _holds_associations(url: str) -> bool:
    with psycopg.connect(url) as connection:
        try:
            return connection.execute("SELECT 1 FROM registry.associations LIMIT 1").fetchone() is not None
        except psycopg.errors.UndefinedTable:
            return False


@contextlib.contextmanager
def administrator(settings: Settings) -> Iterator[str]:
    """Give the database's address to an administrator's command; the embedded server runs meanwhile, if it is ours.

    Raises:
        NoDatabaseHere: none is set, and none was made before.

    """
    if settings.database_url is not None:
        yield encrypted(_with_password(settings.database_url.get_secret_value()))
        return
    with _stopped_after(*start_existing(settings)) as url:
        yield url


@contextlib.contextmanager
def founder(settings: Settings) -> Iterator[str]:
    """Give the database's address to a command that begins an installation; the embedded server is made if need be."""
    if settings.database_url is not None:
        yield encrypted(_with_password(settings.database_url.get_secret_value()))
        return
    with _stopped_after(*start_embedded(settings, INSTALLATION)) as url:
        yield url


@contextlib.contextmanager
def _stopped_after(postgres: LocalPostgres, url: str) -> Iterator[str]:
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
