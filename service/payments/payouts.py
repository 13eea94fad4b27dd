"""Payouts: from the coop's account at the provider to its confirmed bank account, checked again when they leave."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from uuid import UUID

from adapters.jobs import Outbox, PayoutCall, Task
from adapters.payments.errors import FundsNotAvailable, ProviderMisuse
from adapters.payments.values import PayoutOrder, PayoutState, ProviderPayout
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid, RecordPayoutSent
from domain.coop.state import Coop, PayoutStatus
from domain.errors import NotFound, PayoutLeaving
from service.payments.accounts import apply_account
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import WaitForConfirmation, make_once

_SKEW: Final = timedelta(hours=1)
"""How far the provider's clock may be behind ours; looking too far back finds nothing wrong, as payouts are named."""
_FAILED = frozenset({PayoutState.FAILED, PayoutState.CANCELED})


def payout_task(context: PaymentContext, task: Task) -> None:
    """Have a payout made that was asked for; one that may no longer leave fails, and its amount is available again."""
    coop, payout_id = context.coop(task.id("coop_id")), task.id("payout_id")
    if coop.payouts[payout_id].status is not PayoutStatus.REQUESTED:
        return
    pending = task.pending(PayoutCall)
    if pending is None:
        refused = _refusal(context, coop, payout_id)
        if refused:
            context.record(
                RecordPayoutFailed(
                    stream_id=coop.id,
                    stamp=context.stamp,
                    payout_id=payout_id,
                    reason=refused,
                    failed_at=context.now(),
                )
            )
            return
    call = pending or _order(context, coop, task)

    def make(call: PayoutCall) -> ProviderPayout:
        order = PayoutOrder(
            ledger=context.slug,
            coop_id=coop.id,
            payout_id=payout_id,
            account=call.account,
            bank_account=call.bank_account,
            cents=call.cents,
            label=call.label,
        )
        return context.provider.create_payout(order, key=call.key)

    def find(call: PayoutCall) -> ProviderPayout | None:
        # The provider has a clock of its own, in whole seconds: what it made may look older than the call.
        made = context.provider.payouts(call.account, (task.called_at or context.now()) - _SKEW)
        return next((one for one in made if one.payout_id == payout_id), None)

    try:
        made = make_once(context, task, call, make, find)
    except (FundsNotAvailable, ProviderMisuse):
        # Refused for certain: the next attempt is a new one, and is checked again before it leaves.
        context.outbox.end_call(task.task_id)
        raise
    apply_payout(context, made, coop.id)
    context.outbox.end_call(task.task_id)


@contextmanager
def payout_kept_back(outbox: Outbox, ledger: str, coop_id: UUID, payout_id: UUID) -> Iterator[None]:
    """Keep a payout that was asked for from leaving for a while, so that it can be cancelled meanwhile.

    Raises:
        PayoutLeaving: it is being given to the provider, or was given and how that ended is not recorded yet.

    """
    with outbox.lane(f"{ledger}:coop:{coop_id}") as held:
        if not held or is_given_to_provider(outbox, ledger, payout_id):
            raise PayoutLeaving(payout=payout_id)
        yield


def is_given_to_provider(outbox: Outbox, ledger: str, payout_id: UUID) -> bool:
    """Tell whether a payout that was asked for is being given to the provider: how that ended is not recorded yet."""
    task = outbox.named(ledger, "payout", str(payout_id))
    return task is not None and task.call is not None


def _refusal(context: PaymentContext, coop: Coop, payout_id: UUID) -> str:
    """Why a payout may not leave now, if so; what the provider says of the account at this moment is recorded first.

    Raises:
        WaitForConfirmation: the provider knows another bank account than the confirmed one.

    """
    bank_account_id = coop.payouts[payout_id].bank_account_id
    if coop.current_account != bank_account_id:
        return "bank_account_changed"
    known = context.accounts.of_account(coop.provider_account)
    if known is None or known.bank_account_id != bank_account_id:
        raise WaitForConfirmation(coop=coop.id)
    account = context.provider.account(coop.provider_account)
    apply_account(context, account)
    if not account.certified:
        return "certification_withdrawn"
    if context.coop(coop.id).frozen or known.bank_account not in account.bank_accounts:
        raise WaitForConfirmation(coop=coop.id)
    return ""


def _order(context: PaymentContext, coop: Coop, task: Task) -> PayoutCall:
    """The payout to ask for, to the bank account that was confirmed when it was requested; each attempt has its key."""
    known = context.accounts.of_account(coop.provider_account)
    if known is None or not known.bank_account:
        raise WaitForConfirmation(coop=coop.id)
    payout_id = task.id("payout_id")
    return PayoutCall(
        account=known.account,
        bank_account=known.bank_account,
        cents=coop.payouts[payout_id].cents,
        label=f"COOP {payout_id.hex[:10].upper()}",
        key=f"po:{payout_id}:{task.attempts}",
    )


def apply_payout(context: PaymentContext, payout: ProviderPayout, coop_id: UUID) -> None:
    """Record what a payout of a coop has come to.

    Raises:
        NotFound: it was not asked for here, or is another one under the same name: the reconciliation finds its
            movement.

    """
    coop = context.coop(coop_id)
    if payout.payout_id is None or payout.payout_id not in coop.payouts:
        raise NotFound(payout=payout.payout)
    payout_id, stamp, provider_payout = payout.payout_id, context.stamp, payout.payout
    asked = coop.payouts[payout_id]
    if asked.status is not PayoutStatus.REQUESTED and asked.provider_payout != provider_payout:
        raise NotFound(payout=payout.payout, status=asked.status)
    if asked.status is PayoutStatus.REQUESTED:
        context.record(
            RecordPayoutSent(
                stream_id=coop_id,
                stamp=stamp,
                payout_id=payout_id,
                provider_payout=provider_payout,
                sent_at=payout.created_at,
            )
        )
    if payout.state is PayoutState.PAID:
        context.record(
            RecordPayoutPaid(
                stream_id=coop_id,
                stamp=stamp,
                payout_id=payout_id,
                provider_payout=provider_payout,
                paid_at=payout.arrives_on,
            )
        )
    elif payout.state in _FAILED:
        failure = payout.failure or payout.state.value
        context.record(
            RecordPayoutFailed(
                stream_id=coop_id, stamp=stamp, payout_id=payout_id, reason=failure, failed_at=context.now()
            )
        )
