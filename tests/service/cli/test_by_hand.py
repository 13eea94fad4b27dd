"""Operators enter what people move themselves, and two of them decide what takes two."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from domain.calendar import paris_date
from domain.coop.state import Coop
from domain.errors import LedgerError
from domain.postings.taken_back import reversals_table
from service.associations import open_association
from service.bootstrap.runtime import open_runtime
from service.cli.main import app
from service.demo.scenario import DemoIds, DemoScenario
from service.demo.season import GUIDE
from service.settings import Settings

Run = Callable[..., Result]
BY = ("--by", "2024-1")
ANOTHER = ("--by", "2024-2")


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on a fresh database."""
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(b"k" * 32).decode())
    runner = CliRunner()

    def invoke(*arguments: object) -> Result:
        return runner.invoke(app, [str(argument) for argument in arguments])

    return invoke


@pytest.fixture
def told(run: Run, database: str) -> DemoIds:
    """The guide's scenario, played on the database of ``run``."""
    assert run("migrate").exit_code == 0
    who = {"slug": "ad06", "name": "OCCE 06", "siren": "123456782", "demo": True}
    open_association(database, association_id=uuid4(), at=GUIDE.opened, by="test", **who)  # type: ignore[arg-type]
    with open_runtime(Settings()) as runtime:
        return DemoScenario(runtime.ledger("ad06")).play()


def coop(told: DemoIds) -> Coop:
    """The coop as its events say."""
    with open_runtime(Settings()) as runtime:
        return runtime.ledger("ad06").ledger.store.load(Coop, told.coop_id)


def refused(result: Result) -> str:
    """The code of the refusal that a command ended with."""
    assert isinstance(result.exception, LedgerError), result.output
    return result.exception.code


def test_a_statement_is_entered_once_with_the_fingerprint_of_its_file(run: Run, told: DemoIds, tmp_path: Path) -> None:
    file = tmp_path / "releve.pdf"
    file.write_bytes(b"%PDF-1.7 releve")
    account = coop(told).current_account
    entered = ("--account", account, "--period", "2024-07-01", "2024-07-31", "--balances", 0, 1500, "--lines", 3)
    first = run("bank", "statement", "ad06", told.coop_id, file, *entered, *BY)
    assert first.output.strip() == "Relevé bancaire importé"
    again = run("bank", "statement", "ad06", told.coop_id, file, *entered, *BY)
    assert again.output.strip() == "Déjà enregistré."


def test_lines_are_recognised_and_unrecognised(run: Run, told: DemoIds) -> None:
    ((line, match),) = coop(told).matches.items()
    today = paris_date(datetime.now(UTC))
    undone = run("bank", "unmatch", "ad06", told.coop_id, line, "--reason", "mistake", *BY)
    assert undone.output.strip() == "Rapprochement annulé"
    right = ("bank", "match", "ad06", told.coop_id, "L-1", "payout", match.subject_id)
    done = run(*right, "--cents", match.cents, "--day", today, *BY)
    assert done.output.strip() == "Ligne bancaire rapprochée"
    back = ("bank", "match", "ad06", told.coop_id, "L-2", "return", match.subject_id)
    assert refused(run(*back, "--cents", match.cents, "--day", today, *BY)) == "conflict"
    deposit = ("bank", "match", "ad06", told.coop_id, "L-2", "deposit", uuid4())
    assert refused(run(*deposit, "--cents", 1, "--day", today, *BY)) == "not-found"


def test_the_cash_box_is_counted_and_never_overdrawn(run: Run, told: DemoIds) -> None:
    assert run("cash", "count", "ad06", told.coop_id, "--cents", 0, *BY).output.strip() == "Arrêté de caisse"
    today = paris_date(datetime.now(UTC))
    too_much = run("cash", "deposit", "ad06", told.coop_id, "R-1", "--cents", 9_999_900, "--day", today, *BY)
    assert refused(too_much) == "cash-box-too-low"
    tomorrow = today + timedelta(days=1)
    too_soon = run("cash", "deposit", "ad06", told.coop_id, "R-1", "--cents", 1, "--day", tomorrow, *BY)
    assert refused(too_soon) == "day-out-of-range"
    gone = run("cash", "withdraw-deposit", "ad06", told.coop_id, uuid4(), "--reason", "mistake", *BY)
    assert refused(gone) == "not-found"


def test_two_operators_decide_and_one_does_not(run: Run, told: DemoIds) -> None:
    adjustment_id = uuid4()
    adjust = ("decision", "adjust", "ad06", told.coop_id, adjustment_id, "--cents", 300, "--reason", "goodwill")
    assert run(*adjust, *BY).output.strip() == "Premier accord donné"
    assert run(*adjust, *BY).output.strip() == "Déjà enregistré."
    assert run(*adjust, *ANOTHER).output.strip() == "Régularisation approuvée"
    reverse = ("decision", "reverse", "ad06", told.coop_id, adjustment_id, "--reason", "made_twice")
    assert run(*reverse, *ANOTHER).output.strip() == "Premier accord donné"
    assert run(*reverse, *BY).output.strip() == "Régularisation annulée"
    explain = ("decision", "explain", "ad06", "txn_unknown", "--account", "goodwill", "--reason", "other")
    for where in ((), ("--coop", told.coop_id)):
        assert run(*explain, *where, *BY).output.strip() == "Premier accord donné"
        assert refused(run(*explain, *where, *ANOTHER)) == "not-found"


def test_somebody_is_named_by_an_id_alone(run: Run, told: DemoIds) -> None:
    assert refused(run("cash", "count", "ad06", told.coop_id, "--cents", 0, "--by", "Mme Durand")) == "actor-invalid"


@pytest.mark.usefixtures("told")
def test_the_charter_is_published_with_its_text(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "charte.txt"
    text.write_text("Charte des collectes", encoding="utf-8")
    assert run("association", "charter", "ad06", text, *BY).output.strip() == "Charte des collectes publiée"
    assert run("association", "charter", "ad06", text, *BY).output.strip() == "Déjà enregistré."
    text.write_bytes(b"\xff\xfe")
    assert run("association", "charter", "ad06", text, *BY).exit_code == 2


def test_what_takes_back_what_is_printed_as_documented(run: Run) -> None:
    assert run("events", "reversals").output == reversals_table()
