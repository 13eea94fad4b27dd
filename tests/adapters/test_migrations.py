"""Migrations bring a database to the present shape once, by whichever process, and refuse a rewritten past."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

import adapters.migrate
from adapters.local_postgres import LocalPostgres
from adapters.migrate import MigrationChanged, migrate_database, migrate_ledger
from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import InvalidInput
from tests.kit.postgres_ledger import SLUG, make_ledger


def applied(dsn: str) -> list[tuple[str, str]]:
    """What the book of migrations says."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT scope, name FROM public.coopledger_migrations ORDER BY scope, name")
        return [(str(scope), str(name)) for scope, name in rows]


def test_a_second_run_changes_nothing(database: str) -> None:
    entry = make_ledger(database)
    before = applied(database)
    migrate_database(database)
    migrate_ledger(database, SLUG, entry.association_id)
    assert applied(database) == before
    assert {scope for scope, _ in before} == {"database", SLUG}


def test_eight_starts_at_once_apply_each_file_once(database: str) -> None:
    association_id = uuid4()

    def start(_: int) -> None:
        migrate_database(database)
        migrate_ledger(database, SLUG, association_id)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(8)))
    names = applied(database)
    assert len(names) == len(set(names))
    assert any(name.startswith("07_append") for _, name in names)


def test_databases_of_one_server_may_start_at_once(postgres: LocalPostgres) -> None:
    names = [f"together_{number}" for number in range(4)]
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        for name in names:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            for _ in range(3):
                with ThreadPoolExecutor(len(names)) as pool:
                    list(pool.map(migrate_database, map(postgres.dsn, names)))
            assert all(applied(postgres.dsn(name)) for name in names)
        finally:
            for name in names:
                connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of migrations of our own."""
    (tmp_path / "database").mkdir()
    monkeypatch.setattr(adapters.migrate, "_FILES", tmp_path)
    return tmp_path / "database"


def test_a_file_added_later_is_applied_and_belongs_to_the_owner(database: str, own_files: Path) -> None:
    (own_files / "01_schema_late.sql").write_text("CREATE SCHEMA late;", encoding="utf-8")
    migrate_database(database)
    (own_files / "02_late_table.sql").write_text("CREATE TABLE late.one (id int); -- 100 %s\n", encoding="utf-8")
    migrate_database(database)
    with psycopg.connect(database) as connection:
        owner = connection.execute("SELECT tableowner FROM pg_tables WHERE schemaname = 'late'").fetchall()
    assert owner == [(DatabaseRole.OWNER.value,)]


def test_an_applied_file_that_changed_is_refused(database: str, own_files: Path) -> None:
    (own_files / "01_schema_late.sql").write_text("CREATE SCHEMA late;", encoding="utf-8")
    migrate_database(database)
    (own_files / "01_schema_late.sql").write_text("CREATE SCHEMA other;", encoding="utf-8")
    with pytest.raises(MigrationChanged, match="migration-changed") as refused:
        migrate_database(database)
    assert "version d’essai" in refused.value.sentence


def test_a_file_that_fails_leaves_nothing_behind(database: str, own_files: Path) -> None:
    (own_files / "01_schema_late.sql").write_text("CREATE SCHEMA late; SELECT 1 / 0;", encoding="utf-8")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate_database(database)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'late'").fetchall() == []


@pytest.mark.parametrize("slug", ["", "Ad06", "6ad", "ad-06", 'ad"06', "a" * 41, "ad06; drop schema public"])
def test_a_slug_that_is_not_a_plain_name_is_refused(slug: str) -> None:
    with pytest.raises(InvalidInput):
        migrate_ledger("", slug, uuid4())


def test_a_password_given_in_the_environment_is_asked_for_and_never_logged_in_clear(
    postgres: LocalPostgres, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_PASSWORD", "un secret")
    monkeypatch.setenv("COOPLEDGER_APP_PASSWORD", "un autre")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
    try:
        migrate_database(database)
        stored = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
        with psycopg.connect(database) as connection:
            row = connection.execute(stored, (DatabaseRole.VAULT.value,)).fetchone()
        assert row is not None
        assert row[0].startswith("SCRAM-SHA-256$")
        assert "un secret" not in postgres.log.read_text(encoding="utf-8")
        assert "password='un secret'" in conninfo_for(database, DatabaseRole.VAULT)
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM RESET log_statement")
            connection.execute("SELECT pg_reload_conf()")


def test_the_administrators_password_is_never_handed_to_a_lesser_role() -> None:
    base = "postgresql://admin:secret@db.example:6432/coopledger?sslmode=verify-full"
    given = psycopg.conninfo.conninfo_to_dict(conninfo_for(base, DatabaseRole.APP, {}))
    assert "password" not in given
    assert (given["user"], given["sslmode"], given["port"]) == ("coopledger_app", "verify-full", "6432")
