"""The routes of the five pages of a basket."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.families.basket import account, children, information, payment, recap

ROUTERS: Final[tuple[APIRouter, ...]] = (
    children.router,
    account.router,
    information.router,
    recap.router,
    payment.router,
)
"""In the order of the pages."""
