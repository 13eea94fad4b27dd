"""Baskets on their way to payment: the provider's page is opened, paid on, closed; unpaid ones are given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.jobs import NewTask, Task
from adapters.payments.errors import NotKnownYet
from adapters.payments.values import Checkout, CheckoutRequest, CheckoutStatus, PaymentStatus, Reference
from adapters.people_vault import FamilyGrant, TokenPurpose
from domain.allocation import split_equally
from domain.calendar import paris_date
from domain.campaign.basket import AbandonContribution
from domain.campaign.state import Campaign
from domain.errors import Conflict
from domain.vocabulary.reasons import AbandonReason
from service.family_links import RETURN_SECRET, link_path, return_token
from service.payments.captures import apply_payment
from service.payments.context import PaymentContext
from service.payments.idempotent_calls import WaitUntil
from service.payments.transfers import reference_of

_PAGE_LIFE: Final = timedelta(hours=23)
_HALF_A_DAY: Final = timedelta(hours=12)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_GRACE: Final = timedelta(hours=1)
_TOLD_BY_THEN: Final = timedelta(seconds=1)
"""How long after a family came back its payment is looked for: most notifications are there by then."""
RETURNED: Final = "returned"
"""The kind of the task that does so."""


class NothingToPay(Conflict):
    """A contribution that is paid, given up, of nothing, or not to be paid by card."""

    code = "nothing-to-pay"
    sentence = "Il n’y a rien à payer par carte. Rien n’a été débité."


def nothing_due(context: PaymentContext, campaign_id: UUID, contribution_id: UUID) -> bool:
    """Whether a contribution is one of nothing: no page is opened for it, and none was."""
    return not context.campaign(campaign_id).contribution(contribution_id).due


def open_checkout(context: PaymentContext, campaign_id: UUID, contribution_id: UUID) -> Checkout:
    """Open the provider's page on which a basket, or its first instalment, is paid; the same basket, the same page.

    The page's life is counted from the basket, so that asking again asks for the very same. A page on which a payment
    was just made has no address any more.

    Raises:
        Conflict: there is nothing to pay: it is paid, given up, or not to be paid by card; or a card cannot pay it.

    """
    return _open(context, context.campaign(campaign_id), contribution_id)


def _open(context: PaymentContext, campaign: Campaign, contribution_id: UUID) -> Checkout:
    contribution = campaign.contribution(contribution_id)
    if contribution.means != "card" or contribution.payments or contribution.abandoned or not contribution.outstanding:
        raise NothingToPay(contribution=contribution_id, payments=len(contribution.payments), means=contribution.means)
    tip_cents = contribution.tip_due - contribution.tip_paid
    context.provider.limits.charges.check_basket(contribution.outstanding, tip_cents, contribution.instalments)
    key = _page_key(contribution_id)
    success_url, cancel_url = _return_urls(context, key)
    request = CheckoutRequest(
        reference=_reference(context, campaign, contribution_id),
        cents=split_equally(contribution.outstanding, contribution.instalments)[0],
        tip_cents=tip_cents,
        label=campaign.details.title if campaign.details else "",
        coop_name=_coop_name(context, campaign),
        success_url=success_url,
        cancel_url=cancel_url,
        expires_at=contribution.placed_at + _PAGE_LIFE,
        save_card=contribution.instalments > 1,
    )
    return context.provider.start_checkout(request, key=key)


def lead_to_payment(context: PaymentContext, campaign_id: UUID, contribution_id: UUID) -> Checkout:
    """Open the payment page of a basket for a family that leaves for it: each of its ways back serves once more.

    Raises:
        Conflict: there is nothing to pay.

    """
    campaign = context.campaign(campaign_id)
    checkout = _open(context, campaign, contribution_id)
    until = campaign.contribution(contribution_id).placed_at + _PAGE_LIFE
    _expect_return(context, _page_key(contribution_id), (campaign_id, contribution_id), until)
    return checkout


def lead_to_instalment(context: PaymentContext, campaign_id: UUID, contribution_id: UUID, number: int) -> Checkout:
    """Open the provider's page on which its holder pays an instalment that the kept card could not (S-95).

    The card used is kept for what remains. Within half a day and until the next refusal it is the same page: what is
    asked under one key must not change. Each of its ways back serves once more.

    Raises:
        Conflict: the instalment is paid, cancelled or given up.

    """
    campaign = context.campaign(campaign_id)
    contribution = campaign.contribution(contribution_id)
    due = contribution.schedule.get(number)
    if due is None:
        raise Conflict(contribution=contribution_id, instalment=number)
    context.provider.limits.charges.check_basket(due.cents, tip_cents=0, count=1)
    refusals = contribution.refusals.get(number, 0)
    half_day = int(context.now().timestamp() // _HALF_A_DAY.total_seconds())
    first = _reference(context, campaign, contribution_id)
    title = campaign.details.title if campaign.details else ""
    key = f"{_page_key(contribution_id)}:{number}:{refusals}:{half_day}"
    success_url, cancel_url = _return_urls(context, key)
    request = CheckoutRequest(
        reference=replace(first, instalment=number, attempt=refusals + 1),
        cents=due.cents,
        tip_cents=0,
        label=f"{title} – échéance {number}",
        coop_name=_coop_name(context, campaign),
        success_url=success_url,
        cancel_url=cancel_url,
        expires_at=_EPOCH + half_day * _HALF_A_DAY + _PAGE_LIFE,
        customer=context.provider.payment(next(reversed(contribution.payments))).customer,
        save_card=True,
    )
    checkout = context.provider.start_checkout(request, key=key)
    _expect_return(context, key, (campaign_id, contribution_id), request.expires_at, number)
    return checkout


def close_checkout(context: PaymentContext, campaign_id: UUID, contribution_id: UUID) -> bool:
    """Close the payment page of a basket; False when a payment was made on it.

    Raises:
        Conflict: there is nothing to pay.

    """
    checkout = open_checkout(context, campaign_id, contribution_id)
    return context.provider.expire_checkout(checkout.session).status is CheckoutStatus.EXPIRED


def apply_checkout(context: PaymentContext, checkout: Checkout) -> None:
    """Record what a payment page has come to: its payment, or that it was not paid.

    Raises:
        NotKnownYet: it was paid, and the payment has no name at the provider yet.

    """
    if checkout.status is CheckoutStatus.COMPLETE and checkout.intent is None:
        raise NotKnownYet(about=checkout.session, missing="payment_intent")
    if checkout.intent is not None:
        apply_payment(context, context.provider.payment(checkout.intent))
    if checkout.status is CheckoutStatus.EXPIRED and checkout.reference is not None:
        _abandon(context, checkout.reference)


def expire_task(context: PaymentContext, task: Task) -> None:
    """Give up a basket that was not paid; what was paid without our hearing of it is recorded instead.

    Raises:
        WaitUntil: a payment of it is still under way.

    """
    reference = reference_of(context, task)
    contribution = context.campaign(reference.campaign_id).contribution(reference.contribution_id)
    if contribution.payments or contribution.abandoned:
        return
    for payment in context.provider.find_payments(reference):
        if payment.status is PaymentStatus.PROCESSING:
            raise WaitUntil(context.now() + _GRACE, contribution=reference.contribution_id)
        apply_payment(context, payment)
    _abandon(context, reference)


def return_look(campaign_id: UUID, contribution_id: UUID, now: datetime) -> NewTask:
    """Have the payment of a family that came back looked for, unless something has told of it by then."""
    facts = {"campaign_id": str(campaign_id), "contribution_id": str(contribution_id)}
    subject = f"{contribution_id}@{now:%Y%m%dT%H%M%S}"
    return NewTask(RETURNED, subject, f"contribution:{contribution_id}", now + _TOLD_BY_THEN, facts)


def returned_task(context: PaymentContext, task: Task) -> None:
    """Look for the payment of a family that waits on our page, where nothing has told of it."""
    campaign = context.campaign(task.id("campaign_id"))
    contribution = campaign.contribution(task.id("contribution_id"))
    if not contribution.payments and not contribution.abandoned:
        for payment in context.provider.find_payments(_reference(context, campaign, task.id("contribution_id"))):
            apply_payment(context, payment)


def _abandon(context: PaymentContext, reference: Reference) -> None:
    """Give up a basket, unless it was paid meanwhile."""
    contribution = context.campaign(reference.campaign_id).contribution(reference.contribution_id)
    if not contribution.payments and not contribution.abandoned and not contribution.paid_in_cash:
        abandon = AbandonContribution(
            stream_id=reference.campaign_id,
            contribution_id=reference.contribution_id,
            reason=AbandonReason.EXPIRED,
            stamp=context.stamp,
        )
        context.record(abandon)


def _page_key(contribution_id: UUID) -> str:
    return f"cs:{contribution_id}"


def _return_tokens(context: PaymentContext, page_key: str) -> dict[TokenPurpose, str]:
    """The tokens of the ways back from a payment page: a card accepted, or left without paying."""
    secret = context.secret(RETURN_SECRET)
    ways = (TokenPurpose.RETURN_PAID, TokenPurpose.RETURN_LEFT)
    return {purpose: return_token(secret, purpose, page_key) for purpose in ways}


def _return_urls(context: PaymentContext, page_key: str) -> tuple[str, str]:
    """The addresses that a payment page leads back to, always the same for one page: paid, and left."""
    tokens = _return_tokens(context, page_key)
    paid, left = (context.public_url + link_path(context.slug, *way) for way in tokens.items())
    return paid, left


def _expect_return(
    context: PaymentContext, page_key: str, ids: tuple[UUID, UUID], until: datetime, instalment: int = 0
) -> None:
    """Have each way back from a payment page serve once, up to the day on which the page closes."""
    last_day, ways = paris_date(until), _return_tokens(context, page_key)
    grants = {token: FamilyGrant(way, *ids, last_day, instalment) for way, token in ways.items()}
    with context.out_of_turn():
        context.tokens.keep_all(grants)


def _reference(context: PaymentContext, campaign: Campaign, contribution_id: UUID) -> Reference:
    if campaign.coop_id is None:
        raise Conflict(stream=campaign.id)
    return Reference(
        ledger=context.slug, coop_id=campaign.coop_id, campaign_id=campaign.id, contribution_id=contribution_id
    )


def _coop_name(context: PaymentContext, campaign: Campaign) -> str:
    coop = None if campaign.coop_id is None else context.coop(campaign.coop_id)
    return coop.details.name if coop and coop.details else ""
