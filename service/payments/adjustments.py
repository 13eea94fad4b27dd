"""Adjustments: what two people approved to make good to a coop moves from the platform's own money to its account.

One that two people reversed comes back the same way; one that had not moved by then never does.
"""

from __future__ import annotations

from adapters.jobs import GrantCall, TakeBackCall, Task
from adapters.payments.values import Grant, ProviderReversal, ProviderTransfer
from domain.coop.by_hand.adjustments import RecordAdjustmentTransferReversed
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
    if adjustment_id in coop.adjustments_reversed and task.pending(GrantCall) is None:
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


def take_back_task(context: PaymentContext, task: Task) -> None:
    """Take back the amount of an adjustment that was reversed, once, if it had moved.

    Planned when it is reversed, and again when it moves: a transfer under way meanwhile is followed by its return.

    Raises:
        FundsNotAvailable: the coop's account has not enough there yet; it is tried again.

    """
    coop, adjustment_id = context.coop(task.id("coop_id")), task.id("adjustment_id")
    transfer = coop.adjustments_moved.get(adjustment_id)
    wanted = transfer is not None and adjustment_id in coop.adjustments_reversed
    if transfer is None or not wanted or adjustment_id in coop.adjustments_moved_back:
        return
    call = task.pending(TakeBackCall) or TakeBackCall(
        transfer=transfer, cents=coop.adjustments[adjustment_id], key=f"adjr:{adjustment_id}"
    )

    def make(call: TakeBackCall) -> ProviderReversal:
        return context.provider.reverse_transfer(call.transfer, call.cents, reason_id=str(adjustment_id), key=call.key)

    def find(call: TakeBackCall) -> ProviderReversal | None:
        return next((one for one in context.provider.reversals(call.transfer) if one.cents == call.cents), None)

    moved = make_once(context, task, call, make, find)
    context.record(
        RecordAdjustmentTransferReversed(
            stream_id=coop.id,
            stamp=context.stamp,
            adjustment_id=adjustment_id,
            reversal_id=moved.reversal,
            moved_at=moved.moved_at,
        )
    )
    context.outbox.end_call(task.task_id)
