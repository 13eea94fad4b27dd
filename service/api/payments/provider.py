"""Routes by which the platform's workers record what the payment provider says about contributions."""

from __future__ import annotations

from uuid import UUID

from domain.campaign import instalments, payments, refunds
from domain.campaign.disputes import facts as disputes
from service.api import campaign_schemas as given
from service.api.contract.rights import CanRecord
from service.api.contract.routing import api_router
from service.api.schemas import Done, FailureIn

router = api_router("/{association}/campaigns/{campaign_id}", "Provider facts")


@router.post("/contributions/{contribution_id}/payments", status_code=201)
async def capture_payment(context: CanRecord, campaign_id: UUID, contribution_id: UUID, body: given.PaymentIn) -> Done:
    """Record a card payment, or one instalment; the same payment twice changes nothing."""
    return await context.do(
        payments.RecordPaymentCaptured(
            stream_id=campaign_id,
            stamp=context.stamp,
            contribution_id=contribution_id,
            payment_id=body.payment_id,
            cents=body.cents,
            tip_cents=body.tip_cents,
            paid_at=body.paid_at,
            instalment=body.instalment,
        )
    )


@router.post("/contributions/{contribution_id}/failures", status_code=201)
async def record_failure(context: CanRecord, campaign_id: UUID, contribution_id: UUID, body: given.AttemptIn) -> Done:
    """Record a refused attempt to pay."""
    return await context.do(
        payments.RecordPaymentFailed(
            stream_id=campaign_id,
            stamp=context.stamp,
            contribution_id=contribution_id,
            attempt_id=body.attempt_id,
            reason=body.reason,
        )
    )


@router.post("/contributions/{contribution_id}/fees", status_code=201)
async def record_fee(context: CanRecord, campaign_id: UUID, contribution_id: UUID, body: given.FeeIn) -> Done:
    """Record the provider's fee on a payment."""
    return await context.do(
        payments.RecordProviderFee(
            stream_id=campaign_id,
            stamp=context.stamp,
            contribution_id=contribution_id,
            payment_id=body.payment_id,
            cents=body.cents,
            charged_at=body.charged_at,
        )
    )


@router.post("/contributions/{contribution_id}/transfers", status_code=201)
async def record_transfer(context: CanRecord, campaign_id: UUID, contribution_id: UUID, body: given.TransferIn) -> Done:
    """Record that the coop's part of a payment moved to its account at the provider."""
    return await context.do(
        payments.RecordTransfer(
            stream_id=campaign_id,
            stamp=context.stamp,
            contribution_id=contribution_id,
            payment_id=body.payment_id,
            transfer_id=body.transfer_id,
            cents=body.cents,
            moved_at=body.moved_at,
        )
    )


@router.post("/contributions/{contribution_id}/instalments/failures", status_code=201)
async def fail_instalment(
    context: CanRecord, campaign_id: UUID, contribution_id: UUID, body: given.InstalmentFailureIn
) -> Done:
    """Record a refused instalment."""
    return await context.do(
        instalments.RecordInstalmentFailed(
            stream_id=campaign_id,
            stamp=context.stamp,
            contribution_id=contribution_id,
            number=body.number,
            attempt_id=body.attempt_id,
            reason=body.reason,
            final=body.final,
        )
    )


@router.post("/refunds/{refund_id}/settlement")
async def settle_refund(context: CanRecord, campaign_id: UUID, refund_id: UUID, body: given.SettlementIn) -> Done:
    """Record that a refund reached the card."""
    return await context.do(
        refunds.RecordRefundSettled(
            stream_id=campaign_id,
            refund_id=refund_id,
            provider_refund=body.provider_refund,
            settled_at=body.happened_at,
            stamp=context.stamp,
        )
    )


@router.post("/refunds/{refund_id}/failure")
async def fail_refund(context: CanRecord, campaign_id: UUID, refund_id: UUID, body: FailureIn) -> Done:
    """Record that a refund did not reach the card."""
    return await context.do(
        refunds.RecordRefundFailed(
            stream_id=campaign_id,
            refund_id=refund_id,
            reason=body.reason,
            failed_at=body.happened_at,
            stamp=context.stamp,
        )
    )


@router.post("/disputes", status_code=201)
async def open_dispute(context: CanRecord, campaign_id: UUID, body: given.DisputeIn) -> Done:
    """Record that a bank took back a payment, tip and all, or a part of it; the same movement twice changes nothing."""
    return await context.do(
        disputes.RecordDisputeOpened(
            stream_id=campaign_id,
            stamp=context.stamp,
            dispute_id=body.dispute_id,
            provider_movement=body.provider_movement,
            payment_id=body.payment_id,
            cents=body.cents,
            fee_cents=body.fee_cents,
            opened_at=body.happened_at,
        )
    )


@router.post("/disputes/{dispute_id}/won")
async def win_dispute(context: CanRecord, campaign_id: UUID, dispute_id: str, body: given.DisputeWonIn) -> Done:
    """Record that the bank gave the payment back, or a part of it."""
    return await context.do(
        disputes.RecordDisputeWon(
            stream_id=campaign_id,
            dispute_id=dispute_id,
            provider_movement=body.provider_movement,
            cents=body.cents,
            fee_cents=body.fee_cents,
            closed_at=body.happened_at,
            stamp=context.stamp,
        )
    )


@router.post("/disputes/{dispute_id}/lost")
async def lose_dispute(context: CanRecord, campaign_id: UUID, dispute_id: str, body: given.MomentIn) -> Done:
    """Record that the bank keeps what it took and did not give back."""
    return await context.do(
        disputes.RecordDisputeLost(
            stream_id=campaign_id, dispute_id=dispute_id, closed_at=body.happened_at, stamp=context.stamp
        )
    )
