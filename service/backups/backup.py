"""Making a backup: one snapshot of the database while the service goes on, with the list of erasures beside it.

The keys of the vault are not in it: a backup alone shows nobody's name (`docs/operate/backup.md`).
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.backups import DUMP, ERASURES, BackedUpLedger, SeveralDatabases, dump, finish, program, unfinished
from adapters.migrate import applied_migrations, check_migrated
from adapters.registry import AssociationEntry, associations
from adapters.retention import ErasureList
from service.backups.place import BackupPlace
from service.settings import Settings

_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def back_up(place: BackupPlace, settings: Settings, folder: Path, at: datetime) -> Path:
    """Back an installation up into a new folder within a folder, and return it.

    Raises:
        NotMigrated: the database is of an earlier version, or was not brought back to its end.
        SeveralDatabases: a ledger lies in another database.
        DumpToolMissing, BackupFailed: pg_dump is not here, or ended badly.
        ErasureListUnreadable: whom to forget is not known.

    """
    pg_dump = program("pg_dump", place.binaries)
    ErasureList(settings.erasures).read()
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(_SNAPSHOT)
        entries = list(_entries(connection))
        ledgers = tuple(_ledger(connection, entry) for entry in entries)
        made = unfinished(folder, at)
        try:
            dump(pg_dump, place.url, _snapshot(connection), made / DUMP)
            if settings.erasures.exists():
                shutil.copyfile(settings.erasures, made / ERASURES)
            server = str(connection.info.server_version)
            return finish(made, at=at, server=server, migrations=applied_migrations(connection), ledgers=ledgers)
        except BaseException:
            shutil.rmtree(made)
            raise


def _entries(connection: Connection[Any]) -> list[AssociationEntry]:
    check_migrated(connection)
    entries = list(associations(connection))
    for entry in entries:
        if entry.dsn is not None:
            raise SeveralDatabases(slug=entry.slug)
    check_migrated(connection, [entry.slug for entry in entries])
    return entries


def _snapshot(connection: Connection[Any]) -> str:
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    return str(row[0]) if row else ""


def _ledger(connection: Connection[Any], entry: AssociationEntry) -> BackedUpLedger:
    query = SQL("SELECT position, hash FROM {}.ledger_head").format(Identifier(entry.slug))
    position, digest = connection.execute(query).fetchone() or (0, b"")
    return BackedUpLedger(entry.slug, entry.association_id, position, bytes(digest).hex())
