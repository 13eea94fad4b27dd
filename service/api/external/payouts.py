"""Routes of what other platforms pay out to the coop's bank."""

from __future__ import annotations

from uuid import UUID

from domain.coop.state import Coop
from domain.external import payouts
from service.api.contract.rights import CanManageCampaigns
from service.api.contract.routers import api_router
from service.api.external import schemas as given
from service.api.reads.money import ExternalPayoutResource, external_payout_resource
from service.api.schemas import Created, Done

router = api_router("/{association}/coops/{coop_id}/external-payouts", "Collected elsewhere")


@router.post("", status_code=201)
async def enter_external_payout(
    context: CanManageCampaigns, coop_id: UUID, body: given.ExternalPayoutIn
) -> Created[ExternalPayoutResource]:
    """Enter a payout of another platform on the day of the bank's line; refused above what it held then."""
    payout_id = context.new_id("external payout")
    done = await context.do(
        payouts.EnterExternalPayout(
            stream_id=coop_id,
            external_payout_id=payout_id,
            platform=body.platform,
            reference=body.reference,
            cents=body.cents,
            fee_cents=body.fee_cents,
            booked_on=body.booked_on,
            stamp=context.stamp_within(coop_id),
        ),
        external_payout_id=payout_id,
    )

    async def shown() -> ExternalPayoutResource:
        return external_payout_resource(await context.load(Coop, coop_id), payout_id)

    return await context.created(done, f"coops/{coop_id}/external-payouts/{payout_id}", shown)


@router.post("/{external_payout_id}/withdrawal")
async def withdraw_external_payout(
    context: CanManageCampaigns, coop_id: UUID, external_payout_id: UUID, body: given.WithdrawalIn
) -> Done:
    """Take back a payout of another platform that was a mistake: what it covered is in hand there again."""
    return await context.do_noted(
        payouts.WithdrawExternalPayout(
            stream_id=coop_id,
            external_payout_id=external_payout_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )
