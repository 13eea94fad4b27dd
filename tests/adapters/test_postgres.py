"""How the database is reached: as the least of the roles, and encrypted wherever a network lies between."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict

from adapters.postgres import DatabaseRole, conninfo_for, encrypted

HERE = ["host=127.0.0.1", "host=localhost", "host=::1", "host=/var/run/postgresql", "dbname=coopledger", "host=@socket"]
AFAR = ["host=db.example", "hostaddr=10.0.0.7", "postgresql://u:p@db.example/x", "host=localhost,db.example"]


@pytest.mark.parametrize("base", HERE)
def test_a_server_of_this_machine_is_asked_for_nothing(base: str) -> None:
    assert encrypted(base, {}) == base


@pytest.mark.parametrize("base", AFAR)
def test_a_server_beyond_a_network_must_encrypt(base: str) -> None:
    assert conninfo_to_dict(encrypted(base, {}))["sslmode"] == "require"
    assert conninfo_to_dict(conninfo_for(base, DatabaseRole.APP, {}))["sslmode"] == "require"


def test_what_the_operator_says_stands() -> None:
    for mode in ("disable", "verify-full"):
        base = f"host=db.example sslmode={mode}"
        assert conninfo_to_dict(conninfo_for(base, DatabaseRole.APP, {}))["sslmode"] == mode
    assert "sslmode" not in conninfo_to_dict(encrypted("host=db.example", {"PGSSLMODE": "verify-full"}))


def test_the_administrator_s_password_goes_no_further() -> None:
    parts = conninfo_to_dict(conninfo_for("host=db.example user=root password=secret", DatabaseRole.VAULT, {}))
    assert (parts["user"], parts.get("password")) == ("coopledger_vault", None)


def test_the_database_may_be_named_by_the_environment_alone() -> None:
    assert conninfo_to_dict(encrypted("dbname=coopledger", {"PGHOST": "db.example"}))["sslmode"] == "require"
