"""The routes about reminders."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.reminders import letter_links, requests

ROUTERS: Final[tuple[APIRouter, ...]] = (requests.router, letter_links.router)
"""In the order in which addresses are matched."""
