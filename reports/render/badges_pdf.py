"""Badges as PDF/A-3a and PDF/UA-1: sheets of ten cards of 85 × 54 mm with the marks to cut them by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from reports.parts.provenance import DEMO
from reports.render.fonts import FAMILIES, Paper, compiled, on_paper
from reports.sheets.badges import BadgeSheet

_TEMPLATE: Final = Path(__file__).with_name("badges.typ")


def badges_pdf(sheet: BadgeSheet) -> bytes:
    """Set badges; the bytes depend on what they say alone."""

    def set_with(paper: Paper) -> bytes:
        inputs = {"sheet": json.dumps(_payload(sheet, paper), ensure_ascii=False)}
        return compiled(_TEMPLATE.read_bytes(), inputs, int(sheet.produced_at.timestamp()))

    return on_paper(set_with)


def _payload(sheet: BadgeSheet, paper: Paper) -> dict[str, Any]:
    """Return the values of the template, every text ready to be set."""
    return {
        "fonts": FAMILIES,
        "title": paper(sheet.title),
        "school": paper(sheet.school),
        "coop": paper(sheet.coop),
        "demo": DEMO if sheet.demo else "",
        "badges": [[paper(one) for one in badge] for badge in sheet.badges],
    }
