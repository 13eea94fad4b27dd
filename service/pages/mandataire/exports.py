"""What a coop can take away: tables of each campaign, statements of each month, reports of each year (S-13, S-36).

The files are those of the API, made by the same builder. Those that name families ask for a passkey, as there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from psycopg import Connection

from domain.calendar import fiscal_year, fiscal_year_label, french_month
from projections import directory, online_account
from projections.directory import CampaignRow
from reports.parts.report import Format, Report
from service.auth.actions import Action
from service.http.documents import made_document
from service.http.members import check_passkey
from service.http.trail import note
from service.members.errors import PasskeyRequired
from service.pages.frame.visit import (
    CampaignVisit,
    CoopVisit,
    MemberVisit,
    campaign_visit,
    coop_visit,
    status_sentence,
)
from service.reports import ReportBuilder
from service.trail import TrailKind

router = APIRouter()
CoopReader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
CampaignReader = Annotated[CampaignVisit, Depends(campaign_visit(Action.READ))]
CampaignExporter = Annotated[CampaignVisit, Depends(campaign_visit(Action.EXPORT))]
MonthPath = Annotated[str, Path(pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$")]
YearPath = Annotated[int, Path(ge=2000, le=2100)]


class _Exportable(NamedTuple):
    campaigns: list[CampaignRow]
    months: list[date]


@router.get("/{association}/coops/{coop_id}/exports")
async def exports(visit: CoopReader) -> Response:
    """List what can be taken away of a coop."""
    seen: _Exportable = await visit.read(_read, visit.coop.coop_id)
    years = sorted({row.school_year for row in seen.campaigns}, reverse=True)
    return await visit.show(
        "mandataire/exports.html",
        "exports",
        campaigns=[
            (row, status_sentence(row, visit.now), fiscal_year_label(row.school_year)) for row in seen.campaigns
        ],
        months=[(f"{month:%Y-%m}", french_month(month).capitalize()) for month in seen.months],
        years=[(year, fiscal_year_label(year)) for year in years if year <= fiscal_year(visit.today)],
        verification=await _verification(visit),
    )


def _read(connection: Connection[Any], coop_id: UUID) -> _Exportable:
    """Read the campaigns that are no drafts, and the months of the online account, the latest first."""
    campaigns = [row for row in directory.campaigns_of(connection, coop_id) if row.status != "draft"]
    months = {row.period for row in online_account.months(connection, (coop_id,))[coop_id]}
    return _Exportable(campaigns, sorted(months, reverse=True))


async def _verification(visit: CoopVisit) -> str:
    """Return where a passkey is asked for, which leads back; nothing where none is, or one was used a moment ago."""
    try:
        await check_passkey(visit.request, visit.association, visit.member)
    except PasskeyRequired:
        return f"{visit.base}/verification?{urlencode({'suite': f'{visit.base}{visit.coop_base}/exports'})}"
    return ""


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
