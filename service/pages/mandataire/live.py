"""The live page of a campaign: the balance per class, true without a reload (S-128, S-151, ui.md 5)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.calendar import french_hour, french_moment
from projections.directory import CampaignRow
from service.http.dependencies import Slug, clock_of
from service.http.live.channel import Source
from service.http.live.member_rights import member_credential
from service.http.live.places import OneStream
from service.http.live.response import LiveStream, event
from service.pages.mandataire.dependencies import STATUS, SeenCampaign, SignedIn
from service.pages.mandataire.live_sheet import Sheet, read_sheet
from service.pages.rendering import page
from service.runtime.open_ledger import OpenLedger

router = APIRouter()


@router.get("/{association}/collectes/{campaign_id}")
async def live_page(visit: SignedIn, association: Slug, campaign: SeenCampaign, request: Request) -> Response:
    """Show the balance of a campaign per class, and keep it true."""
    name = (await run_in_threadpool(visit.opened.association)).name
    sheet = await run_in_threadpool(visit.opened.read, read_sheet, campaign, name)
    coop = sheet.coop
    return page(
        "live.html",
        association=association,
        campaign=campaign,
        demo=campaign.demo,
        status_label=STATUS[campaign.status],
        window=_window(campaign, clock_of(request)()),
        coop_name=coop.name,
        identification=sheet.identification,
        sheet=sheet,
        as_of=_clock(),
        position=sheet.position,
        stream_url=f"/{association}/collectes/{campaign.campaign_id}/flux",
    )


@router.get("/{association}/collectes/{campaign_id}/flux", response_class=LiveStream, dependencies=[OneStream])
async def live_stream(visit: SignedIn, association: Slug, campaign: SeenCampaign, request: Request) -> LiveStream:
    """Push the balance whenever it changed, as long as the person may see it."""
    credential = member_credential(request, visit.opened, association, campaign.coop_id)
    return LiveStream(request, _source(visit.opened, campaign), credential)


def _source(opened: OpenLedger, campaign: CampaignRow) -> Source:
    """The sheet of a campaign, whoever looks: payments move it, and the coop's list of classes."""
    names = frozenset((campaign.campaign_id, campaign.coop_id))
    read = partial(run_in_threadpool, opened.read, read_sheet, campaign, "")
    return Source(opened.ledger.read_schema, "sheet", campaign.campaign_id, names, read, _balance, hears=opened.hears)


def _balance(sheet: Sheet) -> bytes:
    return event("balance", {**sheet.figures(), "position": sheet.position, "as_of": _clock()})


def _clock() -> str:
    """The time in Paris as people write it: ``19 h 05``."""
    return french_hour(datetime.now(UTC))


def _window(campaign: CampaignRow, now: datetime) -> str:
    """The opening window in French, and that it is over once it is (S-107, S-108)."""
    if campaign.closes_at and campaign.closes_at <= now:
        since = f"Close depuis le {french_moment(campaign.closes_at)}"
        return f"{since}, ouverte le {french_moment(campaign.opens_at)}" if campaign.opens_at else since
    if campaign.opens_at and campaign.closes_at:
        return f"Ouverte du {french_moment(campaign.opens_at)} au {french_moment(campaign.closes_at)}"
    if campaign.opens_at:
        return f"Ouverte à partir du {french_moment(campaign.opens_at)}"
    return f"Ouverte jusqu’au {french_moment(campaign.closes_at)}" if campaign.closes_at else "Sans date limite"
