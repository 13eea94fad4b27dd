"""What lies on a coop's account at the provider follows what is the coop's of each payment, by transfers and reversals.

One rule for all causes: a payment captured, a refund asked for or failed, a dispute opened or won, a certification.
"""

from __future__ import annotations

from uuid import uuid5

from adapters.jobs import Task
from adapters.payments.values import ProviderReversal, ProviderTransfer, Reference, TransferRequest
from domain.campaign.payments import RecordTransfer, RecordTransferReversed
from domain.coop.debts import SettleDebt
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import Call, WaitForCertification, make_once


def transfer_task(context: PaymentContext, task: Task) -> None:
    """Bring one payment in line, then let the coop's debt be settled from what came in."""
    align_transfers(context, task)
    settle_debt(context, task)


def transfer_all_task(context: PaymentContext, task: Task) -> None:
    """Bring all payments of a contribution in line: something happened to one of them."""
    contribution = context.campaign(task.id("campaign_id")).contribution(task.id("contribution_id"))
    pending = task.call["payment_id"] if task.call else None
    for payment_id in sorted(contribution.payments, key=lambda name: name != pending):
        align_transfers(context, task._replace(facts={**task.facts, "payment_id": payment_id}))
        task = task._replace(call=None, called_at=None)
    settle_debt(context, task)


def align_transfers(context: PaymentContext, task: Task, *, only_back: bool = False) -> None:
    """Move money of a payment until what lies at the coop is what is the coop's; an unfinished call first.

    With ``only_back`` nothing more goes to the coop: who is given back does not wait for its certification.

    Raises:
        WaitForCertification: the coop cannot receive money yet.

    """
    pending = task.call if task.call and task.call["do"] in ("transfer", "reverse") else None
    while True:
        call = pending or _next_call(context, task, only_back=only_back)
        if call is None:
            return
        (_transfer if call["do"] == "transfer" else _reverse)(context, task, call)
        context.outbox.end_call(task.task_id)
        pending, task = None, task._replace(call=None, called_at=None)


def settle_debt(context: PaymentContext, task: Task) -> None:
    """Cover a balance below zero or recover what was advanced, when there is something to it."""
    coop_id = task.id("coop_id")
    funds = context.funds(coop_id)
    if funds.online < 0 or (funds.debt and funds.available > 0):
        move_id = uuid5(coop_id, f"{task.kind}:{task.subject}:{funds.debt}")
        context.record(SettleDebt(stream_id=coop_id, move_id=move_id, stamp=context.stamp))


def reference_of(context: PaymentContext, task: Task) -> Reference:
    """Name the contribution that a task is about, for the provider."""
    return Reference(
        ledger=context.slug,
        coop_id=task.id("coop_id"),
        campaign_id=task.id("campaign_id"),
        contribution_id=task.id("contribution_id"),
    )


def _next_call(context: PaymentContext, task: Task, *, only_back: bool) -> Call | None:
    """The next move that a payment needs, if any; its key counts the moves made so far."""
    payment_id = str(task.facts["payment_id"])
    contribution = context.campaign(task.id("campaign_id")).contribution(task.id("contribution_id"))
    payment, cents = contribution.payments[payment_id], contribution.to_transfer(payment_id)
    number = payment.moves + 1
    if cents > 0 and not only_back:
        coop = context.coop(task.id("coop_id"))
        if not coop.certified:
            raise WaitForCertification(coop=coop.id)
        key = f"tr:{payment_id}:{number}"
        return {
            "do": "transfer",
            "payment_id": payment_id,
            "account": coop.provider_account,
            "cents": cents,
            "key": key,
        }
    if cents < 0:
        transfer, left = max(payment.transfers.items(), key=lambda item: item[1])
        key = f"trr:{payment_id}:{number}"
        return {"do": "reverse", "payment_id": payment_id, "transfer": transfer, "cents": min(-cents, left), "key": key}
    return None


def _transfer(context: PaymentContext, task: Task, call: Call) -> None:
    """Move money to the coop's account, and record it."""
    payment_id, reference = str(task.facts["payment_id"]), reference_of(context, task)
    known = context.campaign(task.id("campaign_id")).transfers

    def make(call: Call) -> ProviderTransfer:
        request = TransferRequest(reference=reference, charge=payment_id, account=call["account"], cents=call["cents"])
        return context.provider.transfer(request, key=call["key"])

    def find(call: Call) -> ProviderTransfer | None:
        made = context.provider.transfers(reference)
        mine = [one for one in made if one.charge == payment_id and one.transfer not in known]
        return next((one for one in mine if one.cents == call["cents"]), None)

    moved = make_once(context, task, call, make, find)
    context.record(
        RecordTransfer(
            stream_id=task.id("campaign_id"),
            stamp=context.stamp,
            contribution_id=task.id("contribution_id"),
            payment_id=str(task.facts["payment_id"]),
            transfer_id=moved.transfer,
            cents=moved.cents,
            moved_at=moved.moved_at,
        )
    )


def _reverse(context: PaymentContext, task: Task, call: Call) -> None:
    """Take money back from the coop's account, and record it."""
    known = context.campaign(task.id("campaign_id")).reversals

    def make(call: Call) -> ProviderReversal:
        return context.provider.reverse_transfer(
            call["transfer"], call["cents"], reason_id=task.subject, key=call["key"]
        )

    def find(call: Call) -> ProviderReversal | None:
        made = context.provider.reversals(call["transfer"])
        return next((one for one in made if one.reversal not in known and one.cents == call["cents"]), None)

    moved = make_once(context, task, call, make, find)
    context.record(
        RecordTransferReversed(
            stream_id=task.id("campaign_id"),
            stamp=context.stamp,
            contribution_id=task.id("contribution_id"),
            payment_id=str(task.facts["payment_id"]),
            transfer_id=moved.transfer,
            reversal_id=moved.reversal,
            cents=moved.cents,
            moved_at=moved.moved_at,
        )
    )
