"""Papers of the cash box as PDF/A-3a and PDF/UA-1, each set by a template of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from domain.calendar import french_date
from domain.money import euros
from reports.parts.provenance import DEMO
from reports.render.fonts import FAMILIES, Paper, compiled, on_paper
from reports.render.pdf import qr_drawing
from reports.sheets.cash import DepositSlip, SlipSheet

_SLIPS: Final = Path(__file__).with_name("cash_slips.typ")
_DEPOSIT: Final = Path(__file__).with_name("cash_deposit.typ")


def slips_pdf(sheet: SlipSheet) -> bytes:
    """Set slips to cut off; the bytes depend on what they say alone."""

    def set_with(paper: Paper) -> bytes:
        inputs = {"sheet": json.dumps(_slips(sheet, paper), ensure_ascii=False)}
        return compiled(_SLIPS.read_bytes(), inputs, int(sheet.produced_at.timestamp()))

    return on_paper(set_with)


def deposit_pdf(slip: DepositSlip) -> bytes:
    """Set a deposit; the bytes depend on what it says alone."""

    def set_with(paper: Paper) -> bytes:
        inputs = {"slip": json.dumps(_deposit(slip, paper), ensure_ascii=False)}
        return compiled(_DEPOSIT.read_bytes(), inputs, int(slip.produced_at.timestamp()))

    return on_paper(set_with)


def _slips(sheet: SlipSheet, paper: Paper) -> dict[str, Any]:
    return {
        "fonts": FAMILIES,
        "title": paper(sheet.title),
        "coop": paper(sheet.coop),
        "identification": paper(sheet.identification),
        "class": paper(sheet.class_label),
        "mark": sheet.class_mark,
        "numbers": sheet.numbers,
        "tariffs": [paper(one) for one in sheet.tariffs],
        "voluntary": sheet.voluntary,
        "per_page": sheet.per_page,
        "demo": DEMO if sheet.demo else "",
        "qr": qr_drawing(sheet.link) if sheet.link else "",
    }


def _deposit(slip: DepositSlip, paper: Paper) -> dict[str, Any]:
    return {
        "fonts": FAMILIES,
        "coop": paper(slip.coop),
        "identification": paper(slip.identification),
        "slip": paper(slip.slip),
        "day": french_date(slip.deposited_on),
        "pieces": [[euros(value), str(number), euros(value * number)] for value, number in slip.pieces],
        "counts": [paper(one) for one in slip.counts],
        "total": euros(slip.cents),
        "demo": DEMO if slip.demo else "",
    }
