"""The folder of a backup: the dump, the list of erasures, and a manifest that says what they must be.

It is filled under another name and renamed once everything is on the disk: a backup that has its name is whole.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from adapters.backups.errors import BackupBroken

DUMP: Final = "database.dump"
"""The database, in the custom format of pg_dump."""
ERASURES: Final = "erasures.jsonl"
"""The list of erasures as it was: what was erased since is in the list beside the database, or its latest copy."""
_MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1
_UNFINISHED: Final = ".unfinished"
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600


class BackedUpLedger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ledger as it was: the position of its last event, and the hash of the chain there (empty without an event)."""

    slug: str
    association_id: UUID
    position: int
    hash: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a backup holds: ``migrations`` are the files that were applied, ``files`` the SHA-256 of each file."""

    format: int
    made_at: datetime
    server: str
    migrations: tuple[str, ...]
    ledgers: tuple[BackedUpLedger, ...]
    files: dict[str, str]


def unfinished(folder: Path, at: datetime) -> Path:
    """Make a new folder for a backup of an instant, under a name that no restore takes."""
    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    made = folder / f"coopledger-{at:%Y%m%dT%H%M%SZ}{_UNFINISHED}"
    made.mkdir(mode=_PRIVATE_FOLDER)
    return made


def finish(
    folder: Path, *, at: datetime, server: str, migrations: tuple[str, ...], ledgers: tuple[BackedUpLedger, ...]
) -> Path:
    """Write the manifest, have everything on the disk, and give the folder its name."""
    files = {}
    for path in sorted(folder.iterdir()):
        path.chmod(_PRIVATE_FILE)
        files[path.name] = _on_disk(path)
    manifest = Manifest(_FORMAT, at, server, migrations, ledgers, files)
    path = folder / _MANIFEST
    path.write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    path.chmod(_PRIVATE_FILE)
    _on_disk(path)
    named = folder.with_name(folder.name.removesuffix(_UNFINISHED))
    folder.rename(named)
    return named


def checked_manifest(folder: Path) -> Manifest:
    """Read the manifest of a backup, once every file of it is what it says.

    Raises:
        BackupBroken: it is no backup, not finished, or a file is missing or another one.

    """
    try:
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
        if folder.name.endswith(_UNFINISHED) or manifest.format != _FORMAT or not {DUMP} <= manifest.files.keys():
            raise BackupBroken(kind="format")
        for name, digest in manifest.files.items():
            if _digest(folder / Path(name).name) != digest:
                raise BackupBroken(kind="digest", file=name)
    except (OSError, msgspec.MsgspecError) as error:
        raise BackupBroken(kind=type(error).__name__) from error
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _on_disk(path: Path) -> str:
    """Wait until a file is on the disk, and return its digest."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return _digest(path)
