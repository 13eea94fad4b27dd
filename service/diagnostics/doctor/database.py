"""Checks of the database: it answers, each role enters with its rights and no more, every migration was applied."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import psycopg
from psycopg import Connection

from adapters.migrate import NotMigrated, check_migrated
from adapters.postgres import SIGNING_IN, DatabaseRole, password_of
from adapters.registry import associations
from service.bootstrap.failures import failure_of
from service.diagnostics.doctor.diagnosis import Diagnosis, DoctorContext, fault, fine, warning

_MIGRATE: Final = "Lancez «\u00a0coopledger migrate\u00a0» avec le rôle d’administration."
_SKEW: Final = 2.0
"""Seconds by which this machine and the database may disagree."""
_MUST: Final = (
    (DatabaseRole.APP, "{log}.ledger_events", "SELECT"),
    (DatabaseRole.PROJECTOR, "{log}.ledger_events", "SELECT"),
    (DatabaseRole.AUDITOR, "{log}.ledger_events", "SELECT"),
    (DatabaseRole.AUDITOR, "registry.associations", "SELECT"),
    (DatabaseRole.VAULT, "vault.people", "SELECT"),
    (DatabaseRole.WORKER, "work.tasks", "UPDATE"),
)
_NEVER: Final = (
    (DatabaseRole.APP, "{log}.ledger_events", "INSERT, UPDATE, DELETE"),
    (DatabaseRole.PROJECTOR, "{log}.ledger_events", "INSERT, UPDATE, DELETE"),
    (DatabaseRole.APP, "vault.people", "SELECT"),
    (DatabaseRole.PROJECTOR, "vault.people", "SELECT"),
    (DatabaseRole.WORKER, "vault.people", "SELECT"),
    (DatabaseRole.AUDITOR, "vault.people", "SELECT"),
)
"""What would undo the separation of the roles (docs/security.md)."""
_RIGHT: Final = """
SELECT has_schema_privilege(%(role)s, schema.oid, 'USAGE') AND has_table_privilege(%(role)s, found.oid, %(right)s)
FROM pg_class AS found JOIN pg_namespace AS schema ON schema.oid = found.relnamespace
WHERE schema.nspname || '.' || found.relname = %(table)s
"""
"""By number: a name is only read by those who may look into its schema."""


def check_database(context: DoctorContext) -> list[Diagnosis]:
    """Sign in as the application."""
    subject = "base de données"
    if context.database_url is None:
        return [
            fault(
                subject,
                "Aucune base de données n’est donnée, et aucune n’a été créée ici.",
                "Donnez COOPLEDGER_DATABASE_URL, ou lancez «\u00a0coopledger migrate\u00a0».",
            )
        ]
    try:
        with psycopg.connect(context.dsn(DatabaseRole.APP)) as connection:
            context.reachable = True
            version = connection.info.server_version // 10_000
    except psycopg.Error as error:
        return [fault(subject, _sentence(error), "Démarrez-la, et comparez son adresse et le mot de passe du rôle.")]
    return fine(subject, f"PostgreSQL {version} répond.")


def check_roles(context: DoctorContext) -> list[Diagnosis]:
    """Sign in as each of the other roles; one whose password is not given here works elsewhere, or nowhere."""
    found = []
    for role in SIGNING_IN:
        try:
            psycopg.connect(context.dsn(role)).close()
        except psycopg.Error:
            variable = f"{role.value.upper()}_PASSWORD"
            told = fault if password_of(role) else warning
            found.append(
                told(
                    "rôles",
                    f"Le rôle {role.value} n’entre pas.",
                    f"Donnez {variable} à «\u00a0coopledger migrate\u00a0» et à ce qui tourne sous ce rôle.",
                )
            )
    return found or fine("rôles", f"Les {len(SIGNING_IN)} rôles entrent.")


def check_migrations(context: DoctorContext) -> list[Diagnosis]:
    """Compare the database and each ledger in it with the files of this version."""
    with psycopg.connect(context.dsn(DatabaseRole.APP)) as connection:
        try:
            check_migrated(connection)
            context.associations = list(associations(connection))
        except NotMigrated:
            return [fault("migrations", "La base n’a pas la forme que cette version attend.", _MIGRATE)]
    late = [entry.slug for entry in context.associations if not _migrated(context, entry.slug)]
    if late:
        return [fault("migrations", f"Registres d’une version plus ancienne\u00a0: {', '.join(late)}.", _MIGRATE)]
    context.migrated = True
    return fine("migrations", f"La base et {len(context.associations)} registre(s) sont à jour.")


def _migrated(context: DoctorContext, slug: str) -> bool:
    entry = next(one for one in context.associations if one.slug == slug)
    with psycopg.connect(context.dsn(DatabaseRole.APP, entry)) as connection:
        try:
            check_migrated(connection, [slug])
        except NotMigrated:
            return False
    return True


def check_rights(context: DoctorContext) -> list[Diagnosis]:
    """Ask the server what each role may do, in every ledger: what it needs, and nothing that another is for."""
    found = []
    for entry in context.associations:
        with psycopg.connect(context.dsn(DatabaseRole.APP, entry)) as connection:
            lacking = {one[0] for one in _MUST if _may(connection, *one, entry.slug) is False}
            excess = {one[0] for one in _NEVER if _may(connection, *one, entry.slug)}
            excess |= {role for role in SIGNING_IN if _above_all(connection, role)}
        found += [
            fault("droits", f"{entry.slug}\u00a0: le rôle {role} n’a pas les droits qu’il lui faut.", _MIGRATE)
            for role in sorted(lacking)
        ]
        found += [
            fault(
                "droits",
                f"{entry.slug}\u00a0: le rôle {role} peut plus qu’il ne doit.",
                "Retirez ce qui lui a été donné à la main (GRANT, SUPERUSER, BYPASSRLS).",
            )
            for role in sorted(excess)
        ]
    return found or fine("droits", "Chaque rôle a ses droits, et pas ceux d’un autre.")


def check_clock(context: DoctorContext) -> list[Diagnosis]:
    """Compare the clock of this machine with the database's."""
    with psycopg.connect(context.dsn(DatabaseRole.APP)) as connection:
        connection.execute("SELECT 1")
        before = datetime.now(UTC)
        ((there,),) = connection.execute("SELECT clock_timestamp()").fetchall()
        after = datetime.now(UTC)
    skew = abs((there - (before + (after - before) / 2)).total_seconds())
    if skew > _SKEW:
        return [
            fault(
                "horloge",
                f"Cette machine et la base de données diffèrent de {skew:.0f} s.",
                "Mettez les deux à l’heure (NTP), puis relancez le service.",
            )
        ]
    return fine("horloge", "Cette machine et la base de données sont d’accord.")


def _may(connection: Connection, role: DatabaseRole, table: str, right: str, slug: str) -> bool | None:
    """Tell whether a role has one of some rights, and may look into the schema; None where there is no such table."""
    row = connection.execute(_RIGHT, {"role": role.value, "table": table.format(log=slug), "right": right}).fetchone()
    return row[0] if row else None


def _above_all(connection: Connection, role: DatabaseRole) -> bool:
    query = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s"
    row = connection.execute(query, (role.value,)).fetchone()
    return row is not None and bool(row[0])


def _sentence(error: psycopg.Error) -> str:
    """What the environment's failures say of an error; never what the driver wrote."""
    failure = failure_of(error)
    return "La base de données ne peut pas être lue." if failure is None else failure.sentence
