"""Operators say who comes in: roles of members, and tokens of members and programs."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from domain.errors import LedgerError
from service.cli.main import app

Run = Callable[..., Result]


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on a fresh database."""
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(result: Result) -> LedgerError:
    """The named error that a command ended with."""
    assert isinstance(result.exception, LedgerError), result.output
    return result.exception


def _open(run: Run) -> None:
    assert run("association", "open", "ad06", "--name", "OCCE 06", "--siren", "123456782").exit_code == 0


def test_the_first_role_of_an_association_is_given_at_the_command_line(run: Run) -> None:
    _open(run)
    first, second = uuid4(), uuid4()
    role_id = run("role", "grant", "ad06", first, "staff").output.strip()
    told = run("role", "list", "ad06").output
    assert told.split() == [role_id, "staff", str(first)]
    last = refused(run("role", "revoke", "ad06", role_id, "--reason", "departure"))
    assert last.code == "last-staff-role"
    assert run("role", "grant", "ad06", second, "staff", "--until", "2090-08-31").exit_code == 0
    assert run("role", "revoke", "ad06", role_id, "--reason", "departure").exit_code == 0
    assert "2090-08-31" in run("role", "list", "ad06").output
    assert role_id not in run("role", "list", "ad06").output


def test_a_role_that_means_nothing_is_refused(run: Run) -> None:
    _open(run)
    assert refused(run("role", "grant", "ad99", uuid4(), "staff")).code == "not-found"
    assert refused(run("role", "grant", "ad06", uuid4(), "teacher")).code == "invalid-input"
    assert run("role", "grant", "ad06", uuid4(), "mandataire").exit_code == 2
    assert run("role", "revoke", "ad06", uuid4(), "--reason", "fatigue").exit_code == 2
    teacher = run("role", "grant", "ad06", uuid4(), "teacher", "--coop", uuid4(), "--class", "CE2 - CM1")
    assert teacher.exit_code == 0
    assert "CE2-CM1" in run("role", "list", "ad06").output


def test_a_token_belongs_to_one_member_or_one_program_and_says_what_it_allows(run: Run) -> None:
    _open(run)
    member = uuid4()
    for wrong in ((), ("--member", member, "--program", "facturation")):
        assert refused(run("token", "create", "ad06", "--may", "read", *wrong)).code == "invalid-input"
    assert refused(run("token", "create", "ad99", "--may", "read", "--member", member)).code == "not-found"
    assert run("token", "create", "ad06", "--member", member).exit_code == 2
    assert run("token", "create", "ad06", "--may", "anything", "--member", member).exit_code == 2
    assert run("token", "create", "ad06", "--may", "read", "--member", member, "--days", 0).exit_code == 2
    assert run("token", "create", "ad06", "--may", "read", "--program", "facturation").exit_code == 0
    token_id, token = run("token", "create", "ad06", "--may", "read", "--may", "run", "--member", member).output.split()
    assert token.startswith("cl_")
    listed = run("token", "list", "ad06").output
    assert token not in listed
    assert f"{token_id}  {member}  read,run" in listed
    assert "facturation  read" in listed
    assert listed.count("jamais utilisé") == 2


def test_a_token_is_revoked_by_its_id_at_its_own_association(run: Run) -> None:
    _open(run)
    assert run("association", "open", "ad13", "--name", "OCCE 13", "--siren", "123456782").exit_code == 0
    token_id, _ = run("token", "create", "ad06", "--may", "read", "--member", uuid4()).output.split()
    assert refused(run("token", "revoke", "ad13", token_id)).code == "not-found"
    assert "révoqué" not in run("token", "list", "ad06").output
    assert run("token", "revoke", "ad06", token_id).exit_code == 0
    assert "révoqué" in run("token", "list", "ad06").output
