"""The components of families' pages in all their states, for developers: served in the demonstration only."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound
from service.http.dependencies import runtime_of
from service.pages.rendering import page

router = APIRouter()


@router.get("/style")
async def style(request: Request) -> Response:
    """Show every component.

    Raises:
        NotFound: there is no demonstration here.

    """
    associations = await run_in_threadpool(runtime_of(request).associations)
    shown = next((one for one in associations if one.demo), None)
    if shown is None:
        raise NotFound(page="style")
    return page("style_guide.html", association=shown.slug, demo=True)
