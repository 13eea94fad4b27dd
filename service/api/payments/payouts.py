"""Routes of payouts: asked by the coop, reported by the provider (S-147, S-152, S-153)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.concurrency import contextmanager_in_threadpool

from domain.coop import payouts
from service.api import schemas as given
from service.api.context import SHORT_PATIENCE
from service.api.contract.rights import CanRequestPayout
from service.api.contract.routers import api_router
from service.api.reads.money import PayoutResource, payout_resource
from service.api.schemas import Created, Done
from service.http.dependencies import Slug, worker_of
from service.payments.payouts import payout_kept_back

router = api_router("/{association}/coops/{coop_id}/payouts", "Payouts")


@router.post("", status_code=201)
async def request_payout(context: CanRequestPayout, coop_id: UUID, body: given.PayoutIn) -> Created[PayoutResource]:
    """Ask for a payout of the available balance, or part of it, to the coop's confirmed bank account."""
    payout_id = context.new_id("payout")
    done = await context.do(
        payouts.RequestPayout(stream_id=coop_id, payout_id=payout_id, cents=body.cents, stamp=context.stamp),
        payout_id=payout_id,
    )
    address = f"coops/{coop_id}/payouts/{payout_id}"
    return await context.created(done, address, lambda: payout_resource(context, coop_id, payout_id, SHORT_PATIENCE))


@router.post("/{payout_id}/cancellation")
async def cancel_payout(
    context: CanRequestPayout, association: Slug, coop_id: UUID, payout_id: UUID, request: Request
) -> Done:
    """Take a payout back while the provider has not heard of it; its amount is available again."""
    command = payouts.CancelPayout(stream_id=coop_id, payout_id=payout_id, stamp=context.stamp)
    kept_back = payout_kept_back(worker_of(request).outbox, association, coop_id, payout_id)
    async with contextmanager_in_threadpool(kept_back):
        return await context.do(command)
