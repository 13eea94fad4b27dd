"""The routes of the pages that families see: a campaign, its basket, and what became of a contribution."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.families import campaign, confirmation, files, instalments, legal_texts, proof, receipts
from service.pages.families.basket.routes import ROUTERS as BASKET_ROUTERS

ROUTERS: Final[tuple[APIRouter, ...]] = (
    campaign.router,
    files.router,
    legal_texts.router,
    *BASKET_ROUTERS,
    confirmation.router,
    instalments.router,
    receipts.router,
    proof.router,
)
"""In the order in which addresses are matched."""
