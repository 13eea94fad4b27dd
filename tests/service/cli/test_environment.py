"""What the environment does to a command is said in a sentence, with an exit status that process managers know."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from service.bootstrap.failures import CONFIG, NO_PERMISSION, REFUSED, UNAVAILABLE
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with

_SECRET: Final = "motdepassetressecret"  # noqa: S105 - must be nowhere


def run(*words: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an operator does, with nothing else in its environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COOPLEDGER_")}
    given = kept | {"COOPLEDGER_DATA_DIR": str(data), "COOPLEDGER_VAULT_KEY": VAULT_KEY} | environment
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *words],
        env=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def check(done: subprocess.CompletedProcess[str], status: int, words: str) -> None:
    """One sentence that helps, no trace, and nothing that must stay secret."""
    assert (done.returncode, words in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert _SECRET not in done.stderr + done.stdout


@pytest.mark.parametrize("command", [("migrate",), ("association", "list"), ("web",), ("worker",)])
def test_a_database_that_is_away_is_said_so(command: tuple[str, ...], tmp_path: Path) -> None:
    away = f"host={tmp_path} port=5999 dbname=nowhere password={_SECRET}"
    check(run(*command, data=tmp_path, COOPLEDGER_DATABASE_URL=away), UNAVAILABLE, "La base de données ne répond pas.")


@pytest.mark.parametrize("command", [("association", "list"), ("web",), ("worker",)])
def test_a_database_that_was_not_migrated_is_said_so(
    command: tuple[str, ...], postgres: LocalPostgres, tmp_path: Path
) -> None:
    """Roles belong to a whole server: on one that has none of ours yet, they are not let in at all."""
    with database_with(postgres, _nothing) as empty:
        done = run(*command, data=tmp_path, COOPLEDGER_DATABASE_URL=empty)
    check(done, NO_PERMISSION if "refuse la connexion" in done.stderr else CONFIG, "coopledger migrate")


@pytest.mark.parametrize("command", [("web",), ("worker",)])
def test_a_ledger_of_an_earlier_version_is_not_served(command: tuple[str, ...], database: str, tmp_path: Path) -> None:
    found_association(database)
    with psycopg.connect(database) as administrator:
        administrator.execute(
            "DELETE FROM public.coopledger_migrations WHERE scope = 'ad06' AND name ="
            " (SELECT max(name) FROM public.coopledger_migrations WHERE scope = 'ad06')"
        )
    check(run(*command, data=tmp_path, COOPLEDGER_DATABASE_URL=database), CONFIG, "coopledger migrate")


def _nothing(database: str) -> None:
    """Leave a database empty."""


def test_an_audit_that_could_not_begin_is_no_finding(tmp_path: Path) -> None:
    away = f"host={tmp_path} port=5999 dbname=nowhere password={_SECRET}"
    done = run("verify", "ad06", data=tmp_path, COOPLEDGER_DATABASE_URL=away)
    check(done, UNAVAILABLE, "La base de données ne laisse pas entrer l’auditeur")


def test_a_database_that_does_not_let_us_in_is_said_so(database: str, tmp_path: Path) -> None:
    stranger = psycopg.conninfo.make_conninfo(database, user="personne", password=_SECRET)
    done = run("migrate", data=tmp_path, COOPLEDGER_DATABASE_URL=stranger)
    check(done, NO_PERMISSION, "La base de données refuse la connexion")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COOPLEDGER_PORT", _SECRET),
        ("COOPLEDGER_TRUSTED_PROXIES", _SECRET),
        ("COOPLEDGER_STRIPE_LIVE", _SECRET),
        ("COOPLEDGER_SMTP_SECURITY", _SECRET),
    ],
)
def test_a_variable_with_a_wrong_value_is_named_without_its_value(
    name: str, value: str, database: str, tmp_path: Path
) -> None:
    found_association(database)
    done = run("web", data=tmp_path, COOPLEDGER_DATABASE_URL=database, **{name: value})
    check(done, CONFIG, f"La variable {name} n’a pas une valeur qui convient.")


def test_a_port_that_is_taken_is_said_so(database: str, tmp_path: Path) -> None:
    found_association(database)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("web", "--port", port, data=tmp_path, COOPLEDGER_DATABASE_URL=database)
    check(done, UNAVAILABLE, "Ce port est déjà pris")


def test_what_the_service_refuses_is_no_fault_of_the_environment(database: str, tmp_path: Path) -> None:
    done = run("closings", "due", "--of=nowhere", data=tmp_path, COOPLEDGER_DATABASE_URL=database)
    assert done.returncode == 2, "an argument that is not understood"
    check(run("verify", "ad75", data=tmp_path, COOPLEDGER_DATABASE_URL=database), REFUSED, "")


def test_a_missing_vault_key_is_said_so(database: str, tmp_path: Path) -> None:
    found_association(database)
    done = run("vault", "rewrap", "ad06", data=tmp_path, COOPLEDGER_DATABASE_URL=database, COOPLEDGER_VAULT_KEY="")
    check(done, CONFIG, "C’est la variable COOPLEDGER_VAULT_KEY.")
