"""The live page of a campaign: the balance per class, true without a reload (S-128, S-151, ui.md 5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from domain.calendar import french_hour, french_moment
from domain.errors import NotAllowed, NotFound, NotSignedIn
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.auth.principal import check_allowed
from service.http.dependencies import Slug, clock_of
from service.http.event_stream import Allowance, OneStream, changes
from service.pages.mandataire.dependencies import STATUS, SeenCampaign, SignedIn, principal_now
from service.pages.mandataire.live_sheet import Sheet, read_sheet
from service.pages.rendering import page

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


@router.get("/{association}/collectes/{campaign_id}/flux", response_class=EventSourceResponse, dependencies=[OneStream])
async def live_stream(
    visit: SignedIn, association: Slug, campaign: SeenCampaign, request: Request
) -> AsyncIterator[ServerSentEvent]:
    """Push the balance whenever it changed, as long as the person may see it."""

    async def read() -> Sheet:
        return await run_in_threadpool(visit.opened.read, read_sheet, campaign, "")

    async def may() -> Allowance:
        try:
            principal = await principal_now(request, association)
            check_allowed(principal, Action.READ, campaign.coop_id)
        except (NotSignedIn, NotAllowed, NotFound):
            return Allowance(allowed=False)
        return Allowance(allowed=True, until=principal.until(Action.READ, campaign.coop_id))

    async for sheet in changes(request, visit.opened.ledger.read_schema, read, may):
        yield ServerSentEvent(event="balance", data={**sheet.figures(), "position": sheet.position, "as_of": _clock()})


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
