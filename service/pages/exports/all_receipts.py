"""All receipts of a campaign as one PDF: asked for here, prepared by the worker, taken away among the exports."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.exports import ExportKind, ExportRequest
from domain.errors import LedgerError
from projections.figures.export_rows import PaidOrders, number_of_paid
from service.auth.actions import Action
from service.exports.kinds import campaigns_of_kind
from service.exports.requests import request_export
from service.http.dependencies import worker_of
from service.http.forms import FormBody, text
from service.pages.frame.visit import CampaignVisit, campaign_visit

router = APIRouter()
CampaignExporter = Annotated[CampaignVisit, Depends(campaign_visit(Action.EXPORT))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/recus"


@router.get(_ROUTE)
async def all_receipts(visit: CampaignExporter) -> Response:
    """Say what the file will hold, and offer to prepare it."""
    return await _show(visit)


@router.post(_ROUTE)
async def ask(visit: CampaignExporter, form: FormBody) -> Response:
    """Have the file prepared; it is taken away among the coop's exports."""
    await visit.decide(Action.EXPORT)
    request = ExportRequest(
        export_id=visit.new_id(text(form, "cle"), "receipts"),
        coop_id=visit.coop.coop_id,
        asked_by=visit.member.session.member_id,
        kind=ExportKind.RECEIPTS,
        campaign_id=visit.campaign.campaign_id,
        school_year=None,
        form="pdf",
    )
    try:
        campaigns_of_kind(ExportKind.RECEIPTS, (visit.campaign,))
        await run_in_threadpool(request_export, visit.opened, worker_of(visit.request).outbox, request, visit.now)
    except LedgerError as refusal:
        return await _show(visit, refusal.french)
    return visit.go(f"{visit.coop_base}/exports?demande=1#prepares")


async def _show(visit: CampaignVisit, refusal: str = "") -> Response:
    paid: PaidOrders = await visit.read(number_of_paid, visit.campaign.campaign_id)
    return await visit.show(
        "exports/receipts.html",
        "collectes",
        422 if refusal else 200,
        help_key="recus",
        tab="adherents",
        tab_title="",
        number=paid.named,
        unnamed=paid.unnamed,
        refusal=refusal,
    )
