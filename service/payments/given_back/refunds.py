"""Refunds: what the coop holds comes back to the platform first, then the card gets its money (S-138).

In that order a coop whose account is short stops the refund cleanly; when the refund itself fails, the payment is
brought in line again and the money returns to the coop.
"""

from __future__ import annotations

from uuid import UUID

from adapters.jobs import RefundCall, Task
from adapters.payments.errors import NothingToRefund
from adapters.payments.values import ProviderRefund
from domain.campaign.contribution import RefundStatus
from domain.campaign.refunds import RecordRefundFailed, RecordRefundSettled
from domain.campaign.state import Campaign
from domain.errors import NotFound
from service.payments.context import PaymentContext
from service.payments.given_back.external_refunds import FAILED, apply_external_refund
from service.payments.given_back.on_hold import apply_return
from service.payments.given_back.refund_calls import give_back
from service.payments.transfers import align_transfers


def refund_task(context: PaymentContext, task: Task) -> None:
    """Carry out a refund that was asked for; one already settled or failed needs nothing.

    When its payment was taken back or refunded meanwhile it fails, and what it set aside is free again.
    """
    refund_id = task.id("refund_id")
    refund = context.campaign(task.id("campaign_id")).contribution(task.id("contribution_id")).refunds[refund_id]
    if refund.status is not RefundStatus.REQUESTED:
        return
    if not isinstance(task.pending_call(), RefundCall):
        align_transfers(context, task, only_back=True)
        task = task.without_call()
    cents = refund.cents + refund.tip_cents
    try:
        made = give_back(context, task, RefundCall(cents=cents, key=f"re:{refund_id}"), refund_id)
    except NothingToRefund as refused:
        context.record(
            RecordRefundFailed(
                stream_id=task.id("campaign_id"),
                stamp=context.stamp,
                refund_id=refund_id,
                reason=refused.reason or refused.code,
                failed_at=context.now(),
            )
        )
    else:
        apply_refund(context, made, task.id("campaign_id"))
    context.outbox.end_call(task.task_id)


def apply_refund(context: PaymentContext, refund: ProviderRefund, campaign_id: UUID) -> None:
    """Record what a refund of a campaign's payment has come to; one made elsewhere waits to be allocated.

    It is booked when its money leaves the platform's account, whatever the bank needs to show it; one that waits for
    money there is reported again when it leaves.

    Raises:
        NotFound: the payment is not in the ledger (yet).

    """
    campaign = context.campaign(campaign_id)
    charge = refund.charge
    if charge in campaign.on_hold:
        apply_return(context, refund, charge, campaign)
    elif refund.refund_id is not None and _is_ours(campaign, refund, refund.refund_id):
        _ours(context, refund, campaign_id, refund.refund_id)
    elif charge in campaign.payments:
        apply_external_refund(context, refund, charge, campaign)
    else:
        raise NotFound(refund=refund.refund, payment=charge)


def _is_ours(campaign: Campaign, refund: ProviderRefund, refund_id: UUID) -> bool:
    """Whether a refund is the one that was asked for here: another under the same id is one made elsewhere."""
    contribution_id = campaign.refunds.get(refund_id)
    if contribution_id is None:
        return False
    asked = campaign.contributions[contribution_id].refunds[refund_id]
    never_left = asked.status is RefundStatus.FAILED and refund.left_at is None
    return asked.status is RefundStatus.REQUESTED or never_left or asked.provider_refund == refund.refund


def _ours(context: PaymentContext, refund: ProviderRefund, campaign_id: UUID, refund_id: UUID) -> None:
    """Record that a refund asked for here left, and that it came back, also when both are heard of at once."""
    stamp = context.stamp
    if refund.left_at is not None:
        context.record(
            RecordRefundSettled(
                stream_id=campaign_id,
                stamp=stamp,
                refund_id=refund_id,
                provider_refund=refund.refund,
                settled_at=refund.left_at,
            )
        )
    if refund.state in FAILED:
        context.record(
            RecordRefundFailed(
                stream_id=campaign_id,
                stamp=stamp,
                refund_id=refund_id,
                reason=refund.failure or refund.state.value,
                failed_at=context.now(),
            )
        )
