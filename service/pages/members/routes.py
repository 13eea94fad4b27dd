"""The routes of the pages of members."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.members import access, passkeys, sign_in

ROUTERS: Final[tuple[APIRouter, ...]] = (passkeys.router, access.router, sign_in.router)
"""In the order in which addresses are matched: what has a name of its own comes before what holds a token."""
