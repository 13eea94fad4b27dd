"""The short address of a campaign, for paper: ten digits that a family can type where it cannot point a camera.

They are the first digits of the campaign's id, and lead to its page. No page lists them, and guessing one finds
a page that anybody with the link may see (ADR 64).
"""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound
from projections import directory
from service.http.dependencies import Slug, public_campaigns_of, runtime_of

router = APIRouter()
_DIGITS: Final = 10
_HALF: Final = 5
_ALL_DIGITS: Final = 32
Code = Annotated[str, Path(pattern=f"^[0-9a-fA-F]{{{_HALF}}}-?[0-9a-fA-F]{{{_HALF}}}$")]


@router.get("/{association}/c/{code}")
async def short_link(association: Slug, code: Code, request: Request) -> Response:
    """Lead from the short address of a campaign to its page, as far as families may see it.

    Raises:
        NotFound: no campaign begins so, or two do.

    """
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    found = await run_in_threadpool(opened.read, _beginning_with, code.replace("-", "").lower())
    if len(found) != 1:
        raise NotFound(code=code)
    await public_campaigns_of(request).public_campaign(association, found[0])
    return RedirectResponse(f"/{association}/contribuer/{found[0]}", 303)


def short_path(connection: Connection[Any], association: str, campaign_id: UUID) -> str:
    """Return the short path of a campaign; its long one in the case that another campaign begins with the same."""
    digits = campaign_id.hex[:_DIGITS]
    if _beginning_with(connection, digits) == [campaign_id]:
        return f"/{association}/c/{digits[:_HALF]}-{digits[_HALF:]}"
    return f"/{association}/contribuer/{campaign_id}"


def _beginning_with(connection: Connection[Any], digits: str) -> list[UUID]:
    """Return the campaigns whose ids begin with some digits, two of them at most."""
    first, last = (UUID(digits.ljust(_ALL_DIGITS, filler)) for filler in "0f")
    return directory.campaign_ids_between(connection, first, last)
