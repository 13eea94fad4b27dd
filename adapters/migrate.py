"""Bring a database and its ledgers to the present shape: numbered SQL files, each applied once, in order.

An applied file never changes: its hash is kept, and another content is refused. Runs as an administrator; what it
makes belongs to ``coopledger_owner``. Concurrent starts wait for each other.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from adapters.postgres import SIGNING_IN, DatabaseRole, password_of
from domain.errors import InvalidInput, LedgerCorrupt

_FILES: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 174_0609
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_BOOK: Final = """
    CREATE TABLE IF NOT EXISTS public.coopledger_migrations (
        scope text, name text, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (scope, name)
    )
"""


def migrate_database(dsn: str) -> None:
    """Make the roles, the registry and the vault, as an administrator of the database."""
    with psycopg.connect(dsn) as connection:
        _begin(connection)
        _make_roles(connection)
        _apply(connection, "database", "database", {})


def migrate_ledger(dsn: str, slug: str, association_id: UUID) -> None:
    """Make the log of one association, or bring it to the present shape."""
    if not _SLUG.fullmatch(slug):
        raise InvalidInput(slug=slug)
    with psycopg.connect(dsn) as connection:
        _begin(connection)
        _apply(connection, slug, "ledger", {"@log@": slug, "@association@": str(association_id)})


def _begin(connection: Connection) -> None:
    """Wait for any other migration of this database, then open the book of what was applied."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    connection.execute(_BOOK)


def _make_roles(connection: Connection) -> None:
    """Make the roles, which belong to the whole server, and give the database's rights to those that need them."""
    for role in DatabaseRole:
        try:
            with connection.transaction():
                connection.execute(SQL("CREATE ROLE {}").format(Identifier(role)))
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            continue  # made before, or this instant by another database of the server
    for role in SIGNING_IN:
        password = password_of(role)
        connection.execute(
            SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(Identifier(role), Literal(password))
            if password
            else SQL("ALTER ROLE {} LOGIN").format(Identifier(role))
        )
    row = connection.execute("SELECT current_database()").fetchone()
    database = Identifier(str(row[0]) if row else "")
    owner, projector = Identifier(DatabaseRole.OWNER), Identifier(DatabaseRole.PROJECTOR)
    connection.execute(SQL("GRANT CREATE ON DATABASE {} TO {}, {}").format(database, owner, projector))
    connection.execute(SQL("GRANT {}, {} TO CURRENT_USER").format(owner, projector))


def _apply(connection: Connection, scope: str, folder: str, names: dict[str, str]) -> None:
    """Apply the files of a folder that were not applied yet, and check those that were."""
    rows = connection.execute("SELECT name, sha256 FROM public.coopledger_migrations WHERE scope = %s", (scope,))
    applied: dict[str, str] = dict(rows.fetchall())
    for path in sorted((_FILES / folder).glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if applied.get(path.name, digest) != digest:
            raise LedgerCorrupt(migration=f"{folder}/{path.name}", applied=applied[path.name], found=digest)
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
