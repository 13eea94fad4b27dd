"""A table is read for its cells, whatever program wrote it and whatever it wrote beside them."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import Workbook

from adapters.imports import PaymentRow, parse_payments
from adapters.imports.errors import ColumnsMissing, FileProtected, FormatUnknown, OrdersOfHelloAsso
from adapters.imports.files.csv_file import decode_text
from tests.kit.payment_files import HEADER, MARIE, as_csv, as_ods, as_xlsx, cash_out, marie, part_of, sample, with_part

ORDERS = (
    *("Référence commande", "Date de la commande", "Statut de la commande", "Nom participant", "Prénom participant"),
    *("Nom payeur", "Prénom payeur", "Email payeur", "Moyen de paiement", "Billet", "Numéro de billet", "Tarif"),
    *("Montant tarif", "Code Promo", "Montant code promo"),
)
"""The titles of HelloAsso's export of orders."""


def rows(data: bytes) -> list[tuple[str, str, int]]:
    """Names and cents of a file without errors."""
    parsed = parse_payments(data)
    assert parsed.errors == ()
    return [(row.first_name, row.last_name, row.cents) for row in parsed.rows]


def guide() -> list[list[str]]:
    """The lines of the guide's table."""
    return list(csv.reader(io.StringIO(decode_text(sample("guide.csv"))), delimiter=";"))


def test_a_workbook_of_excel_of_before_2007_and_one_of_libreoffice_say_the_same() -> None:
    whole = rows(sample("guide.xlsx"))
    assert len(whole) == 4
    assert rows(sample("guide.xls")) == whole
    assert rows(as_ods(*guide())) == whole


def test_of_two_sheets_the_one_with_more_of_the_titles_is_read_alone() -> None:
    workbook = Workbook()
    for title, lines in (("Ancien", (HEADER[:6], marie(first_name="Ava")[:6])), ("Export", (HEADER, MARIE))):
        sheet = workbook.create_sheet(title)
        for line in lines:
            sheet.append(line)
    stream = io.BytesIO()
    workbook.save(stream)
    assert rows(stream.getvalue()) == [("Marie", "GALANTE", 1200)]


def test_what_stands_beside_the_cells_and_is_odd_stops_nothing() -> None:
    styles = part_of(as_xlsx(HEADER, MARIE), "xl/styles.xml")
    odd = styles.replace(b"<fills", b"<fills><fill/></fills><fills", 1) if b"<fills" in styles else styles
    data = with_part("xl/styles.xml", odd, as_xlsx(HEADER, MARIE))
    assert odd != styles
    assert rows(data) == [("Marie", "GALANTE", 1200)]


@pytest.mark.parametrize(
    "cell", [b'<c r="I2" t="e"><v>#N/A</v></c>', b'<c r="I2" t="d"><v>no day</v></c>', b'<c r="XFD2" s="9"/>']
)
def test_an_odd_cell_in_a_column_that_is_not_read_stops_nothing(cell: bytes) -> None:
    data = as_xlsx(HEADER, MARIE)
    sheet = part_of(data, "xl/worksheets/sheet1.xml")
    odd = sheet.replace(b"</row></sheetData>", cell + b"</row></sheetData>")
    assert odd != sheet
    assert rows(with_part("xl/worksheets/sheet1.xml", odd, data)) == [("Marie", "GALANTE", 1200)]


@pytest.mark.parametrize(
    ("number", "cents"),
    [(36.900000000000006, 3690), (57.699999999999996, 5770), (0.58, 58), (12.1 * 3, 3630), (999_999.99, 99_999_999)],
)
def test_a_computed_amount_is_what_the_spreadsheet_shows(number: float, cents: int) -> None:
    row = (*MARIE[:3], number, *MARIE[4:])
    assert parse_payments(as_xlsx(HEADER, row)).rows[0].cents == cents
    assert parse_payments(as_csv(HEADER, marie(due=repr(number).replace(".", ",")))).rows[0].cents == cents


@pytest.mark.parametrize("number", [12.005, 0.001, 36.9000001])
def test_an_amount_of_parts_of_cents_is_still_refused(number: float) -> None:
    row = (*MARIE[:3], number, *MARIE[4:])
    for data in (as_xlsx(HEADER, row), as_csv(HEADER, marie(due=str(number)))):
        assert [error.code for error in parse_payments(data).errors] == ["amount-unreadable"]


@pytest.mark.parametrize(
    "written",
    [
        *("Marie", " Marie ", "Ma\u200brie", "Marie\u00a0", "Marie_x000D_", "_x0009_Marie", "Marie\r\n", "\ufeffMarie"),
        *("M\u00adarie", "Marie\x07", "Marie\u2060"),
    ],
)
def test_what_a_spreadsheet_leaves_in_a_text_is_no_part_of_it(written: str) -> None:
    plain = read_one(as_csv(HEADER, MARIE))
    assert read_one(as_csv(HEADER, marie(first_name=written))) == plain
    assert read_one(as_csv(("Prénom_x000D_ participant", *HEADER[1:]), marie(first_name=written))) == plain


def read_one(data: bytes) -> PaymentRow:
    """The one row of a file."""
    (row,) = parse_payments(data).rows
    return row


def test_composed_and_decomposed_letters_are_the_same_text() -> None:
    composed, decomposed = "Zo\u00e9", "Zoe\u0301"
    names = {read_one(as_csv(HEADER, marie(first_name=name))).first_name for name in (composed, decomposed)}
    assert names == {composed}


def test_an_escape_of_an_underscore_is_an_underscore_and_a_guard_of_a_formula_is_none() -> None:
    assert read_one(as_csv(HEADER, marie(first_name="Ma_x005F_rie"))).first_name == "Ma_rie"
    assert read_one(as_csv(HEADER, marie(first_name="'=Marie"))).first_name == "=Marie"
    assert read_one(as_csv(HEADER, marie(first_name="'t Marie"))).first_name == "'t Marie"


def test_a_line_of_invisible_characters_is_a_blank_line() -> None:
    parsed = parse_payments(as_csv(HEADER, MARIE, ("\u200b", "\u00a0", "", "\u2060", "", "", "")))
    assert (len(parsed.rows), parsed.errors) == (1, ())


def test_an_export_of_helloasso_s_orders_is_refused_by_its_name_with_the_export_to_take() -> None:
    order = ("88001", "04/09/2024 18:31", "Validé", "TESTARD", "Lou", "TESTARD", "Odile")
    for data in (as_csv(ORDERS, order), as_xlsx(ORDERS, order), as_csv((*ORDERS, "classe"), order)):
        with pytest.raises(OrdersOfHelloAsso) as refusal:
            parse_payments(data)
        assert "HelloAsso" in refusal.value.french
        assert "versements" in refusal.value.french
        assert "AssoConnect" not in refusal.value.french


def test_a_file_that_looks_like_no_export_is_told_all_that_are_known() -> None:
    with pytest.raises(FormatUnknown, match="titles") as refusal:
        parse_payments(as_csv(("Date", "Libellé", "Débit", "Crédit"), ("04/09/2024", "x", "1", "")))
    assert "AssoConnect" in refusal.value.french
    assert "HelloAsso" in refusal.value.french


def test_an_export_without_a_column_is_told_by_the_name_of_its_own_platform() -> None:
    columns = tuple(cash_out())
    with pytest.raises(FormatUnknown):
        parse_payments(as_csv(columns))
    with pytest.raises(ColumnsMissing) as refusal:
        parse_payments(as_csv(("operationType", "credit", "debit", "paymentId"), ("x", "1", "", "7")))
    assert "versements de HelloAsso" in refusal.value.french


def test_a_workbook_under_a_password_is_told_so() -> None:
    with pytest.raises(FileProtected):
        parse_payments(sample("protected.xlsx"))
