"""Routes that list what other platforms collected, hold and paid out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query

from domain.vocabulary.platforms import french_platform
from projections.external import queries
from service.api.contract.rights import CanRead
from service.api.contract.routers import api_router
from service.api.external import schemas as shown
from service.api.queries import AsOf, AtLeast, Limit, visible_campaign, wait_if_asked
from service.api.schemas import columns_of

router = api_router("/{association}", "Readers")


@router.get("/coops/{coop_id}/external-funds")
async def show_external_funds(
    context: CanRead, coop_id: UUID, as_of: AsOf = None, at_least: AtLeast = None
) -> shown.ExternalFundsOut:
    """Show what each other platform holds for a coop, and what it paid out."""
    await context.coop(coop_id)
    await wait_if_asked(context, at_least)
    held = await context.read(queries.in_hand, coop_id, None, as_of)
    paid_out = await context.read(queries.payouts, coop_id)
    return shown.ExternalFundsOut(
        platforms=[
            shown.PlatformFundsOut(label=french_platform(row.platform), **columns_of(shown.PlatformFundsOut, row))
            for row in held
        ],
        payouts=[shown.ExternalPayoutOut(**columns_of(shown.ExternalPayoutOut, row)) for row in paid_out],
    )


@router.get("/campaigns/{campaign_id}/external-payments")
async def list_external_payments(
    context: CanRead,
    campaign_id: UUID,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Limit = 100,
    at_least: AtLeast = None,
) -> shown.ExternalPaymentPage:
    """List the payments of a campaign on other platforms, page by page, in the order they were recorded."""
    await visible_campaign(context, campaign_id, at_least)
    rows = await context.read(queries.payments, campaign_id, after, limit + 1)
    items = [shown.ExternalPaymentOut(**columns_of(shown.ExternalPaymentOut, row)) for row in rows[:limit]]
    return shown.ExternalPaymentPage(items=items, next=rows[limit - 1].position if len(rows) > limit else None)


@router.get("/campaigns/{campaign_id}/imports")
async def list_imports(context: CanRead, campaign_id: UUID, at_least: AtLeast = None) -> list[shown.ImportOut]:
    """List the imports of a campaign that brought payments of another platform: each can be withdrawn by its id."""
    await visible_campaign(context, campaign_id, at_least)
    rows = await context.read(queries.imports, campaign_id)
    return [shown.ImportOut(**columns_of(shown.ImportOut, row)) for row in rows]


def _held(row: queries.PlatformFunds) -> shown.PlatformFundsOut:
    """What one platform holds, with its name."""
    return shown.PlatformFundsOut(label=french_platform(row.platform), **columns_of(shown.PlatformFundsOut, row))
