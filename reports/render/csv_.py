"""Reports as CSV for a French spreadsheet: UTF-8 with its mark, « ; », decimal commas without spaces, guarded texts.

Two shapes. ``to_csv`` is the file a person opens: one line of proof, then each table under its title, with its total.
``csv_files`` is the set a program reads, as attached to the PDF: one pure table per file (a heading row, then rows,
nothing else) and the proof beside them as ``<name>.provenance.json``, so that no parser stumbles on it.
A text that a spreadsheet would take for a formula is kept from being one by an apostrophe; amounts are not touched.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Final

from domain.money import plain_euros
from reports.parts.report import Kind, Report, Table, Value
from reports.render.json_ import provenance_json

_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe before = + - @, tab or line end."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def to_csv(report: Report) -> bytes:
    """Write the whole report as one file for a person."""
    proof = " | ".join(f"{label} {value}" for label, value in report.provenance.lines())
    lines: list[list[str]] = [[guarded(f"{report.title} – {report.subtitle} | {proof}")]]
    for table in report.tables:
        lines += [[], [guarded(table.title)], *_lines(table)]
        total = table.total()
        if total is not None:
            lines.append(_cells(table, total))
    return _encoded(lines)


def csv_files(report: Report) -> dict[str, bytes]:
    """Write each table as a file of its own, and the proof beside them."""
    files = {f"{report.name}.{table.name}.csv": _encoded(_lines(table)) for table in report.tables}
    return {**files, f"{report.name}.provenance.json": provenance_json(report)}


def _lines(table: Table) -> list[list[str]]:
    """Return the heading and the rows of a table."""
    heading = [guarded(column.label) for column in table.columns]
    return [heading, *(_cells(table, row) for row in table.rows())]


def _cells(table: Table, row: Iterable[Value]) -> list[str]:
    return [_cell(value, column.kind) for column, value in zip(table.columns, row, strict=True)]


def _cell(value: Value, kind: Kind) -> str:
    if value is None:
        return ""
    if isinstance(value, int):
        return plain_euros(value) if kind is Kind.CENTS else str(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else guarded(value)


def _encoded(lines: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
    return (_MARK + out.getvalue()).encode()
