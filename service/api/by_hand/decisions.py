"""Routes of decisions that two people take: both ask for the same, the second time it is done (ADR 30, 31)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.association.platform import ClearPlatformSuspense
from domain.campaign.held.explained import ClearContributionSuspense
from domain.coop.by_hand.adjustments import ReverseAdjustment
from domain.coop.closing import ApproveAdjustment
from domain.coop.suspense import ClearSuspense
from domain.events import EVENT_TYPES
from projections.held import suspense
from service.api.by_hand import schemas as given
from service.api.contract.rights import CanDecide, CanReadSuspense
from service.api.contract.routers import api_router
from service.api.schemas import Done, columns_of
from service.approvals import NOBODY

LABELS: Final = {event.TOPIC: event.LABEL for event in EVENT_TYPES}
router = api_router("/{association}", "Decisions of two people")


@router.put("/coops/{coop_id}/adjustments/{adjustment_id}")
async def approve_adjustment(context: CanDecide, coop_id: UUID, adjustment_id: UUID, body: given.AdjustmentIn) -> Done:
    """Approve that the platform makes an amount good to the coop."""
    return await context.do_by_two(
        ApproveAdjustment(
            stream_id=coop_id,
            adjustment_id=adjustment_id,
            cents=body.cents,
            approvers=NOBODY,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp,
        ),
        body.note,
    )


@router.put("/coops/{coop_id}/adjustments/{adjustment_id}/reversal")
async def reverse_adjustment(
    context: CanDecide, coop_id: UUID, adjustment_id: UUID, body: given.AdjustmentEndIn
) -> Done:
    """Approve that the whole of an adjustment is taken back."""
    return await context.do_by_two(
        ReverseAdjustment(
            stream_id=coop_id,
            adjustment_id=adjustment_id,
            approvers=NOBODY,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp,
        ),
        body.note,
    )


@router.put("/coops/{coop_id}/movements/{movement_id}/explanation")
async def explain_movement(
    context: CanDecide, coop_id: UUID, movement_id: given.MovementId, body: given.NotedExplanationIn
) -> Done:
    """Approve what an unexplained movement of the coop's account at the provider was."""
    return await context.do_by_two(
        ClearSuspense(
            stream_id=coop_id,
            movement_id=movement_id,
            account=body.account.value,
            approvers=NOBODY,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp,
        ),
        body.note,
    )


@router.put("/movements/{movement_id}/explanation")
async def explain_platform_movement(
    context: CanDecide, movement_id: given.MovementId, body: given.ExplanationIn
) -> Done:
    """Approve what an unexplained movement of the platform's account at the provider was."""
    return await context.do_by_two(
        ClearPlatformSuspense(
            stream_id=context.opened.ledger.association_id,
            movement_id=movement_id,
            account=body.account.value,
            approvers=NOBODY,
            reason=body.reason,
            stamp=context.stamp,
        )
    )


@router.put(
    "/coops/{coop_id}/campaigns/{campaign_id}/contributions/{contribution_id}/payments/{payment_id}/explanation"
)
async def explain_payment(
    context: CanDecide,
    coop_id: UUID,
    campaign_id: UUID,
    contribution_id: UUID,
    payment_id: given.MovementId,
    body: given.WaitingExplanationIn,
) -> Done:
    """Approve what waits of a family's payment: the platform's loss or gain."""
    return await context.do_by_two(
        ClearContributionSuspense(
            stream_id=campaign_id,
            contribution_id=contribution_id,
            payment_id=payment_id,
            cents=body.cents,
            account=body.account.value,
            approvers=NOBODY,
            reason=body.reason,
            refund_id=body.refund_id,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        body.note,
    )


@router.get("/suspense")
async def list_suspense(context: CanReadSuspense) -> list[given.WaitingOut]:
    """List the money that waits until somebody says whose it is, the longest first."""
    rows = await context.read(suspense.waiting)
    return [given.WaitingOut(label=LABELS[row.topic], **columns_of(given.WaitingOut, row)) for row in rows]
