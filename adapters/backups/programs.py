"""pg_dump and pg_restore, of the embedded server or of the system; a password goes by the environment, never by ps."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from adapters.backups.errors import BackupFailed, DumpToolMissing
from adapters.local_postgres_binaries import BINARIES_VARIABLE


def program(name: str, binaries: Path | None) -> Path:
    """Find a program of Postgres: in the folder of the embedded server, the one that is named, or on the path.

    Raises:
        DumpToolMissing: it is in none.

    """
    folder = binaries or os.environ.get(BINARIES_VARIABLE)
    found = shutil.which(name, path=str(folder) if folder else None)
    if found is None:
        raise DumpToolMissing(program=name)
    return Path(found)


def dump(pg_dump: Path, dsn: str, snapshot: str, target: Path) -> None:
    """Write a whole database as one snapshot shows it into a file, while others go on writing.

    Raises:
        BackupFailed: pg_dump ended badly.

    """
    _run(pg_dump, dsn, "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
    if not target.exists():
        raise BackupFailed(program=pg_dump.name, told="aucun fichier")


def restore(pg_restore: Path, dsn: str, source: Path) -> None:
    """Fill an empty database from such a file: all of it or nothing.

    Raises:
        BackupFailed: pg_restore ended badly.

    """
    _run(pg_restore, dsn, "--single-transaction", "--exit-on-error", str(source))


def _run(path: Path, dsn: str, *options: str) -> None:
    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    password = parts.pop("password", None)
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    done = subprocess.run(
        [str(path), f"--dbname={make_conninfo('', **parts)}", "--no-password", *options],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
    )
    if done.returncode != 0:
        told = done.stderr.strip().splitlines()
        raise BackupFailed(program=path.name, told=told[0] if told else f"statut {done.returncode}")
