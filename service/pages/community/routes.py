"""The routes about who takes part."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.community import contacts, export, family, participants

ROUTERS: Final[tuple[APIRouter, ...]] = (
    participants.router,
    export.router,
    contacts.router,
    family.router,
)
"""In the order in which addresses are matched."""
