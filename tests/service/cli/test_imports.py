"""Imports by the command line: the rules are those of every other entrance, and a decision is said by its line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from typer.testing import Result

from service.demo.scenario import DemoIds
from service.imports.decisions import DecisionUnfit
from tests.kit.payment_files import HEADER, TICKETS, Cell, as_csv, as_xlsx, marie, ticket
from tests.service.cli.test_cli import Run, refused, run, show, told

__all__ = ["run", "told"]
_DAY: Final = "05/07/2024"


def table(folder: Path, *rows: tuple[str, ...]) -> Path:
    """A CSV with the guide's header."""
    path = folder / "paiements.csv"
    path.write_bytes(as_csv(HEADER, *rows))
    return path


def tickets(folder: Path, **cells: Cell) -> Path:
    """A workbook of one ticket in CE1."""
    path = folder / "paiements.xlsx"
    path.write_bytes(as_xlsx(TICKETS, ticket(1, **{"Classe de l’enfant 1": "CE1", "Date de paiement": _DAY, **cells})))
    return path


def test_a_class_that_the_coop_does_not_have_is_refused_as_by_every_other_entrance(
    run: Run, told: DemoIds, tmp_path: Path
) -> None:
    rows = (marie(school_class="CE1", day=_DAY), marie(school_class="CPZ", day=_DAY, first_name="Ava"))
    stopped = run("import", "ad06", told.campaign_id, table(tmp_path, *rows))
    assert stopped.exit_code == 1
    assert "Ligne 3, colonne «\u00a0classe\u00a0»\u00a0: " in stopped.output
    assert "Rien n’a été importé." in stopped.output
    taken = run("import", "ad06", told.campaign_id, table(tmp_path, *rows), "--skip-errors")
    assert "1 ligne reprise, 0 déjà là." in taken.output


def test_a_difference_is_told_and_then_decided_by_its_line(
    run: Run, told: DemoIds, database: str, tmp_path: Path
) -> None:
    run("import", "ad06", told.campaign_id, tickets(tmp_path))
    higher = ("import", "ad06", told.campaign_id, tickets(tmp_path, **{"Montant dû": 15}))
    output = run(*higher).output
    assert "Écarts avec ce qui est déjà là, à décider\u00a0:" in output
    assert "Ligne 2\u00a0: corrigée depuis\u00a0: 12,00\u00a0€ ici, 15,00\u00a0€ dans le fichier" in output
    assert "Écarts à enregistrer\u00a0:" in run(*higher, "--decide", "2=correct", "--dry-run").output
    assert "Écarts enregistrés\u00a0:" in run(*higher, "--decide", "2=correct").output
    again = run(*higher).output
    assert "0 ligne reprise, 1 déjà là." in again
    assert "Écarts" not in again
    show(database)
    assert run("verify", "ad06").exit_code == 0
    assert isinstance(refused(run(*higher, "--decide", "2=refund")), DecisionUnfit)


@pytest.mark.parametrize("decision", ["2", "2=keep", "x=correct", "=correct", "²=correct"])
def test_a_decision_that_is_none_is_told_before_anything_is_read(
    run: Run, told: DemoIds, tmp_path: Path, decision: str
) -> None:
    given: Result = run("import", "ad06", told.campaign_id, tickets(tmp_path), "--decide", decision)
    assert given.exit_code == 2
