"""The files of a published campaign: the drawings of its picture, its files to download; no others, no older ones."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.files import StoredFile
from domain.errors import NotFound
from service.http.dependencies import Slug, runtime_of
from service.pages.families.campaign import PublishedCampaign
from service.public_campaigns import PublicCampaign

router = APIRouter()
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ALONE: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""A file is shown by nothing of ours, and has no rights anywhere."""


@router.get("/{association}/contribuer/{campaign_id}/image/{digest}-{width}.webp")
async def picture(
    public_campaign: PublishedCampaign,
    association: Slug,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{16}$")],
    width: Annotated[int, Path(ge=1, le=9999)],
    request: Request,
) -> Response:
    """Give the campaign's picture in a width; its address changes with it, so browsers keep it."""
    return await picture_of(request, association, public_campaign, digest, width, kept=_FOR_EVER)


async def picture_of(
    request: Request, association: str, public_campaign: PublicCampaign, digest: str, width: int, *, kept: str
) -> Response:
    """Answer with the picture of a campaign in a width; ``kept`` says how long browsers keep it.

    Raises:
        NotFound: the campaign shows another picture, or none of that width.

    """
    ref = public_campaign.picture
    if ref is None or not ref.digest.startswith(digest):
        raise NotFound(campaign=public_campaign.campaign.campaign_id, missing="picture")
    found = await _find(request, association, public_campaign, ref.digest, width)
    headers = {"Cache-Control": kept, "Content-Security-Policy": _ALONE}
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.get("/{association}/contribuer/{campaign_id}/pieces/{digest}/{name}")
async def attachment(
    public_campaign: PublishedCampaign,
    association: Slug,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    name: str,
    request: Request,
) -> Response:
    """Give a file to download, under the name that the campaign gives it."""
    return await attachment_of(request, association, public_campaign, digest, name)


async def attachment_of(
    request: Request, association: str, public_campaign: PublicCampaign, digest: str, name: str
) -> Response:
    """Answer with a file of a campaign, to be downloaded.

    Raises:
        NotFound: the campaign offers no such file.

    """
    ref = next((one for one in public_campaign.attachments if (one.digest, one.name) == (digest, name)), None)
    if ref is None:
        raise NotFound(campaign=public_campaign.campaign.campaign_id, missing="attachment")
    found = await _find(request, association, public_campaign, ref.digest, 0)
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _ALONE,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(ref.name)}",
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


async def _find(
    request: Request, association: str, public_campaign: PublicCampaign, digest: str, width: int
) -> StoredFile:
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    found = await run_in_threadpool(opened.files.find, digest, width)
    if found is None:
        raise NotFound(campaign=public_campaign.campaign.campaign_id, missing="file")
    return found
