"""A paper prints as it was issued, by the template of its version, whatever is called otherwise since."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any, Final

import pikepdf
import pytest

from domain import chart_of_accounts
from domain.chart_of_accounts import Account, Book, ChartLine
from domain.errors import LedgerCorrupt
from domain.papers import content
from reports.papers import templates
from reports.papers.template_1 import PaperAddition
from reports.papers.templates import paper_report
from reports.parts.report import Table
from reports.render.json_ import to_json
from reports.render.pdf import to_pdf
from tests.kit.pdf_text import pages
from tests.reports.example_papers import (
    CASH_PRINTED,
    LINES,
    PART_PRINTED,
    PROVISIONAL_PRINTED,
    RECAP_PRINTED,
    STATEMENT_PRINTED,
)
from tests.reports.example_rows import PROVENANCE, golden

_CASH_COLUMNS: Final = ("Entrée en caisse", "Sortie de caisse")
GOLDEN: Final = Path(__file__).parents[2] / "golden" / "reports"
PAPERS: Final = {
    "paper_statement": (STATEMENT_PRINTED, PaperAddition(PROVENANCE, bank_line=True, booked_on=date(2024, 7, 15))),
    "paper_part": (PART_PRINTED, PaperAddition(PROVENANCE, lines=LINES, bank_line=True)),
    "paper_final": (RECAP_PRINTED, PaperAddition(PROVENANCE)),
}
every_paper = pytest.mark.parametrize("name", PAPERS)


@every_paper
def test_what_events_hold_of_a_paper_is_what_was_kept(name: str) -> None:
    printed, _ = PAPERS[name]
    assert printed.encode() == golden(f"{name}.printed.json", printed.encode())


@every_paper
def test_a_kept_paper_prints_the_kept_figures(name: str) -> None:
    _, beside = PAPERS[name]
    kept = (GOLDEN / f"{name}.printed.json").read_text(encoding="utf-8")
    made = to_json(paper_report(kept, 1, beside))
    assert made == golden(f"{name}.json", made)


@every_paper
def test_an_old_paper_prints_the_same_after_a_new_template_label_and_chart(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed, beside = PAPERS[name]
    before = to_json(paper_report(printed, 1, beside))

    def newer(*_: Any) -> Any:  # noqa: ANN401 - never called
        pytest.fail("an old paper was given to the new template")

    monkeypatch.setitem(templates.TEMPLATES, 4, newer)
    monkeypatch.setattr(content, "TEMPLATE", 4)
    monkeypatch.setitem(content._MOVEMENTS, "campaign.payment_captured", "Encaissement par carte")
    monkeypatch.setitem(
        chart_of_accounts.CHART, Account.CONTRIBUTIONS, ChartLine(Book.COOP, "7562", "Autre nom des contributions")
    )
    assert to_json(paper_report(printed, 1, beside)) == before


def test_the_second_template_says_what_the_first_one_counts_and_changes_no_figure() -> None:
    for name, (printed, beside) in PAPERS.items():
        first, second = (paper_report(printed, version, beside) for version in (1, 2))
        assert [table.cells.rows for table in second.tables] == [table.cells.rows for table in first.tables], name
    (classes,) = (table for table in second.tables if table.name == "classes")
    assert classes.columns[1].label == "Enfants payés en entier"
    text = " ".join(pages(to_pdf(second)))
    assert "le dernier centime demandé" in text
    assert "Un bordereau d’espèces entre dans la caisse" in text


def test_the_third_template_adds_the_cash_box_up_beside_the_bank() -> None:
    report = paper_report(CASH_PRINTED, 3, PaperAddition(PROVENANCE))
    parts, entry = (next(table for table in report.tables if table.name == name) for name in ("volets", "ecriture"))
    assert [column.label for column in parts.columns[2:]] == [
        *("Entrée en banque", "Sortie de banque", "Entrée en caisse", "Sortie de caisse"),
    ]
    total = parts.total()
    assert total is not None
    assert total[2:] == (2_400, 0, 4_800, 1_200)
    for number, came, went in (("512", "Entrée en banque", "Sortie de banque"), ("530", *_CASH_COLUMNS)):
        net = _net(entry, number)
        assert net == parts.sum_of(came) - parts.sum_of(went)
    text = " ".join(" ".join(pages(to_pdf(report))).split())
    assert "en net : 24,00 € pour la banque (compte 512) et 36,00 € pour la caisse (compte 530)" in text
    assert "les colonnes sont celles de la banque" not in text


def _net(entry: Table, number: str) -> int:
    """What an entry adds to an account."""
    accounts = [row[0] for row in entry.cells.rows]
    moved = zip(accounts, entry.numbers("Débit"), entry.numbers("Crédit"), strict=True)
    return sum(debit - credit for account, debit, credit in moved if account == number)


def test_a_recap_without_cash_has_the_columns_of_the_bank_alone() -> None:
    report = paper_report(CASH_PRINTED.replace("4800", "0").replace("1200", "0"), 3, PaperAddition(PROVENANCE))
    (parts,) = (table for table in report.tables if table.name == "volets")
    assert [column.label for column in parts.columns[2:]] == ["Entrée en banque", "Sortie de banque"]
    assert "caisse" not in report.notes[-1]


def test_a_version_that_never_was_is_refused() -> None:
    with pytest.raises(LedgerCorrupt):
        paper_report(PART_PRINTED, 99, PAPERS["paper_part"][1])


def test_a_part_shows_its_entry_gross_its_days_and_every_movement_with_its_event() -> None:
    texts = pages(to_pdf(paper_report(*_with(PART_PRINTED, PAPERS["paper_part"][1]))))
    first, moved = texts
    for said in ("Pièce comptable R-2023-2024-0001/2", "V-2023-2024-0003", "12 juillet 2024", "13 juillet 2024"):
        assert said in first
    assert "non rapprochée à ce jour" in first
    assert "Mandataire de la coopérative – date et signature" in first
    assert "Revient sur" in first
    assert "DUPLICATA" not in first
    for position in ("161", "152", "153"):
        assert position in moved


def test_a_later_print_says_that_it_is_a_duplicate_on_every_page() -> None:
    beside = PAPERS["paper_part"][1]._replace(duplicate=2)
    assert all("DUPLICATA n°\u00a02" in text for text in pages(to_pdf(paper_report(*_with(PART_PRINTED, beside)))))


def test_a_provisional_document_has_no_number_and_no_place_to_sign() -> None:
    report = paper_report(PROVISIONAL_PRINTED, 1, PaperAddition(PROVENANCE))
    (text,) = pages(to_pdf(report))
    assert "PROVISOIRE au 13 juillet 2024, position 170" in text
    assert "date et signature" not in text
    assert report.title == "Pièce comptable – récapitulatif provisoire"


def test_a_paper_has_the_same_bytes_each_time_it_is_set() -> None:
    first, second = (to_pdf(paper_report(*_with(PART_PRINTED, PAPERS["paper_part"][1]))) for _ in range(2))
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert len(pdf.pages) == 2


def _with(printed: str, beside: PaperAddition) -> tuple[str, int, PaperAddition]:
    return printed, 1, beside
