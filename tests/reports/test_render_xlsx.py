"""A workbook holds numbers and texts: no formula, no link, nothing cut, the same bytes each time."""

import html
import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from openpyxl.workbook.workbook import Workbook

from domain.errors import InvalidInput
from reports.class_balance import class_balance
from reports.parts.report import Report
from reports.payments_table import PersonNames, payments_table
from reports.render.xlsx import to_xlsx
from tests.reports.example_papers import empty_recap, family_recap
from tests.reports.example_rows import CHILDREN, CLASSES, HEAD, IDS, LABELS, NAMES, ORDERS, PROVENANCE

HOSTILE = [
    '=HYPERLINK("http://example.com")',
    "+33612345678",
    "-1",
    "@SUM(A1)",
    "{=1+1}",
    "http://example.com",
    "007",
    "\tcol",
    "a\x01b",
    "é" * 10_000,
    "&P &N [Page]",
]


def payments(name: str = "Marie") -> Report:
    """The guide's payments table, one child of which may have another name."""
    return payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, {**NAMES, IDS[0]: PersonNames(name, name)}, LABELS)


def read(report: Report) -> Workbook:
    """The workbook as a spreadsheet reads it."""
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(report)))


def test_payers_and_participants_are_two_sheets() -> None:
    assert read(payments()).sheetnames == ["Synthèse", "Payeurs", "Enfants", "Preuve"]


def test_every_sheet_has_a_whole_name() -> None:
    """A sheet's name holds 31 characters: no title is cut in the middle of a word."""
    names = read(family_recap(PROVENANCE)).sheetnames
    assert [name for name in names if name.startswith("Par classe")] == [
        "Par classe, selon les volets",
        "Par classe, selon le livre",
    ]
    assert not [name for name in names if len(name) == 31]


def test_the_proof_is_in_words_that_a_treasurer_knows() -> None:
    labels = [str(row[0].value) for row in read(payments())["Preuve"].iter_rows()]
    assert labels == [
        *("Coopérative", "Identification", "Période", "Dates retenues"),
        *("Premier événement du registre", "Dernier événement du registre", "Empreinte du registre"),
        *("Versions des calculs", "Produit le"),
    ]


def test_amounts_are_numbers_in_euros_and_days_are_dates() -> None:
    sheet = read(payments())["Enfants"]
    amount, day = sheet["D2"], sheet["F2"]
    assert amount.value == 12
    assert amount.number_format == '#,##0.00\u00a0"€";"−"#,##0.00\u00a0"€"'
    assert day.value == datetime(2024, 7, 4)  # noqa: DTZ001 - a day
    assert sheet["D6"].value == 48


def test_every_cent_survives_the_way_to_euros() -> None:
    rows = [
        CLASSES[0]._replace(received=cents, balance=cents, class_code=f"C{cents}") for cents in (1, 29, 999_999_999)
    ]
    sheet = read(class_balance(PROVENANCE, HEAD, rows, {}))["Par classe"]
    assert [round(float(str(sheet.cell(row, 4).value)) * 100) for row in (2, 3, 4)] == [1, 29, 999_999_999]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_comes_back_as_the_same_text(text: str) -> None:
    cell = read(payments(text))["Enfants"]["A2"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert unescape(str(cell.value)) == text


def test_no_cell_is_a_formula() -> None:
    for text in HOSTILE:
        for sheet in read(payments(text)):
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_text_that_no_cell_can_hold_is_refused_rather_than_cut() -> None:
    with pytest.raises(InvalidInput):
        to_xlsx(payments("a" * 32_768))


def test_headings_stay_on_screen_and_on_every_printed_page() -> None:
    sheet = read(payments())["Payeurs"]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet["A1"].font.bold


def test_a_coop_name_full_of_codes_is_only_text_in_the_footer() -> None:
    coop = replace(PROVENANCE, coop_name="&P&N&R" * 60)
    content = to_xlsx(class_balance(coop, HEAD, CLASSES, LABELS))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        found = re.search(r"<oddFooter>(.*)</oddFooter>", parts.read("xl/worksheets/sheet1.xml").decode())
    assert found is not None
    foot = html.unescape(found[1])
    left = foot.removeprefix("&L").removesuffix("&RPage &P / &N")
    assert len(foot) <= 255
    assert "&" not in left.replace("&&", "")


def test_the_same_report_gives_the_same_bytes() -> None:
    assert to_xlsx(payments()) == to_xlsx(payments())


def test_a_campaign_without_any_payment_gives_a_workbook_of_headings() -> None:
    book = read(empty_recap(PROVENANCE))
    assert book["Volets et dépenses"]["A1"].value == "Pièce"
    assert book["Volets et dépenses"]["A2"].value == "Total"
