"""The routes of a coop's pages."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.coop import account, home, operations, payments

ROUTERS: Final[tuple[APIRouter, ...]] = (
    home.router,
    account.router,
    operations.router,
    payments.router,
)
"""In the order in which addresses are matched."""
