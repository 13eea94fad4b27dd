"""The rules of an association are shown and changed at the command line, one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner, Result

from domain.errors import InvalidInput
from service.cli.main import app
from tests.kit.association import found_association

Run = Callable[..., Result]
BY: Final = ("--by", "123")


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on an association that was just opened."""
    found_association(database)
    monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
    return lambda *words: CliRunner().invoke(app, ["association", *map(str, words)])


def held(run: Run) -> dict[str, object]:
    """The rules as programs read them."""
    told: dict[str, object] = json.loads(run("policy", "ad06", "--json").stdout)
    return told


def test_a_rule_is_changed_and_the_others_stay(run: Run, tmp_path: Path) -> None:
    before = held(run)
    assert (before["max_instalments"], before["charter_version"], before["require_passkey"]) == (4, 0, False)
    changed = run("change-policy", "ad06", *BY, "--max-instalments", 2, "--no-cash-recording")
    assert changed.output == "Règles de l’association modifiées\n"
    assert held(run) == before | {"max_instalments": 2, "cash_recording": False}
    assert run("change-policy", "ad06", *BY, "--max-instalments", 2).output == "Déjà enregistré.\n"
    text = tmp_path / "charte.txt"
    text.write_text("Nous nous engageons.", encoding="utf-8")
    assert run("charter", "ad06", text, *BY).exit_code == 0
    shown = run("policy", "ad06").stdout
    assert "Échéances au plus\u00a0: 2" in shown
    assert "Espèces en caisse\u00a0: non" in shown
    assert "Version de la charte\u00a0: 1" in shown


def test_rules_that_mean_nothing_and_changes_of_nothing_are_refused(run: Run) -> None:
    assert isinstance(run("change-policy", "ad06", *BY, "--means", "or").exception, InvalidInput)
    assert isinstance(run("change-policy", "ad06", *BY, "--wording", "impôt").exception, InvalidInput)
    nothing = run("change-policy", "ad06", *BY)
    assert (nothing.exit_code, "au moins une règle" in nothing.stderr) == (2, True)
