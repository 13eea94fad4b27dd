"""What the provider says about a payment becomes facts of its contribution: captured, refused, its fee; or a surprise.

Every fact is keyed by the provider's own id, so that it makes no difference how often, in which order or by which way
(webhook event, sweep, answer to a call) we hear of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from adapters.jobs import Task
from adapters.payments.values import PaymentStatus, ProviderPayment, Reference
from domain.aggregate import Intent
from domain.campaign.contribution import Contribution
from domain.campaign.instalments import RecordInstalmentFailed
from domain.campaign.payments import RecordPaymentCaptured, RecordPaymentFailed, RecordPaymentOnHold, RecordProviderFee
from domain.campaign.state import Campaign
from domain.errors import Conflict, LedgerError, NotFound, OutcomeUnknown, TooBusy
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import WaitUntil

_A_DAY: Final = timedelta(days=1)


def fee_task(context: PaymentContext, task: Task) -> None:
    """Look up the fee of a payment that no webhook told: the provider forgets webhooks after a while.

    Raises:
        WaitUntil: the provider does not know it yet.

    """
    payment_id = task.text("payment_id")
    contribution_id = task.id("contribution_id")
    if payment_id in context.campaign(task.id("campaign_id")).contribution(contribution_id).fees:
        return
    payment = context.provider.payment(payment_id)
    apply_payment(context, payment)
    if payment.fee is None:
        raise WaitUntil(context.now() + _A_DAY, contribution=contribution_id, payment=payment_id)


def apply_payment(context: PaymentContext, payment: ProviderPayment) -> None:
    """Record what a payment of this ledger has come to.

    Raises:
        NotFound: its contribution is not in the ledger (yet): a later webhook may tell it again.

    """
    reference = payment.reference
    if reference is None:
        raise NotFound(payment=payment.intent)
    campaign = context.campaign(reference.campaign_id)
    contribution = campaign.contribution(reference.contribution_id)
    if payment.charge is not None:
        if payment.charge in campaign.payments or payment.charge in campaign.on_hold:
            _charged(context, payment, payment.charge, reference)
        else:
            _captured(context, payment, payment.charge, reference, contribution)
    elif payment.failure is not None and payment.status is not PaymentStatus.CANCELED:
        _refused(context, payment, reference, contribution)


def _captured(
    context: PaymentContext, payment: ProviderPayment, charge: str, reference: Reference, contribution: Contribution
) -> None:
    """Record a payment that was received, and its fee if it is known; one that is not expected is kept apart."""
    tip_cents = contribution.tip_due - contribution.tip_paid if reference.instalment == 1 else 0
    paid_at = payment.paid_at or context.now()
    capture = RecordPaymentCaptured(
        stream_id=reference.campaign_id,
        stamp=context.stamp,
        contribution_id=reference.contribution_id,
        payment_id=charge,
        cents=payment.cents - tip_cents,
        tip_cents=tip_cents,
        paid_at=paid_at,
        instalment=reference.instalment,
    )
    fee = _fee(context, payment, charge, reference)
    if fee is not None and _recorded(context, capture, fee):
        return
    try:
        context.record(capture)
    except Conflict as unexpected:
        context.record(
            RecordPaymentOnHold(
                stream_id=reference.campaign_id,
                stamp=context.stamp,
                contribution_id=reference.contribution_id,
                payment_id=charge,
                cents=payment.cents,
                reason=unexpected.code,
                paid_at=paid_at,
            )
        )
    _charged(context, payment, charge, reference)


def _recorded(context: PaymentContext, *facts: Intent[Campaign]) -> bool:
    """Record facts that belong together at once; False where one of them is refused: then each is told by itself."""
    try:
        context.record_together(*facts)
    except (OutcomeUnknown, TooBusy):
        raise
    except LedgerError:
        return False
    return True


def _charged(context: PaymentContext, payment: ProviderPayment, charge: str, reference: Reference) -> None:
    """Record the fee of a payment once the provider knows it; of one that went back too: the fee does not."""
    fee = _fee(context, payment, charge, reference)
    if fee is not None and charge not in context.campaign(fee.stream_id).contribution(fee.contribution_id).fees:
        context.record(fee)


def _fee(
    context: PaymentContext, payment: ProviderPayment, charge: str, reference: Reference
) -> RecordProviderFee | None:
    """Return the fee of a payment as a fact; None while the provider does not know it."""
    if payment.fee is None:
        return None
    return RecordProviderFee(
        stream_id=reference.campaign_id,
        stamp=context.stamp,
        contribution_id=reference.contribution_id,
        payment_id=charge,
        cents=payment.fee.cents,
        charged_at=payment.fee.charged_at,
    )


def _refused(
    context: PaymentContext, payment: ProviderPayment, reference: Reference, contribution: Contribution
) -> None:
    """Record a refused attempt; one that comes after the instalment was paid or given up says nothing any more."""
    failure = payment.failure
    if failure is None:
        return
    reason = failure.decline_code or failure.code
    if reference.instalment == 1:
        attempt_id = failure.charge or f"{payment.intent}:{failure.code}"
        context.record(
            RecordPaymentFailed(
                stream_id=reference.campaign_id,
                stamp=context.stamp,
                contribution_id=reference.contribution_id,
                attempt_id=attempt_id,
                reason=reason,
            )
        )
    elif reference.instalment in contribution.schedule:
        context.record(
            RecordInstalmentFailed(
                stream_id=reference.campaign_id,
                stamp=context.stamp,
                contribution_id=reference.contribution_id,
                number=reference.instalment,
                attempt_id=payment.intent,
                reason=reason,
                advice=failure.advice,
                final=False,
            )
        )
