"""Routes by which money moves through the provider: the payment page, the coop's account there, refunds made there."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from domain.campaign import refunds
from domain.campaign.held.explained import SettleReturnedRefund
from domain.coop.certification import RequestCertification
from domain.errors import NotFound
from projections import directory
from service.api.campaign_schemas import LineAmountIn, amounts_by_line
from service.api.contract.rights import CanBeginCampaign, CanRefund, MayRun
from service.api.contract.routers import api_router
from service.api.schemas import Body, CentsField, Done
from service.fields.types import Email
from service.http.dependencies import paying_worker_of
from service.payments.checkout import lead_to_payment
from service.treasury.onboarding import onboarding_page

router = api_router("/{association}/coops/{coop_id}", "Payments")


class PageOut(BaseModel):
    """A page of the provider to lead the person to."""

    url: str


class OnboardingIn(Body):
    """Where the provider writes to the mandate holder."""

    email: Email


class ReturnedRefundIn(Body):
    """The refund that had come back from the card; the very one, where it should not have been made."""

    refund_id: UUID


class AllocationIn(Body):
    """Whose money a refund made at the provider was."""

    tip_cents: CentsField = 0
    by_line: Annotated[list[LineAmountIn], Field(max_length=20, default_factory=list)]


@router.post("/campaigns/{campaign_id}/contributions/{contribution_id}/checkout", status_code=201)
async def start_checkout(
    context: MayRun, request: Request, coop_id: UUID, campaign_id: UUID, contribution_id: UUID
) -> PageOut:
    """Open the payment page of a basket: the same basket always has the same page."""
    campaign = await context.read(directory.find_campaign, campaign_id)
    if campaign is None or campaign.coop_id != coop_id:
        raise NotFound(campaign=campaign_id)
    slug, worker = context.opened.ledger.slug, paying_worker_of(request)

    def start() -> str | None:
        return lead_to_payment(worker.context(slug), campaign_id, contribution_id).url

    url = await run_in_threadpool(start)
    if url is None:
        raise NotFound(contribution=contribution_id)
    context.headers["Location"] = url
    return PageOut(url=url)


@router.post("/certification/onboarding", status_code=201)
async def start_onboarding(context: CanBeginCampaign, request: Request, coop_id: UUID, body: OnboardingIn) -> PageOut:
    """Open the coop's account at the provider if need be, and the page where its file is completed (S-150)."""
    await context.coop(coop_id)

    async def record(account: str) -> None:
        await context.do(RequestCertification(stream_id=coop_id, provider_account=account, stamp=context.stamp))

    link = await onboarding_page(
        paying_worker_of(request),
        context.opened.ledger.slug,
        coop_id,
        email=body.email,
        below="/collectes",
        record=record,
    )
    context.headers["Location"] = link
    return PageOut(url=link)


@router.post("/campaigns/{campaign_id}/external-refunds/{refund_id}/allocation")
async def allocate_external_refund(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, refund_id: UUID, body: AllocationIn
) -> Done:
    """Say whose money a refund made at the provider was."""
    return await context.do(
        refunds.AllocateExternalRefund(
            stream_id=campaign_id,
            refund_id=refund_id,
            tip_cents=body.tip_cents,
            by_line=amounts_by_line(body.by_line),
            stamp=context.stamp_within(coop_id),
        )
    )


@router.post("/campaigns/{campaign_id}/external-refunds/{made_id}/settlement")
async def settle_returned_refund(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, made_id: UUID, body: ReturnedRefundIn
) -> Done:
    """Say that a refund made at the provider gave a family what had come back from its card."""
    return await context.do(
        SettleReturnedRefund(
            stream_id=campaign_id,
            refund_id=body.refund_id,
            made_id=made_id,
            stamp=context.stamp_within(coop_id),
        )
    )
