"""The routes of the pages of families' accounts."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.accounts import account, google, passwords, sign_in, sign_up

ROUTERS: Final[tuple[APIRouter, ...]] = (
    sign_up.router,
    sign_in.router,
    passwords.router,
    google.router,
    account.router,
)
"""In the order in which addresses are matched."""
