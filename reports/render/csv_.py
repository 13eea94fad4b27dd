"""Reports as CSV for a French spreadsheet: UTF-8 with its mark, « ; », decimal commas without spaces, guarded texts.

Two shapes. ``to_csv`` is the file a person opens: the first table with its headings on the first line, the others under
their titles, each with its total; what the file is and what proves it stand below, a line each.
``csv_files`` is the set a program reads, as attached to the PDF: one pure table per file (a heading row, then rows,
nothing else) and the proof beside them as ``<name>.provenance.json``, so that no parser stumbles on it.
A text that a spreadsheet would take for a formula is kept from being one by an apostrophe; amounts are not touched.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, TextIO, cast

from domain.money import plain_euros
from reports.parts.report import Column, Kind, Report, Table, Value
from reports.parts.streamed_table import ByteSink, StreamedTable, StreamTotals, streamed
from reports.render.json_ import provenance_json

ABOUT: Final = "À propos de ce fichier"
"""The line below which a file for a person says what it is: no row of a table comes after it."""
_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before = + - @, tab or line end."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def to_csv(report: Report) -> bytes:
    """Write the whole report as one file for a person."""
    out = io.BytesIO()
    stream_csv(report, map(streamed, report.tables), out)
    return out.getvalue()


def stream_csv(report: Report, tables: Iterable[StreamedTable], out: ByteSink) -> None:
    """Write tables that are read row by row as one file for a person; ``out`` is only ever written to."""
    text = io.TextIOWrapper(cast("io.BytesIO", out), encoding="utf-8", newline="", write_through=True)
    try:
        text.write(_MARK)
        writer = _writer(text)
        for number, table in enumerate(tables):
            totals = StreamTotals(table.columns)
            writer.writerows([[], [guarded(table.title)]] if number else [])
            writer.writerow([guarded(column.label) for column in table.columns])
            writer.writerows(_cells(table.columns, row) for row in totals.adding(table.rows))
            total = totals.row()
            if total is not None:
                writer.writerow(_cells(table.columns, total))
        about = ((report.title, report.subtitle), *report.provenance.lines())
        writer.writerows(([], [ABOUT], *([guarded(label), guarded(value)] for label, value in about)))
    finally:
        text.detach()


def csv_files(report: Report) -> dict[str, bytes]:
    """Write each table as a file of its own, and the proof beside them."""
    files = {f"{report.name}.{table.name}.csv": _encoded(_lines(table)) for table in report.tables}
    return {**files, f"{report.name}.provenance.json": provenance_json(report)}


def _lines(table: Table) -> list[list[str]]:
    """Return the heading and the rows of a table."""
    heading = [guarded(column.label) for column in table.columns]
    return [heading, *(_cells(table.columns, row) for row in table.rows())]


def _cells(columns: Sequence[Column], row: Iterable[Value]) -> list[str]:
    return [_cell(value, column.kind) for column, value in zip(columns, row, strict=True)]


def _cell(value: Value, kind: Kind) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return plain_euros(value) if kind is Kind.CENTS else str(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else guarded(value)


def _encoded(lines: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    _writer(out).writerows(lines)
    return (_MARK + out.getvalue()).encode()


def _writer(out: TextIO) -> Any:  # noqa: ANN401 - the module's own class has no name
    return csv.writer(out, delimiter=";", lineterminator="\r\n")
