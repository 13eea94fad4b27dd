"""Sheets to print as PDF/A-3a and PDF/UA-1, set by a template of their own; a page for each class."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from reports.parts.provenance import DEMO
from reports.render.fonts import FAMILIES, Paper, compiled, on_paper
from reports.render.pdf import qr_drawing
from reports.sheets.flyer import Flyer

_TEMPLATE: Final = Path(__file__).with_name("flyer.typ")


def flyer_pdf(flyer: Flyer) -> bytes:
    """Set a sheet; the bytes depend on what it says alone."""

    def set_with(paper: Paper) -> bytes:
        inputs = {"flyer": json.dumps(_payload(flyer, paper), ensure_ascii=False)}
        return compiled(_TEMPLATE.read_bytes(), inputs, int(flyer.produced_at.timestamp()))

    return on_paper(set_with)


def _payload(flyer: Flyer, paper: Paper) -> dict[str, Any]:
    """Return the values of the template, every text ready to be set."""
    return {
        "fonts": FAMILIES,
        "title": paper(flyer.title),
        "coop": paper(flyer.coop),
        "identification": paper(flyer.identification),
        "link": paper(flyer.shown_link),
        "dates": paper(flyer.dates),
        "voluntary": flyer.voluntary,
        "places": [paper(place) for place in flyer.places],
        "count": flyer.per_page,
        "demo": DEMO if flyer.demo else "",
        "qr": qr_drawing(flyer.link),
    }
