"""Why a backup is not made, or not brought back."""

from __future__ import annotations

from domain.errors import LedgerError


class BackupError(LedgerError):
    """A backup that was not made or not brought back: nothing that was there has changed."""

    status = 500


class BackupBroken(BackupError):
    """A folder that is no backup, or of which something is missing or was altered."""

    code = "backup-broken"
    sentence = (
        "Cette sauvegarde est incomplète ou abîmée\u00a0: rien n’a été restauré. Prenez-en une autre, ou recopiez-la."
    )


class BackupOfLaterVersion(BackupError):
    """It was made by a later version of this program, which knows migrations that this one does not."""

    code = "backup-of-later-version"
    sentence = (
        "Cette sauvegarde vient d’une version plus récente de Coopledger\u00a0: rien n’a été restauré. "
        "Installez cette version, puis recommencez."
    )


class BackupFailed(BackupError):
    """A program of Postgres ended badly; ``told`` is the last thing that it said."""

    code = "backup-failed"
    sentence = "{program} n’a pas abouti ({told})."


class DumpToolMissing(BackupError):
    """The programs of Postgres are not here."""

    code = "dump-tool-missing"
    sentence = (
        "Le programme {program} est introuvable. Installez les outils clients de PostgreSQL (postgresql-client), "
        "ou nommez leur dossier par COOPLEDGER_PG_BIN."
    )


class SeveralDatabases(BackupError):
    """An association's ledger lies in a database of its own, which one dump does not hold."""

    code = "several-databases"
    sentence = (
        "Le registre de {slug} est dans une base de données à part\u00a0: sauvegardez chaque base avec pg_dump, "
        "comme l’explique docs/operate/backup.md."
    )


class TargetNotEmpty(BackupError):
    """The database holds something already."""

    code = "target-not-empty"
    sentence = (
        "La base de données n’est pas vide\u00a0: rien n’a été restauré. Restaurez dans une base neuve\u00a0; "
        "celle-ci reste comme elle est."
    )


class RestoredOtherwise(BackupError):
    """What was brought back is not what was backed up, or does not hold: the service does not open on it."""

    code = "restored-otherwise"
    sentence = (
        "Le registre de {slug} restauré n’est pas conforme\u00a0: {verdict} Le service ne s’ouvre pas dessus. "
        "Prenez une autre sauvegarde."
    )
