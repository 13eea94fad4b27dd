"""The routes of the mandate holder's pages."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.mandataire import campaigns, emails, entry, live

ROUTERS: Final[tuple[APIRouter, ...]] = (
    entry.router,
    campaigns.router,
    live.router,
    emails.router,
)
"""In the order in which addresses are matched."""
