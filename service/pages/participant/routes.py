"""The routes of the pages about one participant's contribution."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.participant import correction, decisions, detail, entry, slip
from service.pages.participant.refund import request

ROUTERS: Final[tuple[APIRouter, ...]] = (
    entry.router,
    detail.router,
    request.router,
    correction.router,
    decisions.router,
    slip.router,
)
"""In the order in which addresses are matched."""
