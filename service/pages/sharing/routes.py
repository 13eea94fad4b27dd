"""The routes of sharing a campaign."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from service.pages.sharing import share_files, share_page, short_links

ROUTERS: Final[tuple[APIRouter, ...]] = (share_page.router, share_files.router, short_links.router)
"""In the order in which addresses are matched."""
