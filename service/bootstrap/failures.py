"""Errors of the environment, as a sentence and an exit status: a database that is away, a variable that is wrong.

Statuses are those of sysexits.h, which process managers know: 1 for what the service refuses or finds wrong, 2 for an
argument that is not understood (typer's), 69 for a server that is away or what another process holds, 77 for a
refused password, 78 for a wrong variable, a secret that cannot be read or a database that was not migrated. No sentence
shows a connection string, a password or a person.
"""

from __future__ import annotations

import errno
import os
from typing import Final, NamedTuple

import psycopg
from pydantic import ValidationError

from adapters.local_postgres_binaries import BinariesMissing
from adapters.migrate import NotMigrated
from domain.errors import LedgerError
from service.bootstrap.database import DemonstrationOutdated, NoDatabaseHere
from service.bootstrap.secret_files import SecretFileInvalid

REFUSED: Final = 1
UNAVAILABLE: Final = os.EX_UNAVAILABLE
NO_PERMISSION: Final = os.EX_NOPERM
CONFIG: Final = os.EX_CONFIG
_NOT_MIGRATED: Final = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.InvalidSchemaName,
)
_REFUSED_BY_SERVER: Final = ("authentication failed", "no password supplied", "does not exist", "not permitted")
"""What the driver's message holds when the server answers and does not let us in: no code of its own comes with it."""


_GIVEN_BY: Final = {"vault-key-missing": "COOPLEDGER_VAULT_KEY"}
"""Which variable gives what a refusal says is missing."""
_NO_DATABASE: Final = (
    "Aucune base de données n’est indiquée, et le serveur embarqué ne fait pas partie de cette installation. "
    "C’est la variable COOPLEDGER_DATABASE_URL."
)
_PREFIXES: Final = {"PaymentSettings": "COOPLEDGER_STRIPE_", "GoogleSettings": "COOPLEDGER_GOOGLE_"}


class Failure(NamedTuple):
    """What to say, and the exit status."""

    sentence: str
    status: int


def failure_of(error: BaseException) -> Failure | None:
    """Say what an error of the environment means; None for what is a fault of the program, whose trace is of use."""
    if isinstance(error, LedgerError):
        variable = _GIVEN_BY.get(error.code)
        if variable is not None:
            return Failure(f"{error.french} C’est la variable {variable}.", CONFIG)
        return Failure(error.french, _status_of(error))
    if isinstance(error, ValidationError):
        return Failure(_wrong_variables(error), CONFIG)
    if isinstance(error, BinariesMissing):
        return Failure(_NO_DATABASE, CONFIG)
    if isinstance(error, psycopg.Error):
        return _database(error)
    return _system(error) if isinstance(error, OSError) else None


def _status_of(error: LedgerError) -> int:
    """The status of a refusal: one that the database or another process caused is no finding of the command."""
    if isinstance(error, NotMigrated | NoDatabaseHere | DemonstrationOutdated | SecretFileInvalid):
        return CONFIG
    away_or_held = isinstance(error.__cause__, psycopg.OperationalError | BlockingIOError)
    return UNAVAILABLE if away_or_held else REFUSED


def _wrong_variables(error: ValidationError) -> str:
    """Name each variable that was given something else than what it takes, without what was given."""
    prefix = _PREFIXES.get(error.title, "COOPLEDGER_")
    names = sorted({prefix + str(one["loc"][0]).upper() if one["loc"] else prefix + "…" for one in error.errors()})
    listed = ", ".join(names)
    if len(names) == 1:
        return f"La variable {listed} n’a pas une valeur qui convient."
    return f"Ces variables n’ont pas une valeur qui convient\u00a0: {listed}."


def _database(error: psycopg.Error) -> Failure | None:
    if isinstance(error, _NOT_MIGRATED):
        return Failure(NotMigrated.sentence, CONFIG)
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return Failure(
            "Ce rôle de la base de données n’a pas les droits nécessaires. Lancez «\u00a0coopledger migrate\u00a0» "
            "avec le rôle d’administration.",
            NO_PERMISSION,
        )
    if not isinstance(error, psycopg.OperationalError):
        return None
    told = str(error)
    if any(words in told for words in _REFUSED_BY_SERVER):
        return Failure(
            "La base de données refuse la connexion\u00a0: vérifiez COOPLEDGER_DATABASE_URL et les mots de passe des "
            "rôles (COOPLEDGER_APP_PASSWORD et les autres), ou lancez «\u00a0coopledger migrate\u00a0».",
            NO_PERMISSION,
        )
    return Failure(
        "La base de données ne répond pas. Vérifiez qu’elle est démarrée et que COOPLEDGER_DATABASE_URL mène à elle.",
        UNAVAILABLE,
    )


def _system(error: OSError) -> Failure | None:
    if error.errno == errno.EADDRINUSE:
        return Failure(
            "Ce port est déjà pris par un autre programme. Arrêtez-le, ou choisissez-en un autre\u00a0: --port.",
            UNAVAILABLE,
        )
    if error.errno == errno.ENOSPC:
        return Failure("Il n’y a plus de place sur le disque.", UNAVAILABLE)
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return Failure(
            "Un dossier ou un port n’est pas accessible à ce compte. Vérifiez COOPLEDGER_DATA_DIR et --port.",
            NO_PERMISSION,
        )
    return None
