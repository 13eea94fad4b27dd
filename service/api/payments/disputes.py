"""Routes of disputes: what they have come to, and whose loss it is that a bank took more than was left of a payment."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from domain.campaign.disputes.dispute import DisputeStatus
from domain.campaign.disputes.explanation import ClearDispute
from projections import directory
from service.api.by_hand import schemas as given
from service.api.contract.rights import CanDecide, CanRead
from service.api.contract.routers import api_router
from service.api.schemas import Done, columns_of
from service.approvals import NOBODY
from service.payments.disputes import disputes_of

router = api_router("/{association}/coops/{coop_id}", "Disputes")


class DisputeOut(BaseModel):
    """A dispute, by the provider's name, in cents."""

    dispute_id: str
    campaign_id: UUID
    contribution_id: UUID
    payment_id: str
    status: DisputeStatus = Field(description="A bank may change its mind")
    contested_cents: int = Field(description="What is blocked of the coop's money")
    tip_contested_cents: int
    lost_cents: int = Field(description="What of the contribution is unpaid after all")
    tip_lost_cents: int
    to_explain_cents: int = Field(description="What the bank took beyond the payment: it waits for two people")
    explained_cents: int = Field(description="What two people said to be the platform's")


@router.get("/disputes")
async def list_disputes(context: CanRead, coop_id: UUID) -> list[DisputeOut]:
    """List the disputes of a coop, those to be explained first."""
    await context.coop(coop_id)
    campaigns = [row.campaign_id for row in await context.read(directory.campaigns_of, coop_id)]
    rows = await run_in_threadpool(disputes_of, context.opened.ledger.store, campaigns)
    return [DisputeOut(**columns_of(DisputeOut, row)) for row in rows]


@router.put("/campaigns/{campaign_id}/disputes/{dispute_id}/explanation")
async def explain_dispute(
    context: CanDecide, coop_id: UUID, campaign_id: UUID, dispute_id: given.MovementId, body: given.NotedExplanationIn
) -> Done:
    """Approve whose loss it is that a bank took more than was left of a payment."""
    return await context.do_by_two(
        ClearDispute(
            stream_id=campaign_id,
            dispute_id=dispute_id,
            account=body.account.value,
            approvers=NOBODY,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        body.note,
    )
