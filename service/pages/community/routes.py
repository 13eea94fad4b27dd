"""The routes about who takes part."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.community import contacts, participants

ROUTERS: Final[tuple[APIRouter, ...]] = (participants.router, contacts.router)
"""In the order in which addresses are matched."""
