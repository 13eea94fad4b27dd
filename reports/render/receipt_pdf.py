"""A receipt as a page to print: PDF/A-3a and PDF/UA-1 like every report, set by a template of its own, its data inside.

As for reports, the template holds no data and everything enters as one JSON input; the bytes depend on the receipt
alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
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
    return _set(f"{receipt.report.title} {receipt.reference}", (receipt,))


def receipts_pdf(receipts: Sequence[Receipt], title: str) -> bytes:
    """Set several receipts of one coop as one file: each begins a page and has a bookmark with the name of who paid."""
    return _set(title, receipts)


def _set(title: str, receipts: Sequence[Receipt]) -> bytes:
    first, alone = receipts[0].report.provenance, len(receipts) == 1

    def set_with(paper: Paper) -> bytes:
        given = {
            "fonts": FAMILIES,
            "title": paper(title),
            "coop": paper(first.coop_name),
            "receipts": [_payload(receipt, paper, alone=alone) for receipt in receipts],
        }
        inputs = {"receipts": json.dumps(given, ensure_ascii=False)}
        return compiled(_TEMPLATE.read_bytes(), inputs, int(first.produced_at.timestamp()))

    return on_paper(set_with)


def _payload(receipt: Receipt, paper: Paper, *, alone: bool) -> dict[str, Any]:
    """Return the values of one letter, every text ready to be set; one of several has no file of its own inside."""
    report, proof = receipt.report, receipt.report.provenance
    return {
        "title": report.title,
        "bookmark": report.title if alone else paper(receipt.payer),
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
        "attached": _attached(report) if alone else None,
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
