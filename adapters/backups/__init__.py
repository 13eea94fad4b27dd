"""Backups: a folder with the dump of a database and what lies beside it, and the programs of Postgres that make it."""

from adapters.backups.errors import (
    BackupBroken,
    BackupError,
    BackupFailed,
    BackupOfLaterVersion,
    DumpToolMissing,
    RestoredOtherwise,
    SeveralDatabases,
    TargetNotEmpty,
)
from adapters.backups.folder import DUMP, ERASURES, BackedUpLedger, Manifest, checked_manifest, finish, unfinished
from adapters.backups.programs import dump, program, restore

__all__ = [
    "DUMP",
    "ERASURES",
    "BackedUpLedger",
    "BackupBroken",
    "BackupError",
    "BackupFailed",
    "BackupOfLaterVersion",
    "DumpToolMissing",
    "Manifest",
    "RestoredOtherwise",
    "SeveralDatabases",
    "TargetNotEmpty",
    "checked_manifest",
    "dump",
    "finish",
    "program",
    "restore",
    "unfinished",
]
