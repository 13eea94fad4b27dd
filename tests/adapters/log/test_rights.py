"""The log cannot be rewritten: the application may read it and call the append function, the owner is refused too."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from adapters.local_postgres import LocalPostgres
from adapters.log.event_store import Append, NewEvent
from adapters.migrate import migrate_ledger
from adapters.postgres import DatabaseRole, conninfo_for
from tests.kit.postgres_ledger import SLUG, any_event, make_ledger, opened_store

TABLES = ("ledger_events", "ledger_head", "ledger_keys", "ledger_appends")
ATTACKS = (
    *(f"INSERT INTO ad06.{table} SELECT * FROM ad06.{table}" for table in TABLES),  # noqa: S608 (constants)
    *(f"DELETE FROM ad06.{table}" for table in TABLES),  # noqa: S608 (constants)
    *(f"TRUNCATE ad06.{table}" for table in TABLES),
    *(f"DROP TABLE ad06.{table}" for table in TABLES),
    *(f"ALTER TABLE ad06.{table} DISABLE TRIGGER ALL" for table in TABLES),
    *(f"LOCK TABLE ad06.{table} IN EXCLUSIVE MODE" for table in TABLES),
    "UPDATE ad06.ledger_events SET state = ''",
    "UPDATE ad06.ledger_head SET position = 0",
    "UPDATE ad06.ledger_keys SET events = 0",
    "UPDATE ad06.ledger_appends SET first_position = 0",
    "SELECT 1 FROM ad06.ledger_head FOR UPDATE",
    "SET session_replication_role = replica",
    "SET ROLE coopledger_owner",
    "CREATE TABLE ad06.mine (id int)",
    "CREATE SCHEMA mine",
    "CREATE OR REPLACE FUNCTION ad06.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER FUNCTION ad06.ledger_resolve SECURITY INVOKER",
    "DROP SCHEMA ad06 CASCADE",
    "INSERT INTO registry.associations VALUES ('ad99', gen_random_uuid(), NULL, true)",
    "SELECT 1 FROM vault.people",
)
OWNERS_ATTACKS = (
    *(f"DELETE FROM ad06.{table}" for table in TABLES),  # noqa: S608 (constants)
    *(f"TRUNCATE ad06.{table}" for table in TABLES),
    "UPDATE ad06.ledger_events SET state = '' WHERE position = 1",
    "UPDATE ad06.ledger_keys SET events = 0",
    "UPDATE ad06.ledger_appends SET first_position = NULL",
)


@pytest.fixture(scope="module")
def shared_log(postgres: LocalPostgres) -> Iterator[str]:
    """A ledger with one event, made once: the attacks of this module leave it as it was."""
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE rights")
        dsn = postgres.dsn("rights")
        make_ledger(dsn)
        with opened_store(dsn) as store:
            store.append(Append(uuid4(), (NewEvent(uuid4(), 1, None, any_event()),), (), ()))
        yield dsn
        connection.execute("DROP DATABASE rights WITH (FORCE)")


@pytest.fixture
def app(shared_log: str) -> Iterator[Connection]:
    """A connection of the application's role."""
    with psycopg.connect(conninfo_for(shared_log, DatabaseRole.APP), autocommit=True) as connection:
        yield connection


@pytest.fixture
def owner(shared_log: str) -> Iterator[Connection]:
    """A connection with the owner's rights."""
    with psycopg.connect(shared_log, autocommit=True) as connection:
        connection.execute("SET ROLE coopledger_owner")
        yield connection


@pytest.mark.parametrize("statement", ATTACKS)
def test_the_application_may_not(app: Connection, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
        app.execute(statement.encode())


@pytest.mark.parametrize("table", TABLES)
def test_the_application_may_read(app: Connection, table: str) -> None:
    assert app.execute(f"SELECT count(*) FROM ad06.{table}".encode()).fetchall()  # noqa: S608 - a constant


@pytest.mark.parametrize("statement", OWNERS_ATTACKS)
def test_even_the_owner_is_refused(owner: Connection, statement: str) -> None:
    with pytest.raises(psycopg.DatabaseError) as refused:
        owner.execute(statement.encode())
    assert refused.value.sqlstate == "LG009"


def test_replica_mode_does_not_put_the_refusal_to_sleep(shared_log: str) -> None:
    with psycopg.connect(shared_log, autocommit=True) as administrator:
        administrator.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.DatabaseError) as refused:
            administrator.execute("UPDATE ad06.ledger_events SET state = ''")
    assert refused.value.sqlstate == "LG009"


@pytest.mark.parametrize("role", [DatabaseRole.PROJECTOR, DatabaseRole.VAULT])
def test_no_other_role_may_append(shared_log: str, role: DatabaseRole) -> None:
    with (
        psycopg.connect(conninfo_for(shared_log, role), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT ad06.ledger_resolve(gen_random_uuid())")


def test_the_projector_reads_the_log_and_makes_tables_the_application_reads(shared_log: str) -> None:
    with psycopg.connect(conninfo_for(shared_log, DatabaseRole.PROJECTOR), autocommit=True) as projector:
        assert projector.execute("SELECT count(*) FROM ad06.ledger_events").fetchall() == [(1,)]
        projector.execute("CREATE TABLE ad06_read.totals (cents bigint)")
        projector.execute("CREATE SCHEMA ad06_shadow")
        projector.execute("CREATE TABLE ad06_shadow.totals (cents bigint)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            projector.execute("DELETE FROM ad06.ledger_events")
    with psycopg.connect(conninfo_for(shared_log, DatabaseRole.APP), autocommit=True) as app:
        assert app.execute("SELECT * FROM ad06_read.totals, ad06_shadow.totals").fetchall() == []
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("INSERT INTO ad06_read.totals VALUES (1)")


def test_a_planted_temporary_table_does_not_fool_the_append_function(shared_log: str) -> None:
    other = f"{SLUG}_b"
    migrate_ledger(shared_log, other, uuid4())
    with psycopg.connect(conninfo_for(shared_log, DatabaseRole.APP), autocommit=True) as app:
        app.execute("CREATE TEMP TABLE ledger_appends (LIKE ad06.ledger_appends)")
        batch = uuid4()
        app.execute("SELECT ad06_b.ledger_resolve(%s)", (batch,))
        found = app.execute("SELECT first_position FROM ad06_b.ledger_appends WHERE batch = %s", (batch,)).fetchall()
    assert found == [(None,)]
