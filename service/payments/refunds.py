"""Refunds: what the coop holds comes back to the platform first, then the card gets its money (S-138).

In that order a coop whose account is short stops the refund cleanly; when the refund itself fails, the payment is
brought in line again and the money returns to the coop.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from adapters.jobs import RefundCall, Task
from adapters.payments.errors import NothingToRefund
from adapters.payments.values import ProviderRefund, RefundState
from domain.campaign.contribution import RefundStatus
from domain.campaign.payments import RecordOnHoldPaymentReturned
from domain.campaign.refunds import (
    AllocateExternalRefund,
    RecordExternalRefund,
    RecordRefundFailed,
    RecordRefundSettled,
)
from domain.campaign.state import Campaign
from domain.errors import NotFound
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import make_once
from service.payments.transfers import align_transfers

FAILED = frozenset({RefundState.FAILED, RefundState.CANCELED})


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
        made = _give_back(context, task, cents, f"re:{refund_id}", str(refund_id))
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


def return_task(context: PaymentContext, task: Task) -> None:
    """Give back a payment that was not expected."""
    campaign, payment_id = context.campaign(task.id("campaign_id")), task.text("payment_id")
    cents = campaign.contribution(task.id("contribution_id")).on_hold.get(payment_id)
    if not cents:
        return
    try:
        made = _give_back(context, task, cents, f"sus:{task.subject}", "")
    except NothingToRefund:
        pass  # a bank took it back: the dispute is recorded when it is heard of, and what comes back returned then
    else:
        apply_refund(context, made, campaign.id)
    context.outbox.end_call(task.task_id)


def _give_back(context: PaymentContext, task: Task, cents: int, key: str, refund_id: str) -> ProviderRefund:
    """Refund cents of the task's payment at the provider, once."""
    charge = task.text("payment_id")
    call = RefundCall(cents=cents, key=key)

    def make(call: RefundCall) -> ProviderRefund:
        return context.provider.refund(charge, call.cents, refund_id, key=call.key)

    def find(_: RefundCall) -> ProviderRefund | None:
        made = context.provider.refunds_of(charge)
        if refund_id:
            return next((one for one in made if str(one.refund_id) == refund_id), None)
        return next((one for one in made if one.cents == cents), None)

    return make_once(context, task, call, make, find)


def apply_refund(context: PaymentContext, refund: ProviderRefund, campaign_id: UUID) -> None:
    """Record what a refund of a campaign's payment has come to; one made elsewhere waits to be allocated.

    It is booked when its money leaves the platform's account, whatever the bank needs to show it; one that waits for
    money there is reported again when it leaves.
    """
    campaign = context.campaign(campaign_id)
    if refund.charge in campaign.on_hold:
        _returned(context, refund, campaign)
    elif refund.refund_id is not None and refund.refund_id in campaign.refunds:
        _ours(context, refund, campaign_id, refund.refund_id)
    elif refund.charge in campaign.payments:
        if refund.state not in FAILED and refund.left_at is not None:
            _external(context, refund, refund.left_at, campaign)
    else:
        raise NotFound(refund=refund.refund, payment=refund.charge)


def _returned(context: PaymentContext, refund: ProviderRefund, campaign: Campaign) -> None:
    """Record that a payment that was not expected went back."""
    if refund.state not in FAILED and refund.left_at is not None:
        context.record(
            RecordOnHoldPaymentReturned(
                stream_id=campaign.id,
                stamp=context.stamp,
                payment_id=refund.charge,
                cents=refund.cents,
                provider_refund=refund.refund,
                returned_at=refund.left_at,
            )
        )


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
        reason = refund.failure or refund.state.value
        context.record(
            RecordRefundFailed(
                stream_id=campaign_id, stamp=stamp, refund_id=refund_id, reason=reason, failed_at=context.now()
            )
        )


def _external(context: PaymentContext, refund: ProviderRefund, left_at: datetime, campaign: Campaign) -> None:
    """Record a refund made at the provider; when it takes all that is left, there is nothing to decide."""
    contribution = campaign.contributions[campaign.payments[refund.charge]]
    cents, tip_cents = contribution.returnable(refund.charge)
    refund_id = uuid5(campaign.id, refund.refund)
    stamp = context.stamp
    known = refund_id in campaign.external
    context.record(
        RecordExternalRefund(
            stream_id=campaign.id,
            stamp=stamp,
            refund_id=refund_id,
            payment_id=refund.charge,
            provider_refund=refund.refund,
            cents=refund.cents,
            settled_at=left_at,
        )
    )
    if not known and refund.cents == cents + tip_cents:
        context.record(
            AllocateExternalRefund(stream_id=campaign.id, stamp=stamp, refund_id=refund_id, tip_cents=tip_cents)
        )
