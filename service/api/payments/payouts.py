"""Routes of payouts: asked by the coop, reported by the provider (S-147, S-152, S-153)."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.concurrency import contextmanager_in_threadpool

from domain.coop import payouts
from service.api import schemas as given
from service.api.contract.rights import CanRecord, CanRequestPayout
from service.api.contract.routing import api_router
from service.api.schemas import Done
from service.http.dependencies import Slug, worker_of
from service.payments.payouts import payout_kept_back

router = api_router("/{association}/coops/{coop_id}/payouts", "Payouts")


@router.post("", status_code=201)
async def request_payout(context: CanRequestPayout, coop_id: UUID, body: given.PayoutIn) -> Done:
    """Ask for a payout of the available balance, or part of it, to the coop's confirmed bank account."""
    payout_id = context.new_id("payout")
    return await context.do(
        payouts.RequestPayout(stream_id=coop_id, payout_id=payout_id, cents=body.cents, stamp=context.stamp),
        payout_id=payout_id,
    )


@router.post("/{payout_id}/cancellation")
async def cancel_payout(
    context: CanRequestPayout, association: Slug, coop_id: UUID, payout_id: UUID, request: Request
) -> Done:
    """Take a payout back while the provider has not heard of it; its amount is available again."""
    command = payouts.CancelPayout(stream_id=coop_id, payout_id=payout_id, stamp=context.stamp)
    kept_back = payout_kept_back(worker_of(request).outbox, association, coop_id, payout_id)
    async with contextmanager_in_threadpool(kept_back):
        return await context.do(command)


@router.post("/{payout_id}/sent")
async def send_payout(context: CanRecord, coop_id: UUID, payout_id: UUID, body: given.ProviderPayoutIn) -> Done:
    """Record that the provider accepted the payout."""
    return await context.do(
        payouts.RecordPayoutSent(
            stream_id=coop_id,
            payout_id=payout_id,
            provider_payout=body.provider_payout,
            sent_at=body.happened_at,
            stamp=context.stamp,
        )
    )


@router.post("/{payout_id}/paid")
async def arrive_payout(context: CanRecord, coop_id: UUID, payout_id: UUID, body: given.ProviderPayoutIn) -> Done:
    """Record that the payout reached the bank."""
    return await context.do(
        payouts.RecordPayoutPaid(
            stream_id=coop_id,
            payout_id=payout_id,
            provider_payout=body.provider_payout,
            paid_at=body.happened_at,
            stamp=context.stamp,
        )
    )


@router.post("/{payout_id}/failed")
async def fail_payout(context: CanRecord, coop_id: UUID, payout_id: UUID, body: given.FailureIn) -> Done:
    """Record that the payout failed, before or after it had arrived."""
    return await context.do(
        payouts.RecordPayoutFailed(
            stream_id=coop_id,
            payout_id=payout_id,
            reason=body.reason,
            failed_at=body.happened_at,
            stamp=context.stamp,
        )
    )
