"""The live page of a campaign: the balance per class, true without a reload (S-128, S-151, ui.md 5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.association.state import Association
from domain.calendar import french_hour
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.http.dependencies import Slug
from service.http.live.channel import Source
from service.http.live.member_rights import member_credential
from service.http.live.places import OneStream
from service.http.live.response import LiveStream, event
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.mandataire.live_sheet import Sheet, read_sheet
from service.runtime.open_ledger import OpenLedger

router = APIRouter()
Reader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]


@router.get("/{association}/collectes/{campaign_id}")
async def live_page(visit: Reader) -> Response:
    """Show the balance of a campaign per class, and keep it true."""
    rules = await visit.policy_of()
    threshold = rules.policy.anonymity_threshold
    sheet: Sheet = await visit.read(read_sheet, visit.campaign, rules.name, visit.base, threshold)
    return await visit.show(
        "mandataire/live.html",
        "collectes",
        help_key="direct",
        tab="direct",
        tab_title="En direct",
        identification=sheet.identification,
        sheet=sheet,
        threshold=threshold,
        as_of=_clock(),
        position=sheet.position,
        stream_url=f"{visit.base}{visit.campaign_base}/flux",
    )


@router.get("/{association}/collectes/{campaign_id}/flux", response_class=LiveStream, dependencies=[OneStream])
async def live_stream(visit: Reader, association: Slug, request: Request) -> LiveStream:
    """Push the balance whenever it changed, as long as the person may see it."""
    credential = member_credential(request, visit.opened, association, visit.coop.coop_id)
    return LiveStream(request, _source(visit.opened, association, visit.campaign), credential)


def _source(opened: OpenLedger, association: str, campaign: CampaignRow) -> Source:
    """The sheet of a campaign, one for all open pages: payments move it, and the coop's list of classes."""
    names = frozenset((campaign.campaign_id, campaign.coop_id))
    read = _reader(opened, association, campaign)
    return Source(opened.ledger.read_schema, "sheet", campaign.campaign_id, names, read, _balance, hears=opened.hears)


def _reader(opened: OpenLedger, association: str, campaign: CampaignRow) -> Callable[[], Awaitable[Sheet]]:
    async def read() -> Sheet:
        rules = await opened.states.current(Association, opened.ledger.association_id)
        threshold = rules.policy.anonymity_threshold
        return await run_in_threadpool(opened.read, read_sheet, campaign, "", f"/{association}", threshold)

    return read


def _balance(sheet: Sheet) -> bytes:
    return event("balance", {**sheet.figures(), "position": sheet.position, "as_of": _clock()})


def _clock() -> str:
    """The time in Paris as people write it: ``19 h 05``."""
    return french_hour(datetime.now(UTC))
