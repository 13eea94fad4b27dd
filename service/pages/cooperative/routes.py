"""The routes of the pages about a coop itself."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.cooperative import bank_accounts, charter, features, mandates, settings, tab

ROUTERS: Final[tuple[APIRouter, ...]] = (
    tab.router,
    mandates.router,
    bank_accounts.router,
    charter.router,
    settings.router,
    features.router,
)
"""In the order in which addresses are matched."""
