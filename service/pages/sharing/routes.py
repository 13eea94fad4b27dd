"""The routes of sharing a campaign."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.sharing import share_files, sharing, short_links

ROUTERS: Final[tuple[APIRouter, ...]] = (sharing.router, share_files.router, short_links.router)
"""In the order in which addresses are matched."""
