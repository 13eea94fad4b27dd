"""Files made to break the reader are refused by name, in bounded time and memory."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.imports import parse_payments
from adapters.imports.errors import (
    EncodingRefused,
    FileRefused,
    FileTooLarge,
    FileUnreadable,
    HoldsOtherFiles,
    LineUnreadable,
    SheetTooWide,
)
from adapters.imports.files.csv_file import decode_text
from adapters.imports.rows import MAX_BYTES, MAX_ROWS
from adapters.processes import processes
from domain.errors import LedgerError
from service.imports.reading import WORKBOOK
from tests.kit.payment_files import HEADER, MARIE, as_csv, as_ods, as_xlsx, marie, part_of, sample, with_part

BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)
EXTERNAL = BILLION_LAUGHS.replace(b'"ha"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("content", [BILLION_LAUGHS, EXTERNAL, BILLION_LAUGHS.decode().encode("utf-16")])
def test_xml_with_entities_is_never_expanded(part: str, content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        parse_payments(with_part(part, content))


def test_xml_with_entities_is_found_under_any_extension() -> None:
    with pytest.raises(FileUnreadable):
        parse_payments(with_part("xl/worksheets/sheet2.bin", BILLION_LAUGHS))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/media/image.png"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(part: str) -> None:
    bomb = with_part(part, b"\x20" * (101 * 1024 * 1024))
    assert len(bomb) < 200_000
    with pytest.raises(FileTooLarge):
        parse_payments(bomb)


def test_a_workbook_that_claims_the_last_row_is_refused() -> None:
    far = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    sheet = part_of(sample("guide.xlsx"), "xl/worksheets/sheet1.xml").replace(b"</sheetData>", far)
    with pytest.raises(FileTooLarge):
        parse_payments(with_part("xl/worksheets/sheet1.xml", sheet))


SHEET = "xl/worksheets/sheet1.xml"


def sheet_of(*rows: bytes) -> bytes:
    """The guide's workbook, with another sheet in the place of its own."""
    names = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return with_part(SHEET, b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (names, b"".join(rows)))


def lying() -> bytes:
    """A workbook whose archive claims one kilobyte for a sheet of fifty megabytes."""
    data = bytearray(with_part(SHEET, b"\x20" * (50 * 1024 * 1024)))
    place = data.rindex(SHEET.encode()) - 46
    data[place + 24 : place + 28] = (1024).to_bytes(4, "little")
    return bytes(data)


MILLION = 1_000_000
FILLED = b"<c><v>1</v></c>"
REPEATED = b'table:number-columns-repeated="1000000000" '
HOSTILE: dict[str, tuple[type[LedgerError], Callable[[], bytes]]] = {
    "a bomb": (FileTooLarge, lambda: with_part(SHEET, b"\x20" * (101 * 1024 * 1024))),
    "a bomb that lies about its size": (FileUnreadable, lying),
    "a bomb within": (HoldsOtherFiles, lambda: with_part("xl/data.bin", with_part(SHEET, b"\x20" * (1 << 26)))),
    "a file within": (HoldsOtherFiles, lambda: with_part("xl/embeddings/oleObject1.bin", b"OLE")),
    "a link": (HoldsOtherFiles, lambda: with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>")),
    "the last column": (SheetTooWide, lambda: sheet_of(b'<row r="1"><c r="XFD1"><v>1</v></c></row>')),
    "a million columns": (SheetTooWide, lambda: sheet_of(b"<row>%s</row>" % (FILLED * MILLION), b"<row/>" * MILLION)),
    "a million columns in Excel's own way": (
        SheetTooWide,
        lambda: sheet_of(
            b"<row>%s</row>" % b"".join(b'<c r="%s1"/>' % column for column in (b"AAA", b"XFD") * MILLION)
        ),
    ),
    "a thousand million columns": (
        LedgerError,
        lambda: with_part(
            "content.xml",
            part_of(as_ods(HEADER), "content.xml").replace(b"<table:table-cell ", b"<table:table-cell " + REPEATED),
            as_ods(HEADER),
        ),
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_workbook_that_was_built_to_harm_is_refused_with_a_sentence_within_two_seconds(kind: str) -> None:
    processes().run(WORKBOOK, len, b"")  # a process is there
    refusal, build = HOSTILE[kind]
    data = build()
    assert len(data) < MAX_BYTES
    begun = time.monotonic()
    with pytest.raises(refusal) as refused:
        processes().run(WORKBOOK, parse_payments, data)
    assert time.monotonic() - begun < 2
    assert refused.value.french.endswith(("Rien n’a été importé.", "Rien n’a été enregistré."))


def test_a_formula_is_the_value_stored_for_it_and_is_never_evaluated() -> None:
    parsed = parse_payments(as_xlsx(HEADER, (*MARIE[:3], "=6*2", *MARIE[4:])))
    assert [error.code for error in parsed.errors] == ["amount-missing"]


def test_a_name_that_begins_with_an_equal_sign_is_that_name() -> None:
    (row,) = parse_payments(as_csv(HEADER, marie(first_name="=HYPERLINK(1)"))).rows
    assert row.first_name == "=HYPERLINK(1)"


def test_more_bytes_or_lines_than_a_table_has_are_refused() -> None:
    with pytest.raises(FileTooLarge):
        parse_payments(b"x" * (MAX_BYTES + 1))
    with pytest.raises(FileTooLarge):
        parse_payments(as_csv(HEADER) + b";\r\n" * MAX_ROWS)


def test_one_endless_line_or_an_open_quote_is_refused_by_its_line() -> None:
    with pytest.raises(LineUnreadable, match="line=2"):
        parse_payments(as_csv(HEADER) + b"x" * 1_000_000)
    with pytest.raises(LineUnreadable, match="line=3"):
        parse_payments(as_csv(HEADER, MARIE) + b'"Marie;GALANTE')


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1" + "0" * 18, "1E300", "9" * 4_000])
@pytest.mark.parametrize("place", [0, 3, 5])
def test_a_number_that_no_table_holds_is_a_line_in_error(number: str, place: int) -> None:
    data = as_xlsx(HEADER, (*MARIE[:place], 123_454_321, *MARIE[place + 1 :]))
    sheet = part_of(data, "xl/worksheets/sheet1.xml").replace(b"123454321", number.encode())
    parsed = parse_payments(with_part("xl/worksheets/sheet1.xml", sheet, data))
    assert (len(parsed.rows), len(parsed.errors)) == (0, 1)


@pytest.mark.parametrize("text", ["e" + "\u0301\u0323" * 60_000, " " * 120_000 + "!", "\ufdfa" * 120_000], ids=len)
def test_cells_of_the_longest_texts_cost_no_more_than_their_length(text: str) -> None:
    data = as_csv((text, *HEADER), *(("", *MARIE[:place], text, *MARIE[place + 1 :]) for place in range(len(MARIE))))
    begun = time.process_time()
    parsed = parse_payments(data)
    assert time.process_time() - begun < 2
    assert (len(parsed.rows), len(parsed.errors)) == (0, len(MARIE))


@pytest.mark.parametrize(
    ("title", "cell", "code"),
    [
        ("Email payeur", "paule@", "email-unreadable"),
        ("Téléphone", "12", "phone-unreadable"),
        ("Prénom payeur", "x" * 200, "text-too-long"),
    ],
)
def test_what_says_nothing_of_a_payer_is_named_and_an_empty_cell_is_none(title: str, cell: str, code: str) -> None:
    (error,) = parse_payments(as_csv((*HEADER, title), (*MARIE, cell))).errors
    assert (error.column, error.code) == (title, code)
    assert parse_payments(as_csv((*HEADER, title), (*MARIE, ""))).errors == ()


def test_a_telephone_of_a_file_is_dialled_as_the_association_dials() -> None:
    header, row = (*HEADER, "Nom payeur", "Téléphone"), (*MARIE, "GALANTE", "75 12 34")
    (read,) = parse_payments(as_csv(header, row), "NC").rows
    assert read.payer is not None
    assert read.payer.phone == "+687751234"


def test_a_telephone_of_overseas_in_a_file_is_that_of_its_department() -> None:
    header, row = (*HEADER, "Nom payeur", "Téléphone"), (*MARIE, "GALANTE", "0692 12 34 56")
    (read,) = parse_payments(as_csv(header, row)).rows
    assert read.payer is not None
    assert read.payer.phone == "+262692123456"


@pytest.mark.parametrize("data", [as_csv(HEADER, MARIE, encoding="utf-16"), as_csv(HEADER, MARIE) + b"\0"])
def test_utf16_and_nul_are_refused(data: bytes) -> None:
    with pytest.raises(EncodingRefused):
        parse_payments(data)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", sample("guide.xlsx")[:2000], b"%PDF-1.7", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        parse_payments(data)


def test_windows_and_iso_texts_are_told_apart_by_their_bytes() -> None:
    assert decode_text("12 € œuvre".encode("cp1252")) == "12 € œuvre"
    assert decode_text("12 € œuvre".encode("iso-8859-15")) == "12 € œuvre"


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 5000), byte=st.integers(0, 255))
def test_a_workbook_with_any_byte_changed_is_read_or_refused_by_name(position: int, byte: int) -> None:
    data = bytearray(sample("guide.xlsx"))
    data[position] = byte
    try:
        parsed = parse_payments(bytes(data))
    except FileRefused:
        return
    assert len(parsed.rows) <= 4


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_under_a_header_are_read_or_refused_by_name(tail: bytes) -> None:
    try:
        parsed = parse_payments(as_csv(HEADER) + tail)
    except FileRefused:
        return
    assert all(row.cents > 0 for row in parsed.rows)
