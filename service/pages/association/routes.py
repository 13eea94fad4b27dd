"""The routes of the pages of an association's office."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.association import charter, coops, registration, rules

ROUTERS: Final[tuple[APIRouter, ...]] = (coops.router, registration.router, rules.router, charter.router)
"""In the order in which addresses are matched."""
