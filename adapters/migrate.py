"""Bring a database and its ledgers to the present shape: numbered SQL files, each applied once, in order.

An applied file never changes: its hash is kept, and another content is refused. Runs as an administrator; what it
makes belongs to ``coopledger_owner``. Concurrent starts wait for each other.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from adapters.postgres import SIGNING_IN, DatabaseRole, encrypted, password_of
from domain.errors import InvalidInput, LedgerCorrupt, LedgerError

_FILES: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 174_0609
_ROLE_ATTEMPTS: Final = 20
_ROLE_PAUSE: Final = 0.02
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MARK: Final = "public.coopledger_restoring"
"""A table without a column, there from before a backup is brought back until it is verified."""
_BOOK: Final = """
    CREATE TABLE IF NOT EXISTS public.coopledger_migrations (
        scope text, name text, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (scope, name)
    )
"""


class MigrationChanged(LedgerCorrupt):
    """A file that was applied is another one now: the ledger was made by a version of before the first release."""

    code = "migration-changed"
    sentence = (
        "Ce registre a été créé par une version d’essai, qui n’est pas reprise\u00a0: ouvrez un registre neuf. "
        "L’ancien n’est pas modifié et se lit avec la version qui l’a créé."
    )


class NotMigrated(LedgerError):
    """The database lacks a migration of this version: what is served on it would crash here and there."""

    status = 503
    code = "database-not-migrated"
    sentence = (
        "La base de données n’a pas encore la forme que cette version attend. Lancez « coopledger migrate » "
        "avec le rôle d’administration, puis recommencez."
    )


class RestoreUnfinished(NotMigrated):
    """A backup is being brought back into the database, or was not to its end: nobody may see it yet."""

    code = "restore-unfinished"
    sentence = (
        "Une restauration est en cours dans cette base de données, ou n’est pas allée à son terme : le service ne "
        "s’ouvre pas dessus. Si elle a échoué, recommencez-la dans une base neuve."
    )


def check_migrated(connection: Connection[Any], slugs: Iterable[str] = ()) -> None:
    """Refuse a database, or the ledgers of associations in it, that lack a migration; the application's role may ask.

    Raises:
        NotMigrated: a file was not applied.
        RestoreUnfinished: what a backup held is not verified yet.

    """
    if is_restoring(connection):
        raise RestoreUnfinished(missing="verification")
    try:
        rows = connection.execute("SELECT scope, name FROM public.coopledger_migrations").fetchall()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege) as error:
        raise NotMigrated(missing="all") from error
    applied = set(rows)
    scopes = (("database", "database"), *((slug, "ledger") for slug in slugs))
    for scope, folder in scopes:
        missing = [path.name for path in sorted((_FILES / folder).glob("*.sql")) if (scope, path.name) not in applied]
        if missing:
            raise NotMigrated(scope=scope, missing=missing[0])


def applied_migrations(connection: Connection[Any]) -> tuple[str, ...]:
    """Return the files that were applied to a database and its ledgers, each once, as ``folder/name``."""
    rows = connection.execute("SELECT DISTINCT scope = 'database', name FROM public.coopledger_migrations").fetchall()
    return tuple(sorted(f"{'database' if of_database else 'ledger'}/{name}" for of_database, name in rows))


def known_migrations() -> frozenset[str]:
    """Return the files that this version applies."""
    return frozenset(f"{path.parent.name}/{path.name}" for path in _FILES.rglob("*.sql"))


def is_restoring(connection: Connection[Any]) -> bool:
    """Tell whether a database bears the mark of a restore; any role may ask."""
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (_MARK,)).fetchone()
    return row is not None and bool(row[0])


def begin_restore(dsn: str) -> None:
    """Mark an empty database as one that is being filled: no service opens on it; make the roles that own its parts."""
    _make_roles(dsn)
    with psycopg.connect(encrypted(dsn)) as connection:
        connection.execute(SQL("CREATE TABLE {} ()").format(SQL(_MARK)))
        _grant_database(connection)


def end_restore(dsn: str) -> None:
    """Take the mark away: what is there may be served."""
    with psycopg.connect(encrypted(dsn)) as connection:
        connection.execute(SQL("DROP TABLE {}").format(SQL(_MARK)))


def migrate_database(dsn: str) -> None:
    """Make the roles, the registry and the vault, as an administrator of the database."""
    _make_roles(dsn)
    with psycopg.connect(encrypted(dsn)) as connection:
        _begin(connection)
        connection.execute(
            SQL("GRANT SELECT ON public.coopledger_migrations TO {}").format(Identifier(DatabaseRole.APP))
        )
        _grant_database(connection)
        _apply(connection, "database", "database", {})


def migrate_ledger(dsn: str, slug: str, association_id: UUID) -> None:
    """Make the log of one association, or bring it to the present shape."""
    if not _SLUG.fullmatch(slug):
        raise InvalidInput(slug=slug)
    with psycopg.connect(encrypted(dsn)) as connection:
        _begin(connection)
        _apply(connection, slug, "ledger", {"@log@": slug, "@association@": str(association_id)})


def _begin(connection: Connection) -> None:
    """Wait for any other migration of this database, then open the book of what was applied."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    connection.execute(_BOOK)


def _make_roles(dsn: str) -> None:
    """Make the roles that are missing, and set the passwords that are given.

    Roles belong to the whole server, our lock to one database: one that meets another database's start tries again.
    """
    for attempt in range(1, _ROLE_ATTEMPTS + 1):
        try:
            with psycopg.connect(encrypted(dsn)) as connection:
                for role in DatabaseRole:
                    _make_role(connection, role)
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation, psycopg.errors.InternalError_):
            if attempt == _ROLE_ATTEMPTS:
                raise
            time.sleep(_ROLE_PAUSE * attempt)
        else:
            return


def _make_role(connection: Connection, role: DatabaseRole) -> None:
    """Make one role; only its hashed password leaves this process, so that no server log holds it."""
    name = Identifier(role)
    found = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", (role.value,)).fetchone()
    if found is None:
        connection.execute(SQL("CREATE ROLE {}").format(name))
    if role not in SIGNING_IN:
        return
    if found is None or not found[0]:
        connection.execute(SQL("ALTER ROLE {} LOGIN").format(name))
    password = password_of(role)
    if password:
        hashed = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        connection.execute(SQL("ALTER ROLE {} PASSWORD {}").format(name, Literal(hashed)))


def _grant_database(connection: Connection) -> None:
    """Let the roles that own schemas make them here, and let the administrator act as them.

    Temporary tables are all that the auditor makes: they are his session's alone, and gone with it.
    """
    database = Identifier(connection.info.dbname)
    owner, projector = Identifier(DatabaseRole.OWNER), Identifier(DatabaseRole.PROJECTOR)
    connection.execute(SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, Identifier(DatabaseRole.AUDITOR)))
    connection.execute(SQL("GRANT CREATE ON DATABASE {} TO {}, {}").format(database, owner, projector))
    acts_as_all = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolsuper").fetchone()
    if acts_as_all is None:
        connection.execute(SQL("GRANT {}, {} TO CURRENT_USER").format(owner, projector))


def _apply(connection: Connection, scope: str, folder: str, names: dict[str, str]) -> None:
    """Apply the files of a folder that were not applied yet, and check those that were."""
    rows = connection.execute("SELECT name, sha256 FROM public.coopledger_migrations WHERE scope = %s", (scope,))
    applied: dict[str, str] = dict(rows.fetchall())
    for path in sorted((_FILES / folder).glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if applied.get(path.name, digest) != digest:
            raise MigrationChanged(migration=f"{folder}/{path.name}", applied=applied[path.name], found=digest)
        if path.name in applied:
            continue
        for token, value in names.items():
            text = text.replace(token, value)
        connection.execute(SQL("SET LOCAL ROLE {}").format(Identifier(_maker(path))))
        connection.execute(text.encode())
        connection.execute("RESET ROLE")
        connection.execute(
            "INSERT INTO public.coopledger_migrations (scope, name, sha256) VALUES (%s, %s, %s)",
            (scope, path.name, digest),
        )


def _maker(path: Path) -> DatabaseRole:
    """The role that owns what a file makes: the projector for its own schemas, the owner for all the rest."""
    projector = path.stem.endswith(("projector_defaults", "read_models"))
    return DatabaseRole.PROJECTOR if projector else DatabaseRole.OWNER
