"""Reports as a workbook: a summary, one sheet per table, and a sheet « Preuve »; amounts are numbers in euros.

Texts are written as texts whatever they begin with: no cell is ever a formula or a link. The bytes depend on the
report alone: the date of the file is the one of its proof.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from domain.errors import InvalidInput
from reports.parts.report import TOTAL, Column, Figure, Kind, Report, Value, shown
from reports.parts.streamed_table import ByteSink, StreamedTable, StreamTotals, streamed

_EUROS: Final = '#,##0.00\u00a0"€";"−"#,##0.00\u00a0"€"'
_FORMATS: Final[dict[Kind, dict[str, object]]] = {
    Kind.TEXT: {"valign": "top"},
    Kind.CENTS: {"num_format": _EUROS, "valign": "top"},
    Kind.DATE: {"num_format": "dd/mm/yyyy", "align": "left", "valign": "top"},
    Kind.COUNT: {"num_format": "#,##0", "valign": "top"},
}
_HEADING: Final = {"bold": True, "font_color": "#1F6F54", "bottom": 2, "bottom_color": "#1F6F54", "text_wrap": True}
_TOTAL: Final = {"bold": True, "top": 1, "top_color": "#1D2A26"}
_TITLE: Final = {"bold": True, "font_size": 16, "font_color": "#1D2A26"}
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_A4: Final = 9
_WIDEST: Final = 48
_FOOTER_LIMIT: Final = 200
_SHEET_LIMIT: Final = 31


class _Book:
    """A workbook being written, with one format for each kind of cell."""

    def __init__(self, report: Report, out: ByteSink) -> None:
        """Begin a workbook whose date is that of the report's proof."""
        self.report = report
        self.book = xlsxwriter.Workbook(out, _OPTIONS)
        created = report.provenance.produced_at.replace(tzinfo=None)
        self.book.set_properties({"title": report.title, "subject": report.provenance.period, "created": created})
        self.cells = {kind: self.book.add_format(style) for kind, style in _FORMATS.items()}
        self.totals = {kind: self.book.add_format(style | _TOTAL) for kind, style in _FORMATS.items()}
        self.heading = self.book.add_format(_HEADING)
        self.title = self.book.add_format(_TITLE)
        self.wrapped = self.book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(self, name: str) -> Any:  # noqa: ANN401 - the library has no types
        """Add a sheet that prints on A4, one page wide, with the report, its period and the page on each page."""
        sheet = self.book.add_worksheet(name[:_SHEET_LIMIT])
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        proof = self.report.provenance
        text = f"{self.report.title} – {proof.period} – {proof.coop}"
        sheet.set_footer(f"&L{_plain_footer(text)}&RPage &P / &N")
        if proof.demo:
            sheet.set_header("&CDONNÉES DE DÉMONSTRATION")
        return sheet


def _plain_footer(text: str) -> str:
    """Keep a text from being read as footer codes, and within the 255 UTF-16 units that a footer may have."""
    kept, length = [], 0
    for char in text:
        piece = "&&" if char == "&" else char
        length += len(piece.encode("utf-16-le")) // 2
        if length > _FOOTER_LIMIT:
            break
        kept.append(piece)
    return "".join(kept)


def to_xlsx(report: Report) -> bytes:
    """Write a report as a workbook; its temporary files are gone afterwards, whatever happens.

    Raises:
        InvalidInput: a text is longer than a cell can hold (32 767 characters).

    """
    out = io.BytesIO()
    _write_book(report, map(streamed, report.tables), out, counted=False)
    return out.getvalue()


def stream_xlsx(report: Report, tables: Iterable[StreamedTable], out: ByteSink, *, counted: bool = True) -> None:
    """Write a workbook of tables that are read row by row, and never held as a whole.

    Where they are ``counted`` the summary says how many rows each has. ``out`` is only ever written to. Errors as
    ``to_xlsx``.
    """
    _write_book(report, tables, out, counted=counted)


def _write_book(report: Report, tables: Iterable[StreamedTable], out: ByteSink, *, counted: bool) -> None:
    """Write the sheets in their order; the first is filled in last, since it may count the rows of the others."""
    book = _Book(report, out)
    try:
        summary, figures = book.sheet("Synthèse"), list(report.figures)
        for table in tables:
            number = _table(book, table)
            if counted:
                figures.append(Figure(f"Lignes de la feuille «\u00a0{table.title}\u00a0»", number, Kind.COUNT))
        book.report = replace(report, figures=tuple(figures))
        _summary(book, summary)
        _proof(book)
    finally:
        book.book.close()


def _summary(book: _Book, sheet: Any) -> None:  # noqa: ANN401 - the library has no types
    """Write the sheet that says what the report is, its figures and its notes."""
    report = book.report
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 22)
    _text(sheet, 0, 0, report.title, book.title)
    _text(sheet, 1, 0, report.subtitle, None)
    _text(sheet, 2, 0, report.provenance.period, None)
    row = 4
    for figure in report.figures:
        _text(sheet, row, 0, figure.label, None)
        _write(sheet, row, 1, figure.value, figure.kind, book.totals[figure.kind])
        row += 1
    for note in report.notes:
        row += 1
        _text(sheet, row, 0, note, book.wrapped)


def _table(book: _Book, table: StreamedTable) -> int:
    """Write a table from the first row on, and return how many rows it has.

    Its heading is frozen and repeated on each printed page; a filter and the total follow the last row.
    """
    sheet = book.sheet(table.sheet or table.title.split(" – ")[0])
    if book.report.landscape:
        sheet.set_landscape()
    for number, column in enumerate(table.columns):
        _text(sheet, 0, number, column.label, book.heading)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    totals, widths = StreamTotals(table.columns), [len(column.label) for column in table.columns]
    for line in totals.adding(table.rows):
        _line(sheet, totals.number, table.columns, line, book.cells)
        _widen(widths, table.columns, line)
    if totals.number:
        sheet.autofilter(0, 0, totals.number, len(table.columns) - 1)
    total = totals.row()
    if total is not None:
        _line(sheet, totals.number + 1, table.columns, total, book.totals)
        _widen(widths, table.columns, total)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, min(width + 3, _WIDEST))
    return totals.number


def _proof(book: _Book) -> None:
    """Write the sheet that proves where the figures come from."""
    sheet = book.sheet("Preuve")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 76)
    for row, (label, value) in enumerate(book.report.provenance.lines()):
        _text(sheet, row, 0, label, book.heading)
        _text(sheet, row, 1, value, book.wrapped)


def _widen(widths: list[int], columns: Sequence[Column], line: Iterable[Value]) -> None:
    """Let each column be as wide as the longest of its values so far."""
    for number, (column, value) in enumerate(zip(columns, line, strict=True)):
        length = len(value) if isinstance(value, str) else len(shown(value, column.kind))
        widths[number] = max(widths[number], length)


def _line(sheet: Any, row: int, columns: Iterable[Column], line: Iterable[Value], formats: dict[Kind, Any]) -> None:  # noqa: ANN401
    for number, (column, value) in enumerate(zip(columns, line, strict=True)):
        kind = Kind.TEXT if value == TOTAL else column.kind
        _write(sheet, row, number, value, kind, formats[kind])


def _write(sheet: Any, row: int, number: int, value: Value, kind: Kind, style: Any) -> None:  # noqa: ANN401
    """Write one value by its type: an amount as a number of euros, exact to the cent."""
    if value is None:
        sheet.write_blank(row, number, None, style)
    elif isinstance(value, int):
        sheet.write_number(row, number, Decimal(value).scaleb(-2) if kind is Kind.CENTS else value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, number, datetime(value.year, value.month, value.day), style)  # noqa: DTZ001 - a day
    else:
        _text(sheet, row, number, value, style)


def _text(sheet: Any, row: int, number: int, text: str, style: Any) -> None:  # noqa: ANN401
    """Write a text in full, or refuse what a cell cannot hold: nothing is ever cut (AN-6)."""
    if sheet.write_string(row, number, text, style):
        raise InvalidInput(length=len(text))
