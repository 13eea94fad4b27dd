"""The routes of payouts and of what belongs to the online account."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.payouts import account_files, certification, explanation, payout_request

ROUTERS: Final[tuple[APIRouter, ...]] = (
    payout_request.router,
    explanation.router,
    account_files.router,
    certification.router,
)
"""In the order in which addresses are matched."""
