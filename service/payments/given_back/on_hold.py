"""Payments that were not expected: given back, followed to the end, and given back again when they come back.

Whoever gives a part of one back at the provider by hand only leaves less to give back here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import uuid5

from adapters.jobs import RefundCall, Task
from adapters.payments.errors import NothingToRefund
from adapters.payments.values import ProviderRefund
from domain.campaign.held.returns import RecordOnHoldPaymentReturned, RecordOnHoldReturnFailed
from domain.campaign.held.state import MOST_RETURNS
from domain.campaign.state import Campaign
from service.payments.context import PaymentContext
from service.payments.given_back.external_refunds import FAILED
from service.payments.given_back.refund_calls import give_back
from service.payments.idempotent_calls import WaitUntil

_LATER: Final = timedelta(days=1)


def return_task(context: PaymentContext, task: Task) -> None:
    """Give back what still waits of a payment that was not expected.

    Raises:
        WaitUntil: the provider does not let it go now, as while its bank contests it: people see that it waits.

    """
    campaign, payment_id = context.campaign(task.id("campaign_id")), task.text("payment_id")
    held = campaign.contribution(task.id("contribution_id")).on_hold.get(payment_id)
    if held is None or held.left <= 0 or len(held.back) >= MOST_RETURNS:
        return
    key = f"sus:{payment_id}:{len(held.returned) + 1}"
    before = held.left
    call = task.pending(RefundCall) or RefundCall(cents=before, key=key)
    try:
        made = give_back(context, task, call, uuid5(campaign.id, call.key))
    except NothingToRefund:
        context.outbox.end_call(task.task_id)
        for one in context.provider.refunds_of(payment_id):
            apply_return(context, one, payment_id, campaign)
        left = context.campaign(campaign.id).contribution(task.id("contribution_id")).on_hold[payment_id].left
        until = context.now() if left < before else context.now() + _LATER
        raise WaitUntil(until, payment=payment_id, left=left) from None
    apply_return(context, made, payment_id, campaign)
    context.outbox.end_call(task.task_id)


def apply_return(context: PaymentContext, refund: ProviderRefund, payment_id: str, campaign: Campaign) -> None:
    """Record that money of a payment that was not expected went back, and that it came back from the card.

    One that never left moved nothing.
    """
    if refund.left_at is None:
        return
    context.record(
        RecordOnHoldPaymentReturned(
            stream_id=campaign.id,
            stamp=context.stamp,
            payment_id=payment_id,
            cents=refund.cents,
            provider_refund=refund.refund,
            returned_at=refund.left_at,
        )
    )
    if refund.state in FAILED:
        context.record(
            RecordOnHoldReturnFailed(
                stream_id=campaign.id,
                stamp=context.stamp,
                payment_id=payment_id,
                provider_refund=refund.refund,
                reason=refund.failure or refund.state.value,
                failed_at=context.now(),
            )
        )
