"""Routes that give documents as files: ``…/class-balance.pdf``, ``.xlsx``, ``.csv``, ``.json`` and the like (S-149)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import first_of_month
from reports.on_demand import rendered_json
from reports.parts.rendered import Rendered
from reports.parts.report import Format, Report
from service.api.context import RequestContext
from service.api.contract.rights import CanExport, CanRead, CanReadArchive
from service.api.contract.routers import api_router
from service.api.queries import AtLeast, visible_campaign, wait_if_asked
from service.api.schemas import Day
from service.http.dependencies import runtime_of
from service.http.documents import handed_over, made_document
from service.http.trail import note
from service.reports import ReportBuilder
from service.reports.accounting_archive import archived_names
from service.runtime.open_ledger import OpenLedger
from service.trail import TrailKind

FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document",
        "content": {
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                "schema": {"type": "string", "format": "binary"}
            },
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}
router = api_router("/{association}", "Documents")
FileFormat = Annotated[Format, Path(description="The format of the file")]
Month = Annotated[Day, Query(description="Any day of the month, in Europe/Paris", examples=["2024-07-01"])]

SchoolYear = Annotated[int, Query(ge=2000, le=2100, description="2024 for 2024-2025", examples=[2024])]


async def _file(context: RequestContext, form: FileFormat, make: Callable[[ReportBuilder], Report]) -> Response:
    """Make a document and hand it over as a file."""
    return await made_document(context.opened, context.at, form, make)


def _class_balance_json(connection: Connection[Any], opened: OpenLedger, campaign_id: UUID) -> Rendered:
    """Write the balance sheet of a campaign's classes for all programs that ask for it now."""
    lay_out = ReportBuilder(opened, datetime.now(UTC)).class_balances_seen(connection, (campaign_id,))
    return rendered_json(lay_out(campaign_id))


@router.get("/campaigns/{campaign_id}/class-balance.{form}", response_class=Response, responses=FILES)
async def download_class_balance(
    context: CanRead, campaign_id: UUID, form: FileFormat, at_least: AtLeast = None
) -> Response:
    """Give the balance sheet of a campaign's classes."""
    await wait_if_asked(context, at_least)
    if form == "json":
        return handed_over(await context.read_shared(_class_balance_json, context.opened, campaign_id))
    return await _file(context, form, lambda builder: builder.class_balance(campaign_id))


@router.get("/campaigns/{campaign_id}/family-voucher.{form}", response_class=Response, responses=FILES)
async def download_family_voucher(
    request: Request, context: CanExport, campaign_id: UUID, form: FileFormat, at_least: AtLeast = None
) -> Response:
    """Give the final recap of a campaign, else the provisional document, with its restricted annex by family."""
    campaign = await visible_campaign(context, campaign_id, at_least)
    await note(request, TrailKind.NAMES_READ, coop_id=campaign.coop_id)
    return await _file(context, form, lambda builder: builder.family_voucher(campaign_id))


@router.get("/campaigns/{campaign_id}/archived-family-voucher.{form}", response_class=Response, responses=FILES)
async def download_archived_family_voucher(
    request: Request, context: CanReadArchive, campaign_id: UUID, form: FileFormat, at_least: AtLeast = None
) -> Response:
    """Give the same with who paid, of families that were forgotten: read in the accounting archive, and recorded."""
    campaign = await visible_campaign(context, campaign_id, at_least)
    await note(request, TrailKind.NAMES_READ, coop_id=campaign.coop_id)
    trail = runtime_of(request).trail
    archived = await run_in_threadpool(archived_names, context.opened, trail, context.principal, campaign_id)
    return await _file(context, form, lambda builder: builder.family_voucher(campaign_id, archived))


@router.get("/campaigns/{campaign_id}/payments.{form}", response_class=Response, responses=FILES)
async def download_payments(
    request: Request, context: CanExport, campaign_id: UUID, form: FileFormat, at_least: AtLeast = None
) -> Response:
    """Give the nominative table of a campaign's payments."""
    campaign = await visible_campaign(context, campaign_id, at_least)
    await note(request, TrailKind.NAMES_READ, coop_id=campaign.coop_id)
    return await _file(context, form, lambda builder: builder.payments_table(campaign_id))


@router.get("/coops/{coop_id}/statement.{form}", response_class=Response, responses=FILES)
async def download_statement(context: CanRead, coop_id: UUID, form: FileFormat, month: Month) -> Response:
    """Give the statement of a month of a coop's online account."""
    await context.coop(coop_id)
    return await _file(context, form, lambda builder: builder.statement(coop_id, first_of_month(month)))


@router.get("/coops/{coop_id}/income-in-advance.{form}", response_class=Response, responses=FILES)
async def download_income_in_advance(context: CanRead, coop_id: UUID, form: FileFormat, year: SchoolYear) -> Response:
    """Give what a coop collected by the end of a fiscal year for later ones, and what account 487 holds of it."""
    await context.coop(coop_id)
    return await _file(context, form, lambda builder: builder.income_in_advance(coop_id, year))
