"""The preview of a campaign: its page as families see it, whatever its status, on which nothing is paid (S-111)."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.auth.actions import Action
from service.http.dependencies import Slug
from service.http.trail import note
from service.pages.families.campaign import campaign_values
from service.pages.families.files import attachment_of, picture_of
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.french import opening_sentence
from service.pages.rendering import page
from service.pages.wizard.steps import PUBLICATION
from service.public_campaigns import PublicCampaign, read_any_campaign
from service.trail import TrailKind

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]


async def previewed_campaign(visit: Runner) -> PublicCampaign:
    """Find the campaign of the address as families would see it, a draft too."""
    return await run_in_threadpool(read_any_campaign, visit.opened, visit.campaign.campaign_id)


Previewed = Annotated[PublicCampaign, Depends(previewed_campaign)]


@router.get("/{association}/collectes/{campaign_id}/apercu")
async def preview(visit: Runner, campaign: Previewed, request: Request, decision: str = "", pv: str = "") -> Response:
    """Show the page of a campaign as families see it; its button does nothing.

    What step 5 was told of the Conseil's decision is handed back to it.
    """
    await note(request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    closed = opening_sentence(campaign, visit.now)
    base = f"{visit.base}{visit.campaign_base}"
    values = campaign_values(campaign, visit.association, closed, files=f"{base}/apercu")
    return page(
        "campaign/preview.html",
        **values,
        address="",
        embedded=False,
        resume="",
        back=_back(visit, decision, pv),
        draft=visit.campaign.status == "draft",
    )


def _back(visit: CampaignVisit, decision: str, minutes: str) -> str:
    """Return where a preview was opened: a draft's in step 5, where what was decided is typed."""
    base = f"{visit.base}{visit.campaign_base}"
    if visit.campaign.status not in ("draft", "suspended"):
        return f"{base}/configuration"
    said = urlencode({name: value for name, value in (("decision", decision), ("pv", minutes)) if value})
    if not said and visit.campaign.status == "suspended":
        return f"{base}/configuration"
    return f"{base}{PUBLICATION.address}{'?' if said else ''}{said}"


@router.get("/{association}/collectes/{campaign_id}/apercu/image/{digest}-{width}.webp")
async def preview_picture(
    campaign: Previewed,
    association: Slug,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{16,64}$")],
    width: Annotated[int, Path(ge=1, le=9999)],
    request: Request,
) -> Response:
    """Give the picture of a preview in a width."""
    return await picture_of(request, association, campaign, digest, width, kept="no-store")


@router.get("/{association}/collectes/{campaign_id}/apercu/pieces/{digest}/{name}")
async def preview_attachment(
    campaign: Previewed,
    association: Slug,
    digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    name: str,
    request: Request,
) -> Response:
    """Give a file of a preview to download."""
    return await attachment_of(request, association, campaign, digest, name)
