"""What lies on a coop's account at the provider follows what is the coop's of each payment, by transfers and reversals.

One rule for all causes: a payment captured, a refund asked for or failed, a dispute opened or won, a certification.
"""

from __future__ import annotations

from uuid import uuid5

from adapters.jobs import ReversalCall, Task, TransferCall, UnexpectedCall
from adapters.payments.errors import ProviderMisuse
from adapters.payments.values import ProviderReversal, ProviderTransfer, Reference, TransferRequest
from domain.campaign.payments import RecordTransfer, RecordTransferReversed
from domain.coop.debts import SettleDebt
from service.payments.context import PaymentContext
from service.payments.disputes import place_disputed
from service.payments.idempotent_calls import WaitForCertification, keep_and_make, key_forgotten

_Move = TransferCall | ReversalCall
"""What brings a payment in line: money moves to the coop's account, or back from it."""


def transfer_task(context: PaymentContext, task: Task) -> None:
    """Bring one payment in line, then let the coop's debt be settled from what came in."""
    align_transfers(context, task, ends=True)
    settle_debt(context, task)


def transfer_all_task(context: PaymentContext, task: Task) -> None:
    """Bring all payments of a contribution in line, those that the provider has: something happened to one of them.

    What a bank took beyond one of them finds its place first, where there is one now.
    """
    place_disputed(context, task.id("campaign_id"), task.id("contribution_id"))
    contribution = context.campaign(task.id("campaign_id")).contribution(task.id("contribution_id"))
    pending = _pending_move(task)
    first = None if pending is None else pending.payment_id
    at_the_provider = filter(context.provider.ids.is_payment, contribution.payments)
    for payment_id in sorted(at_the_provider, key=lambda name: name != first):
        align_transfers(context, task._replace(facts={**task.facts, "payment_id": payment_id}))
        task = task.without_call()
    settle_debt(context, task)


def align_transfers(context: PaymentContext, task: Task, *, only_back: bool = False, ends: bool = False) -> None:
    """Move money of a payment until what lies at the coop is what is the coop's; an unfinished call first.

    One whose key the provider may have forgotten is not repeated, since what was right then may be wrong now: what it
    moved is recorded, and the next move follows from that.

    With ``only_back`` nothing more goes to the coop: who is given back does not wait for its certification. With
    ``ends`` no other call follows: the last one is forgotten with the end of the task.

    Raises:
        WaitForCertification: the coop cannot receive money yet.
        FundsNotAvailable: the platform has not yet what it is to bear.
        UnexpectedCall: the unfinished call moves nothing between the platform and a coop.
        ProviderMisuse: the provider refuses a move, and knows of none that explains why.

    """
    pending = _pending_move(task)
    if pending is not None and key_forgotten(context, task):
        _learn(context, task)
        context.outbox.end_call(task.task_id)
        pending, task = None, task.without_call()
    while True:
        move = pending or _next_move(context, task, only_back=only_back)
        if move is None:
            return
        try:
            if isinstance(move, TransferCall):
                _transfer(context, task, move)
            else:
                _reverse(context, task, move)
        except ProviderMisuse:
            # Refused for certain: what lies there is not what we believed. Each look that goes on has learnt something.
            learnt = _learn(context, task)
            context.outbox.end_call(task.task_id)
            if not learnt:
                raise
        pending, task = None, task.without_call()
        if not ends:
            context.outbox.end_call(task.task_id)


def _learn(context: PaymentContext, task: Task) -> bool:
    """Record the moves of a payment that the provider knows and we do not; False when there are none."""
    reference, payment_id = reference_of(context, task), task.text("payment_id")
    before = context.campaign(reference.campaign_id).contribution(reference.contribution_id).payments[payment_id].moves
    for moved in context.provider.transfers(reference):
        if moved.charge == payment_id:
            apply_transfer(context, moved, reference)
    after = context.campaign(reference.campaign_id).contribution(reference.contribution_id).payments[payment_id].moves
    return after > before


def apply_transfer(context: PaymentContext, transfer: ProviderTransfer, reference: Reference) -> None:
    """Record a transfer of a family's money, and what came back of it; its task moves again what is missing then.

    Raises:
        NotFound: its payment is not in the ledger (yet).

    """
    if transfer.charge is None:
        return  # the platform's own money, whatever its tags say
    _record_transfer(context, transfer, reference, transfer.charge)
    known = context.campaign(reference.campaign_id).reversals
    for one in context.provider.reversals(transfer.transfer):
        if one.reversal not in known:
            _record_reversal(context, one, reference, transfer.charge)


def _record_transfer(
    context: PaymentContext, transfer: ProviderTransfer, reference: Reference, payment_id: str
) -> None:
    """Record that money moved to the coop's account."""
    context.record(
        RecordTransfer(
            stream_id=reference.campaign_id,
            stamp=context.stamp,
            contribution_id=reference.contribution_id,
            payment_id=payment_id,
            transfer_id=transfer.transfer,
            cents=transfer.cents,
            moved_at=transfer.moved_at,
        )
    )


def _record_reversal(context: PaymentContext, moved: ProviderReversal, reference: Reference, payment_id: str) -> None:
    """Record that money came back from the coop's account."""
    context.record(
        RecordTransferReversed(
            stream_id=reference.campaign_id,
            stamp=context.stamp,
            contribution_id=reference.contribution_id,
            payment_id=payment_id,
            transfer_id=moved.transfer,
            reversal_id=moved.reversal,
            cents=moved.cents,
            moved_at=moved.moved_at,
        )
    )


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


def _pending_move(task: Task) -> _Move | None:
    """Return the task's kept call, a transfer or a reversal; None when there is none."""
    call = task.pending_call()
    if call is None or isinstance(call, _Move):
        return call
    raise UnexpectedCall(task=task.task_id, kind=type(call).__name__, expected="TransferCall or ReversalCall")


def _next_move(context: PaymentContext, task: Task, *, only_back: bool) -> _Move | None:
    """The next move that a payment needs, if any; its key counts the moves made so far."""
    payment_id = task.text("payment_id")
    contribution = context.campaign(task.id("campaign_id")).contribution(task.id("contribution_id"))
    payment, cents = contribution.payments[payment_id], contribution.to_transfer(payment_id)
    number = payment.moves + 1
    if cents > 0 and not only_back:
        coop = context.coop(task.id("coop_id"))
        if not coop.certified:
            raise WaitForCertification(coop=coop.id)
        key, account = f"tr:{payment_id}:{number}", coop.provider_account
        # The charge is the source of what it brought; what two people said is the platform's to bear comes after it.
        brought = min(cents, payment.cents + payment.tip_cents - payment.transferred)
        beyond = brought <= 0
        cents = cents if beyond else brought
        return TransferCall(payment_id=payment_id, account=account, cents=cents, beyond=beyond, key=key)
    if cents < 0:
        transfer, left = max(payment.transfers.items(), key=lambda item: item[1])
        key = f"trr:{payment_id}:{number}"
        return ReversalCall(payment_id=payment_id, transfer=transfer, cents=min(-cents, left), key=key)
    return None


def _transfer(context: PaymentContext, task: Task, call: TransferCall) -> None:
    """Move money to the coop's account, and record it."""
    payment_id, reference = task.text("payment_id"), reference_of(context, task)

    def make(call: TransferCall) -> ProviderTransfer:
        request = TransferRequest(
            reference=reference, charge=payment_id, account=call.account, cents=call.cents, beyond=call.beyond
        )
        return context.provider.transfer(request, key=call.key)

    _record_transfer(context, keep_and_make(context, task, call, make), reference, payment_id)


def _reverse(context: PaymentContext, task: Task, call: ReversalCall) -> None:
    """Take money back from the coop's account, and record it."""

    def make(call: ReversalCall) -> ProviderReversal:
        return context.provider.reverse_transfer(call.transfer, call.cents, reason_id=task.subject, key=call.key)

    moved = keep_and_make(context, task, call, make)
    _record_reversal(context, moved, reference_of(context, task), task.text("payment_id"))
