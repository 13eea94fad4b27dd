"""The routes of the statistics."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.statistics import community, general, sales

ROUTERS: Final[tuple[APIRouter, ...]] = (general.router, sales.router, community.router)
"""In the order in which addresses are matched."""
