"""A receipt as a page to print: PDF/A-3a and PDF/UA-1 like every report, set by a template of its own, its data inside.

As for reports, the template holds no data and everything enters as one JSON input; the bytes depend on the receipt
alone.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from domain.calendar import french_date
from reports.parts.provenance import DEMO
from reports.parts.report import Kind, Report, Table, shown
from reports.receipt import Receipt
from reports.render.fonts import FAMILIES, Paper, compiled, on_paper
from reports.render.json_ import to_json
from reports.render.pdf import qr_drawing

_TEMPLATE: Final = Path(__file__).with_name("receipt.typ")
_TOTALS: Final = {"contribution": "Total pour la coopérative", "paiements": "Total reçu par la coopérative"}
"""What the totals of the tables are called on a receipt."""


def receipt_pdf(receipt: Receipt) -> bytes:
    """Set a receipt: one A4 page for the usual basket, more where there are more children or movements."""

    def set_with(paper: Paper) -> bytes:
        inputs = {"receipt": json.dumps(_payload(receipt, paper), ensure_ascii=False)}
        return compiled(_TEMPLATE.read_bytes(), inputs, int(receipt.report.provenance.produced_at.timestamp()))

    return on_paper(set_with)


def _payload(receipt: Receipt, paper: Paper) -> dict[str, Any]:
    """Return the values of the template, every text ready to be set."""
    report, proof = receipt.report, receipt.report.provenance
    return {
        "fonts": FAMILIES,
        "title": report.title,
        "coop": paper(proof.coop_name),
        "association": paper(receipt.association),
        "identification": paper(proof.identification),
        "demo": DEMO if proof.demo else "",
        "reference": receipt.reference,
        "issued": french_date(receipt.issued_on),
        "payer": paper(receipt.payer),
        "subtitle": paper(report.subtitle),
        "opening": [[paper(run.text), run.strong] for run in receipt.opening],
        "state": [paper(sentence) for sentence in receipt.state],
        "figures": [[figure.label, shown(figure.value, figure.kind)] for figure in report.figures],
        "tables": [_table(table, paper) for table in report.tables],
        "notes": [paper(note) for note in report.notes],
        "qr": qr_drawing(proof.verify_at),
        "verify_at": proof.verify_at,
        "foot": f"Registre de la coopérative\u00a0: {proof.events} · empreinte {proof.chain_head[:16]}…",
        "attached": _attached(report),
    }


def _table(table: Table, paper: Paper) -> dict[str, Any]:
    """Return a table as the texts of its cells; its last column is an amount."""
    total = table.total()
    return {
        "name": table.name,
        "title": table.title,
        "columns": [column.label for column in table.columns],
        "rows": [
            [paper(shown(value, column.kind)) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows()
        ],
        "total": None if total is None else [_TOTALS.get(table.name, "Total"), shown(total[-1], Kind.CENTS)],
    }


def _attached(report: Report) -> dict[str, str]:
    """Return the file inside the PDF: the receipt as data."""
    return {"name": f"{report.name}.json", "text": to_json(report).decode()}
