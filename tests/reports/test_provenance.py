"""Every report says where its figures come from, in every format."""

import io
import json

import openpyxl
import pytest

from reports.parts.provenance import DEMO as DEMO_WORDS
from reports.parts.provenance import Provenance
from reports.parts.report import Report
from reports.render.csv_ import csv_files, to_csv
from reports.render.json_ import to_json
from reports.render.xlsx import to_xlsx
from reports.statement import statement
from tests.reports.example_rows import DEMO, PROVENANCE, STATEMENT


def july(provenance: Provenance = PROVENANCE) -> Report:
    """The statement of July."""
    return statement(provenance, STATEMENT)


def workbook_texts(report: Report) -> str:
    """All texts of the sheet « Preuve »."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(report)))
    return "\n".join(str(cell.value) for row in book["Preuve"].iter_rows() for cell in row)


def test_the_json_holds_the_whole_proof() -> None:
    proof = json.loads(to_json(july(DEMO)))["provenance"]
    assert proof["period"] == "juillet 2024"
    assert proof["clock"] == "date de paiement, heure de Paris"
    assert (proof["first_position"], proof["last_position"]) == (1, 240)
    assert proof["chain_head"] == PROVENANCE.chain_head
    assert proof["projections"] == {"journal": 1, "class_balances": 1}
    assert proof["produced_at"] == "2024-07-31T20:05:00+00:00"
    assert proof["demo"] is True
    assert proof["checkpoint_size"] == 512


def test_the_csv_for_a_person_begins_with_its_headings_and_ends_with_the_proof() -> None:
    lines = to_csv(july()).decode("utf-8-sig").splitlines()
    assert lines[0].split(";") == [column.label for column in july().tables[0].columns]
    about = lines[lines.index("À propos de ce fichier") + 1 :]
    assert about[0] == f"{july().title};{july().subtitle}"
    assert [line.split(";")[0] for line in about[1:]] == [label for label, _ in july().provenance.lines()]
    for (_, value), line in zip(july().provenance.lines(), about[1:], strict=True):
        assert value in line


def test_the_csv_for_programs_has_its_proof_beside_it() -> None:
    files = csv_files(july())
    assert sorted(files) == [
        "releve-174-2024-07.cloture.csv",
        "releve-174-2024-07.corrections.csv",
        "releve-174-2024-07.cumuls.csv",
        "releve-174-2024-07.dont.csv",
        "releve-174-2024-07.operations.csv",
        "releve-174-2024-07.provenance.json",
    ]
    beside = json.loads(files["releve-174-2024-07.provenance.json"])
    assert beside["provenance"] == json.loads(to_json(july()))["provenance"]
    assert files["releve-174-2024-07.operations.csv"].decode("utf-8-sig").startswith("Date;Opération;")


def test_the_workbook_has_a_sheet_of_proof_and_the_period_on_every_printed_page() -> None:
    texts = workbook_texts(july())
    for label, value in july().provenance.lines():
        assert label in texts
        assert value in texts
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(july())))
    feet = [sheet.oddFooter for sheet in book if sheet.oddFooter is not None]
    assert len(feet) == 7
    assert all("juillet 2024" in str(foot.left.text) and foot.right.text == "Page &P / &N" for foot in feet)


@pytest.mark.parametrize("provenance", [PROVENANCE, DEMO], ids=["real", "demo"])
def test_only_a_demonstration_says_that_it_is_one(provenance: Provenance) -> None:
    report = july(provenance)
    assert (DEMO_WORDS in to_csv(report).decode()) is provenance.demo
    assert (DEMO_WORDS in workbook_texts(report)) is provenance.demo


def test_the_hour_of_production_is_that_of_paris() -> None:
    assert PROVENANCE.produced == "31 juillet 2024 à 22\u00a0h\u00a005"
