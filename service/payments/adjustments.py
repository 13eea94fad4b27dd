"""Adjustments: what two people approved to make good to a coop moves from the platform's own money to its account."""

from __future__ import annotations

from adapters.jobs import GrantCall, Task
from adapters.payments.values import Grant, ProviderTransfer
from domain.coop.suspense import RecordAdjustmentTransfer
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import WaitForCertification, make_once


def grant_task(context: PaymentContext, task: Task) -> None:
    """Move an approved amount to the coop's account, once.

    Raises:
        WaitForCertification: the coop cannot receive money yet.
        FundsNotAvailable: the platform has not enough of its own; it is tried again.

    """
    coop, adjustment_id = context.coop(task.id("coop_id")), task.id("adjustment_id")
    if adjustment_id in coop.adjustments_moved:
        return
    if not coop.certified:
        raise WaitForCertification(coop=coop.id)
    call = task.pending(GrantCall) or GrantCall(
        account=coop.provider_account, cents=coop.adjustments[adjustment_id], key=f"adj:{adjustment_id}"
    )

    def make(call: GrantCall) -> ProviderTransfer:
        grant = Grant(
            ledger=context.slug,
            coop_id=coop.id,
            adjustment_id=adjustment_id,
            account=call.account,
            cents=call.cents,
        )
        return context.provider.grant(grant, key=call.key)

    def find(_: GrantCall) -> ProviderTransfer | None:
        return context.provider.granted(adjustment_id)

    moved = make_once(context, task, call, make, find)
    context.record(
        RecordAdjustmentTransfer(
            stream_id=coop.id,
            stamp=context.stamp,
            adjustment_id=adjustment_id,
            transfer_id=moved.transfer,
            moved_at=moved.moved_at,
        )
    )
    context.outbox.end_call(task.task_id)
