"""The routes of exports."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.exports import all_receipts, badges, files, prepared

ROUTERS: Final[tuple[APIRouter, ...]] = (files.router, prepared.router, all_receipts.router, badges.router)
"""In the order in which addresses are matched."""
