"""The routes of messages to families."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.messages import family_message, stop

ROUTERS: Final[tuple[APIRouter, ...]] = (family_message.router, stop.router)
"""In the order in which addresses are matched."""
