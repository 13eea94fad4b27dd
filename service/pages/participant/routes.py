"""The routes of the pages about one participant's contribution."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.participant import cash_correction, correction, decisions, detail, entry
from service.pages.participant.refund import request

ROUTERS: Final[tuple[APIRouter, ...]] = (
    entry.router,
    detail.router,
    request.router,
    correction.router,
    cash_correction.router,
    decisions.router,
)
"""In the order in which addresses are matched."""
