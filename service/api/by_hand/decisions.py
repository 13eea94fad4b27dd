"""Routes of decisions that two people take: both ask for the same, the second time it is done (ADR 30, 31)."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from domain.association.platform import ClearPlatformSuspense
from domain.coop.by_hand.adjustments import ReverseAdjustment
from domain.coop.closing import ApproveAdjustment
from domain.coop.suspense import ClearSuspense
from service.api.by_hand import schemas as given
from service.api.context import CanDecide
from service.api.schemas import Done
from service.approvals import NOBODY
from service.http.problems import PROBLEMS

router = APIRouter(prefix="/{association}", tags=["Decisions of two people"], responses=PROBLEMS)


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
            account=body.account,
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
            account=body.account,
            approvers=NOBODY,
            reason=body.reason,
            stamp=context.stamp,
        )
    )
