"""Reports as JSON: amounts in integer cents, days as ISO 8601, every column with its kind, the proof in full."""

from __future__ import annotations

from datetime import date

import msgspec

from reports.parts.report import Report, Table, Value


def to_json(report: Report) -> bytes:
    """Write a report as UTF-8 JSON, in a fixed order, with a final newline."""
    document = {
        "report": report.name,
        "title": report.title,
        "subtitle": report.subtitle,
        "restricted": report.restricted,
        "provenance": report.provenance.as_json(),
        "figures": [
            {"label": figure.label, "kind": figure.kind.value, "value": _plain(figure.value)}
            for figure in report.figures
        ],
        "tables": [_table(table) for table in report.tables],
        "notes": list(report.notes),
    }
    return _encoded(document)


def provenance_json(report: Report) -> bytes:
    """Write the proof of a report alone: the companion of its CSV files."""
    return _encoded({"report": report.name, "title": report.title, "provenance": report.provenance.as_json()})


def _encoded(document: dict[str, object]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _table(table: Table) -> dict[str, object]:
    total = table.total()
    return {
        "name": table.name,
        "title": table.title,
        "columns": [{"label": column.label, "kind": column.kind.value} for column in table.columns],
        "rows": [[_plain(value) for value in row] for row in table.cells.rows],
        "total": None if total is None else [_plain(value) for value in total],
    }


def _plain(value: Value) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value
