"""The routes of the five steps, and of the pages about a campaign as a whole."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.campaign import campaign_list, configuration, history, preview
from service.pages.wizard import continuation, information, payment, publication, questions, tariffs

ROUTERS: Final[tuple[APIRouter, ...]] = (
    information.router,
    tariffs.router,
    questions.router,
    payment.router,
    publication.router,
    continuation.router,
    campaign_list.router,
    configuration.router,
    history.router,
    preview.router,
)
"""In the order in which addresses are matched."""
