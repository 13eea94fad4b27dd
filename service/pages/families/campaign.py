"""The public page of a campaign: what it is for, what it costs, when it is open, one button (S-171…S-179).

The page depends on the campaign alone, so it is rendered once and kept as bytes as long as nothing changes.
"""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from adapters.files import WIDTHS, AttachmentRef
from domain.calendar import french_moment
from domain.errors import NotFound
from domain.school_classes import MAX_LABEL
from service.http.dependencies import Slug, clock_of, public_campaigns_of, runtime_of
from service.pages.french import (
    association_mark,
    by_group,
    french_size,
    opening_sentence,
    tariff_price,
    tariff_tiers,
    tariff_validity,
)
from service.pages.rendering import rendered
from service.pages.security import content_policy
from service.public_campaigns import PublicCampaign

router = APIRouter()
_TAG_LENGTH: Final = 16


async def published_campaign(request: Request, association: Slug, campaign_id: UUID) -> PublicCampaign:
    """Find the campaign of an address, as far as families may see it."""
    return await public_campaigns_of(request).public_campaign(association, campaign_id)


PublishedCampaign = Annotated[PublicCampaign, Depends(published_campaign)]


@router.get("/{association}/contribuer/{campaign_id}")
async def campaign_page(
    public_campaign: PublishedCampaign,
    association: Slug,
    request: Request,
    classe: Annotated[str, Query(max_length=MAX_LABEL, description="The code of a class of the coop's list")] = "",
) -> Response:
    """Show a campaign to families; a slip's QR code has the class chosen for the first child."""
    known = classe if classe in public_campaign.classes else ""
    return _page(request, association, public_campaign, embedded=False, class_code=known)


@router.get("/{association}/integrer/{campaign_id}")
async def embedded_page(public_campaign: PublishedCampaign, association: Slug, request: Request) -> Response:
    """Show a campaign in a frame of one of the sites that it names (S-124).

    Raises:
        NotFound: it names none.

    """
    if not public_campaign.shown.embedding:
        raise NotFound(campaign=public_campaign.campaign.campaign_id, missing="embedding")
    answer = _page(request, association, public_campaign, embedded=True)
    answer.headers["Content-Security-Policy"] = content_policy(framed_by=public_campaign.shown.embedding)
    return answer


def _page(
    request: Request, association: str, public_campaign: PublicCampaign, *, embedded: bool, class_code: str = ""
) -> Response:
    """Answer with the kept page, or with 304 to a browser that has it already.

    It is compressed once and for all: it holds no secret, and the same bytes go to everybody.
    """
    closed = opening_sentence(public_campaign, clock_of(request)())
    name = f"campaign:{embedded}:{closed}:{class_code}"
    if name not in public_campaign.rendered:
        address = (
            f"{runtime_of(request).settings.address}/{association}/contribuer/{public_campaign.campaign.campaign_id}"
        )
        values = campaign_values(public_campaign, association, closed, class_code=class_code)
        html = rendered("campaign.html", **values, address=address, embedded=embedded, resume="").encode()
        public_campaign.rendered[name], public_campaign.rendered[f"{name}:gzip"] = html, gzip.compress(html, mtime=0)
    html = public_campaign.rendered[name]
    tag = f'W/"{hashlib.sha256(html).hexdigest()[:_TAG_LENGTH]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        html, headers["Content-Encoding"] = public_campaign.rendered[f"{name}:gzip"], "gzip"
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


def campaign_values(
    public_campaign: PublicCampaign, association: str, closed: str, *, files: str = "", class_code: str = ""
) -> dict[str, Any]:
    """Return what the template of a campaign shows; ``closed`` is why it takes no contributions now, if so.

    ``files`` is what the addresses of its files begin with, unless they are those of the public page; ``class_code`` is
    the class of the list that the first child begins with.
    """
    campaign = public_campaign.campaign
    files = files or files_of(association, public_campaign)
    return {
        "association": association,
        "demo": campaign.demo,
        "chosen_class": (class_code, public_campaign.classes.get(class_code, "")) if class_code else None,
        "words": public_campaign.words,
        "coop": public_campaign.identification,
        "mark": association_mark(public_campaign.association),
        "campaign": campaign,
        "details": public_campaign.shown.details,
        "picture": _picture(files, public_campaign),
        "attachments": [_attachment(files, one) for one in public_campaign.attachments],
        "contact": public_campaign.contact,
        "closed": closed,
        "window": _window(campaign.opens_at, campaign.closes_at),
        "instalments": public_campaign.shown.instalments,
        "tariffs": [
            (tariff, tariff_price(tariff), tariff_tiers(tariff), tariff_validity(tariff))
            for tariff in by_group(public_campaign.shown.tariffs)
        ],
    }


def files_of(association: str, public_campaign: PublicCampaign) -> str:
    """What the addresses of a campaign's files begin with."""
    return f"/{association}/contribuer/{public_campaign.campaign.campaign_id}"


def _attachment(files: str, ref: AttachmentRef) -> tuple[str, str, str, str]:
    """A file to download: its name, kind, size and address."""
    name, _, kind = ref.name.rpartition(".")
    file = f"{files}/pieces/{ref.digest}/{quote(ref.name)}"
    return name, kind.upper(), french_size(ref.size), file


def _picture(files: str, public_campaign: PublicCampaign) -> dict[str, Any] | None:
    """The picture in the widths that a browser chooses from, and its shape, so that nothing moves when it comes."""
    ref = public_campaign.picture
    if ref is None:
        return None
    widths = sorted({width for width in WIDTHS if width < ref.width} | {ref.width})
    name = f"{files}/image/{ref.digest[:_TAG_LENGTH]}"
    drawings = [(f"{name}-{width}.webp", width) for width in widths]
    return {
        "src": drawings[-1][0],
        "srcset": ", ".join(f"{address} {width}w" for address, width in drawings),
        "width": ref.width,
        "height": ref.height,
    }


def _window(opens_at: datetime | None, closes_at: datetime | None) -> list[tuple[str, str]]:
    """The opening window as the page lists it (S-177)."""
    ends = (("Début", opens_at), ("Fin", closes_at))
    return [(label, french_moment(instant)) for label, instant in ends if instant is not None]
