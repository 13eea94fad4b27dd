"""Instalments: taken from the kept card on their day, tried again by advice, given up in the end (S-94…S-96).

The card is found from the contribution's latest payment at the provider: nothing about cards is kept here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.jobs import ChargeCall, NewTask, Task
from adapters.payments.errors import CardRefused
from adapters.payments.values import PaymentStatus, ProviderPayment, Reference, SavedCardCharge
from domain.campaign.instalments import RecordInstalmentFailed
from service.payments.captures import apply_payment
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import WaitUntil, make_once
from service.payments.transfers import reference_of

_A_DAY: Final = timedelta(days=1)
ERASE_CUSTOMER: Final = "erase-customer"
"""The kind of the task that has the provider forget who kept a card."""


def charge_task(context: PaymentContext, task: Task) -> None:
    """Take one instalment from the kept card; one that was paid, cancelled or given up needs nothing.

    One that no card can pay, because the provider changed its limits since it was planned, is given up at once.
    """
    number, attempt = task.number("number"), task.number("attempt")
    contribution = context.campaign(task.id("campaign_id")).contribution(task.id("contribution_id"))
    due = contribution.schedule.get(number)
    pending = task.pending(ChargeCall)
    if due is None and pending is None:
        return
    if due is not None and pending is None and not context.provider.limits.charges.takes(due.cents):
        _fail(context, task, f"not-chargeable:{number}", "amount_not_chargeable", "", final=True)
        return
    reference = _numbered(reference_of(context, task), number, attempt)
    call = pending or _charge(context, reference, 0 if due is None else due.cents)
    if call is None:
        _fail(context, task, f"no-card:{number}:{attempt}", "card_not_kept", "do_not_try_again", final=False)
        return

    def make(call: ChargeCall) -> ProviderPayment:
        charge = SavedCardCharge(reference=reference, cents=call.cents, customer=call.customer, card=call.card)
        return context.provider.charge_saved_card(charge, key=call.key)

    def find(_: ChargeCall) -> ProviderPayment | None:
        made = context.provider.find_payments(reference)
        return next((one for one in made if one.reference == reference), None)

    try:
        payment = make_once(context, task, call, make, find)
    except CardRefused as refusal:
        _fail(context, task, refusal.intent or call.key, refusal.reason, refusal.advice, final=False)
    else:
        if payment.status is PaymentStatus.SUCCEEDED or payment.failure is not None:
            apply_payment(context, payment)
    context.outbox.end_call(task.task_id)


def give_up_task(context: PaymentContext, task: Task) -> None:
    """Give up an instalment that was not paid in time; the coop decides what follows.

    Raises:
        WaitUntil: it was not even tried yet, as after a long outage.

    """
    number = task.number("number")
    contribution = context.campaign(task.id("campaign_id")).contribution(task.id("contribution_id"))
    if number in contribution.schedule and not contribution.refusals.get(number):
        raise WaitUntil(context.now() + _A_DAY, contribution=task.id("contribution_id"), instalment=number)
    if number in contribution.schedule:
        _fail(context, task, f"given-up:{number}", "gave_up", "", final=True)


def _numbered(reference: Reference, number: int, attempt: int) -> Reference:
    """Return the reference with the number of an instalment and of an attempt at it."""
    return Reference(
        ledger=reference.ledger,
        coop_id=reference.coop_id,
        campaign_id=reference.campaign_id,
        contribution_id=reference.contribution_id,
        instalment=number,
        attempt=attempt,
    )


def _charge(context: PaymentContext, reference: Reference, cents: int) -> ChargeCall | None:
    """What to take, from the card of the latest payment; None where the provider keeps none."""
    contribution = context.campaign(reference.campaign_id).contribution(reference.contribution_id)
    latest = context.provider.payment(next(reversed(contribution.payments)))
    if latest.customer is None or latest.card is None:
        return None
    return ChargeCall(
        cents=cents,
        customer=latest.customer,
        card=latest.card,
        key=f"inst:{reference.contribution_id}:{reference.instalment}:{reference.attempt}",
    )


def _fail(context: PaymentContext, task: Task, attempt_id: str, reason: str, advice: str, *, final: bool) -> None:
    """Record a refusal, unless the instalment is no longer expected."""
    number = task.number("number")
    campaign = context.campaign(task.id("campaign_id"))
    if number not in campaign.contribution(task.id("contribution_id")).schedule:
        return
    context.record(
        RecordInstalmentFailed(
            stream_id=campaign.id,
            stamp=context.stamp,
            contribution_id=task.id("contribution_id"),
            number=number,
            attempt_id=attempt_id,
            reason=reason,
            advice=advice,
            final=final,
        )
    )


def erasure_of_customer(coop_id: UUID, campaign_id: UUID, contribution_id: UUID, at: datetime) -> NewTask:
    """Return the task that has the provider forget who paid a contribution; planned twice it is one."""
    facts = {"coop_id": str(coop_id), "campaign_id": str(campaign_id), "contribution_id": str(contribution_id)}
    return NewTask(ERASE_CUSTOMER, str(contribution_id), f"contribution:{contribution_id}", at, facts)


def erase_customer_task(context: PaymentContext, task: Task) -> None:
    """Have the provider forget the customers of a contribution's payments; repeated, it finds none left."""
    payments = context.provider.find_payments(reference_of(context, task))
    for customer in sorted({payment.customer for payment in payments if payment.customer}):
        context.provider.erase_customer(customer)
