"""The routes of a coop's papers."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.papers import campaign_papers, class_state, papers

ROUTERS: Final[tuple[APIRouter, ...]] = (papers.router, campaign_papers.router, class_state.router)
"""In the order in which addresses are matched."""
