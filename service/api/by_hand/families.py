"""Routes of what a coop itself gives a family back, and of slips of cash written down wrong (S-138, S-141)."""

from __future__ import annotations

from uuid import UUID

from domain.campaign.by_hand import cash, refunds
from service.api.by_hand import schemas as given
from service.api.campaign_schemas import amounts_by_line
from service.api.contract.rights import CanManageCampaigns, CanRefund
from service.api.contract.routers import api_router
from service.api.reads.contribution import RefundResource, created_refund
from service.api.schemas import Created, Done

router = api_router("/{association}/coops/{coop_id}/campaigns/{campaign_id}", "Money by hand")


@router.post("/refunds/{refund_id}/repayment")
async def repay_refund(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, refund_id: UUID, body: given.RepaymentIn
) -> Done:
    """Write down that the coop itself paid a family whose refund had come back from its card."""
    return await context.do(
        refunds.RepayFailedRefund(
            stream_id=campaign_id,
            refund_id=refund_id,
            means=body.means.value,
            paid_on=body.paid_on,
            stamp=context.stamp_within(coop_id),
        )
    )


@router.post("/contributions/{contribution_id}/refunds-by-hand", status_code=201)
async def refund_by_hand(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, contribution_id: UUID, body: given.RefundByHandIn
) -> Created[RefundResource]:
    """Write down a refund that the coop paid itself, because too little is left online for the card."""
    refund_id = context.new_id("refund")
    done = await context.do_noted(
        refunds.PayRefundOutOfBand(
            stream_id=campaign_id,
            refund_id=refund_id,
            contribution_id=contribution_id,
            cents=body.cents,
            means=body.means.value,
            paid_on=body.paid_on,
            reason=body.reason,
            by_line=amounts_by_line(body.by_line),
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
        refund_id=refund_id,
    )
    return await created_refund(context, done, campaign_id, refund_id)


@router.post("/contributions/{contribution_id}/cash-returns", status_code=201)
async def return_cash(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, contribution_id: UUID, body: given.CashReturnIn
) -> Created[RefundResource]:
    """Write down cash that went back to a family from the cash box."""
    refund_id = context.new_id("refund")
    done = await context.do_noted(
        cash.ReturnCash(
            stream_id=campaign_id,
            refund_id=refund_id,
            contribution_id=contribution_id,
            slip=body.slip,
            cents=body.cents,
            returned_on=body.returned_on,
            reason=body.reason,
            by_line=amounts_by_line(body.by_line),
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
        refund_id=refund_id,
    )
    return await created_refund(context, done, campaign_id, refund_id)


@router.post("/refunds/{refund_id}/withdrawal")
async def withdraw_refund_by_hand(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, refund_id: UUID, body: given.EntryEndIn
) -> Done:
    """Take back what was written down as paid to a family by the coop itself: it never was, or otherwise."""
    return await context.do_noted(
        refunds.WithdrawPaymentToFamily(
            stream_id=campaign_id,
            refund_id=refund_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )


@router.post("/cash-slips/{slip}/correction")
async def correct_cash_slip(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, slip: str, body: given.SlipCorrectionIn
) -> Done:
    """Say what a slip of cash really was."""
    return await context.do_noted(
        cash.CorrectCashSlip(
            stream_id=campaign_id,
            slip=slip,
            cents=body.cents,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )
