"""The second page of a basket: with an account, or without one, always (S-188…S-192)."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from service.pages.basket.visiting import ACCOUNT, Visiting

router = APIRouter()


@router.get("/{association}/paniers/{token}/compte")
async def account(visit: Visiting) -> Response:
    """Offer to go on without an account, to open one or to sign in."""
    visit.check_reached(ACCOUNT)
    return visit.page("basket_account.html", ACCOUNT)


@router.post("/{association}/paniers/{token}/compte")
async def go_on_without(visit: Visiting) -> Response:
    """Go on without an account."""
    visit.check_reached(ACCOUNT)
    visit.draft.guest = True
    await visit.keep()
    return visit.after(ACCOUNT)
