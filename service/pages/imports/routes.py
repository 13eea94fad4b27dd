"""The routes of the pages that take over a file of another platform."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.imports import preview, upload, withdrawal

ROUTERS: Final[tuple[APIRouter, ...]] = (upload.router, preview.router, withdrawal.router)
"""In the order in which addresses are matched."""
