"""Routes of payments on other platforms: entered by hand, given back there, withdrawn one by one or by import."""

from __future__ import annotations

from uuid import UUID

from domain.campaign.state import Campaign
from domain.external import payments
from service.api.campaign_schemas import amounts_by_line
from service.api.context import RequestContext
from service.api.contract.rights import CanManageCampaigns, CanRefund
from service.api.contract.routers import api_router
from service.api.external import schemas as given
from service.api.reads.money import ExternalPaymentResource, external_payment_resource
from service.api.schemas import Created, Done

router = api_router("/{association}/coops/{coop_id}/campaigns/{campaign_id}", "Collected elsewhere")


@router.post("/contributions/{contribution_id}/external-payments", status_code=201)
async def enter_external_payment(
    context: CanManageCampaigns,
    coop_id: UUID,
    campaign_id: UUID,
    contribution_id: UUID,
    body: given.ExternalPaymentIn,
) -> Created[ExternalPaymentResource]:
    """Enter what a family paid on another platform, for a basket of the desk that is paid there."""
    payment_id = context.new_id("external payment")
    done = await context.do(
        payments.EnterExternalPayment(
            stream_id=campaign_id,
            contribution_id=contribution_id,
            external_payment_id=payment_id,
            platform=body.platform,
            reference=body.reference,
            cents=body.cents,
            paid_at=body.paid_at,
            stamp=context.stamp_within(coop_id),
        ),
        external_payment_id=payment_id,
    )
    return await _created(context, done, campaign_id, payment_id)


@router.post("/external-payments/{external_payment_id}/refunds", status_code=201)
async def enter_external_refund(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, external_payment_id: UUID, body: given.ExternalRefundIn
) -> Created[ExternalPaymentResource]:
    """Enter what the other platform gave back to the family, there: the payment shows it."""
    refund_id = context.new_id("external refund")
    done = await context.do(
        payments.EnterExternalPaymentRefund(
            stream_id=campaign_id,
            refund_id=refund_id,
            external_payment_id=external_payment_id,
            cents=body.cents,
            refunded_at=body.refunded_at,
            by_line=amounts_by_line(body.by_line),
            stamp=context.stamp_within(coop_id),
        ),
        refund_id=refund_id,
    )
    return await _created(context, done, campaign_id, external_payment_id)


@router.post("/external-payments/{external_payment_id}/withdrawal")
async def withdraw_external_payment(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, external_payment_id: UUID, body: given.WithdrawalIn
) -> Done:
    """Take back a payment of another platform that was a mistake; refused once that platform has paid it out."""
    return await context.do_noted(
        payments.WithdrawExternalPayment(
            stream_id=campaign_id,
            external_payment_id=external_payment_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )


@router.post("/imports/{import_id}/withdrawal")
async def withdraw_import(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, import_id: UUID, body: given.WithdrawalIn
) -> Done:
    """Take back all that an import recorded of another platform, at once or not at all."""
    return await context.do_noted(
        payments.WithdrawImport(
            stream_id=campaign_id,
            import_id=import_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )


async def _created(
    context: RequestContext, done: Done, campaign_id: UUID, external_payment_id: UUID
) -> Created[ExternalPaymentResource]:
    """Answer with a payment on another platform, and where it is read."""

    async def shown() -> ExternalPaymentResource:
        return external_payment_resource(await context.load(Campaign, campaign_id), external_payment_id)

    address = f"coops/{context.coop_id}/campaigns/{campaign_id}/external-payments/{external_payment_id}"
    return await context.created(done, address, shown)
