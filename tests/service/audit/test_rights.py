"""Who verifies a ledger may read and nothing else: no table changes, and nobody's name is reached."""

from __future__ import annotations

import psycopg
import pytest

from service.audit.place import AuditPlace
from service.audit.session import open_audit
from service.audit.verification import verify_ledger
from tests.service.audit.forger import Forger

_MINE = """
SELECT format('%I.%I', n.nspname, c.relname), privilege
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace,
     unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
WHERE c.relkind IN ('r', 'v', 'm', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_table_privilege('coopledger_auditor', c.oid, privilege)
  AND has_schema_privilege('coopledger_auditor', n.oid, 'USAGE')
"""


def test_the_auditor_may_read_logs_and_views_and_write_nothing(place: AuditPlace) -> None:
    with psycopg.connect(place.dsn) as connection:
        mine = connection.execute(_MINE).fetchall()
        role = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        functions = connection.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace"
            " WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_temp')"
            " AND has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(p.oid, 'EXECUTE') AND prosecdef"
        ).fetchall()
        schemas = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE') AND nspname !~ '^pg_'"
        ).fetchall()
    assert {privilege for _, privilege in mine} == {"SELECT"}
    assert {name.split(".")[0] for name, _ in mine} == {"ad06", "ad06_read", "registry", "work"}
    assert {name for name, _ in mine if name.startswith("work.")} == {"work.followed"}
    assert role == (False, False, False, False)
    assert functions == []
    assert schemas == []


@pytest.mark.parametrize("statement", ["DELETE FROM ad06.ledger_keys", "SELECT * FROM vault.people", "CREATE SCHEMA x"])
def test_the_auditor_is_refused_by_the_database_itself(place: AuditPlace, statement: str) -> None:
    with psycopg.connect(place.dsn) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_the_sessions_of_a_verification_are_read_only_as_well(place: AuditPlace) -> None:
    with open_audit(place, patience=0) as audit:
        for connection in (audit.log, audit.live, audit.replayed):
            row = connection.execute("SELECT current_user, current_setting('transaction_read_only')").fetchone()
            assert row == ("coopledger_auditor", "on")


@pytest.mark.parametrize("sound", [True, False], ids=["sound", "with its read models emptied"])
def test_a_verification_leaves_every_table_as_it_was(place: AuditPlace, forger: Forger, sound: bool) -> None:  # noqa: FBT001
    if not sound:
        forger.run("DELETE FROM ad06_read.journal", "UPDATE ad06_read.tracking SET position = 0")
    before = forger.dump()
    assert verify_ledger(place, patience=0).sound is sound
    assert forger.dump() == before
