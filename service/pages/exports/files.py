"""Files that are made while one waits: tables of a campaign, the statement of a month, the report of a year (S-36).

The files are those of the API, made by the same builder. Those that name families ask for a passkey, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from reports.parts.report import Format, Report
from service.auth.actions import Action
from service.http.documents import made_document
from service.http.trail import note
from service.pages.frame.visit import (
    CampaignVisit,
    CoopVisit,
    MemberVisit,
    campaign_visit,
    coop_visit,
)
from service.reports import ReportBuilder
from service.trail import TrailKind

router = APIRouter()
CoopReader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
CampaignReader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]
CampaignExporter = Annotated[CampaignVisit, Depends(campaign_visit(Action.EXPORT))]
MonthPath = Annotated[str, Path(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")]
YearPath = Annotated[int, Path(ge=2000, le=2100)]


@router.get("/{association}/collectes/{campaign_id}/exports/paiements/{form}")
async def payments(visit: CampaignExporter, form: Format) -> Response:
    """Give the nominative table of a campaign's payments (S-164…S-167)."""
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    return await _file(visit, form, lambda builder: builder.payments_table(visit.campaign.campaign_id))


@router.get("/{association}/collectes/{campaign_id}/exports/familles/{form}")
async def family_voucher(visit: CampaignExporter, form: Format) -> Response:
    """Give the recap of a campaign with its annex by family (S-168)."""
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    return await _file(visit, form, lambda builder: builder.family_voucher(visit.campaign.campaign_id))


@router.get("/{association}/collectes/{campaign_id}/exports/classes/{form}")
async def class_balance(visit: CampaignReader, form: Format) -> Response:
    """Give the balance sheet of a campaign's classes, which has no names (S-165)."""
    return await _file(visit, form, lambda builder: builder.class_balance(visit.campaign.campaign_id))


@router.get("/{association}/coops/{coop_id}/exports/releves/{month}/{form}")
async def statement(visit: CoopReader, month: MonthPath, form: Format) -> Response:
    """Give the statement of a month of the online account (S-161)."""
    first_day = date.fromisoformat(f"{month}-01")
    return await _file(visit, form, lambda builder: builder.statement(visit.coop.coop_id, first_day))


@router.get("/{association}/coops/{coop_id}/exports/avances/{year}/{form}")
async def income_in_advance(visit: CoopReader, year: YearPath, form: Format) -> Response:
    """Give what was collected by the end of a fiscal year for later ones."""
    return await _file(visit, form, lambda builder: builder.income_in_advance(visit.coop.coop_id, year))


async def _file(visit: MemberVisit, form: Format, make: Callable[[ReportBuilder], Report]) -> Response:
    return await made_document(visit.opened, visit.now, form, make)
