"""One scenario for the sandbox and for Stripe itself: what both must do in the same way.

It needs no person at a page: cards are those of ``Cards``, kept beforehand. What a person must do (pay a page, certify
an account) is tested on the sandbox only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from adapters.payments.errors import ActionRequired, Declined, NothingToRefund, ProviderMisuse
from adapters.payments.values import (
    AccountStatus,
    CheckoutRequest,
    CheckoutStatus,
    PaymentStatus,
    ProviderPayment,
    Reference,
    RefundState,
    SavedCardCharge,
    TransferRequest,
)
from adapters.stripe_provider import StripeProvider
from tests.kit.stripe.provider_requests import BACK, NEW_ACCOUNT, REFUND, THANKS, charge_of, new_key, reference
from tests.kit.waiting import wait_for

_PATIENCE = 60.0  # seconds


class Cards(NamedTuple):
    """A customer and the cards kept for them: one that pays, one that is refused, one whose bank asks."""

    customer: str
    good: str
    refused: str
    asking: str


def account_opens(provider: StripeProvider) -> AccountStatus:
    """Open an account, twice with one key; it names its ledger, may do nothing yet, and leads to its certification."""
    key = new_key()
    opened = provider.create_account(NEW_ACCOUNT, key=key)
    assert provider.create_account(NEW_ACCOUNT, key=key).account == opened.account
    found = provider.account(opened.account)
    assert (found.ledger, found.coop_id) == (NEW_ACCOUNT.ledger, NEW_ACCOUNT.coop_id)
    assert not found.certified
    assert found.requirements
    assert provider.onboarding_link(opened.account, return_url=THANKS, refresh_url=BACK).startswith("http")
    assert provider.balance(opened.account).total == 0
    assert list(provider.payouts(opened.account, datetime.now(UTC) - timedelta(days=1))) == []
    return found


def page_opens_and_closes(provider: StripeProvider) -> None:
    """Open a page that keeps the card, twice with one key, and close it twice."""
    request = CheckoutRequest(
        reference=reference(),
        cents=2000,
        tip_cents=200,
        label="Participation volontaire",
        coop_name="Coopérative Jules Ferry",
        success_url=THANKS,
        cancel_url=BACK,
        expires_at=datetime.now(UTC) + timedelta(minutes=30),
        email="parent@example.org",
        save_card=True,
    )
    key = new_key()
    page = provider.start_checkout(request, key=key)
    assert provider.start_checkout(request, key=key) == page
    assert (page.status, page.reference) == (CheckoutStatus.OPEN, request.reference)
    assert page.url is not None
    assert provider.expire_checkout(page.session).status is CheckoutStatus.EXPIRED
    assert provider.expire_checkout(page.session).status is CheckoutStatus.EXPIRED
    assert provider.find_payments(request.reference) == []


def instalment_is_taken(provider: StripeProvider, cards: Cards, about: Reference) -> ProviderPayment:
    """Take an instalment once with one key, find it by its contribution, and wait for its fee."""
    charge = SavedCardCharge(reference=about, cents=2200, customer=cards.customer, card=cards.good)
    key = new_key()
    taken = provider.charge_saved_card(charge, key=key)
    assert provider.charge_saved_card(charge, key=key).charge == charge_of(taken)
    assert (taken.status, taken.cents, taken.reference) == (PaymentStatus.SUCCEEDED, 2200, about)
    assert (taken.customer, taken.card) == (cards.customer, cards.good)
    assert [one.intent for one in provider.find_payments(about)] == [taken.intent]
    known = wait_for(
        lambda: provider.payment(charge_of(taken)),
        lambda payment: payment.fee is not None,
        seconds=_PATIENCE,
        pause=0.5,
    )
    assert known.fee is not None
    assert known.fee.cents > 0
    with pytest.raises(ProviderMisuse) as other:
        provider.charge_saved_card(
            SavedCardCharge(reference=about, cents=2300, customer=cards.customer, card=cards.good), key=key
        )
    assert other.value.values["kind"] == "IdempotencyError"
    return known


def cards_are_refused(provider: StripeProvider, cards: Cards) -> None:
    """Hear a bank refuse, and a bank ask for its customer."""
    for card, kind in ((cards.refused, Declined), (cards.asking, ActionRequired)):
        charge = SavedCardCharge(reference=reference(), cents=2200, customer=cards.customer, card=card)
        with pytest.raises(kind) as refused:
            provider.charge_saved_card(charge, key=new_key())
        assert refused.value.values["status"]
        intent = str(refused.value.values["detail"])
        failed = provider.payment(intent)
        assert (failed.status, failed.charge, failed.reference) == (PaymentStatus.FAILED, None, charge.reference)


def money_goes_back(provider: StripeProvider, payment: ProviderPayment) -> None:
    """Refund a part once with one key, and find it on the charge."""
    key = new_key()
    made = provider.refund(charge_of(payment), 700, str(REFUND), key=key)
    assert provider.refund(charge_of(payment), 700, str(REFUND), key=key).refund == made.refund
    assert made.state in {RefundState.SUCCEEDED, RefundState.PENDING}
    assert (made.charge, made.cents, made.refund_id) == (charge_of(payment), 700, REFUND)
    assert [one.refund for one in provider.refunds_of(charge_of(payment))] == [made.refund]
    with pytest.raises(NothingToRefund):
        provider.refund(charge_of(payment), 2200, str(REFUND), key=new_key())


def nothing_moves_to_the_uncertified(provider: StripeProvider, payment: ProviderPayment, account: str) -> None:
    """Hear that an account without certification receives nothing."""
    assert payment.reference is not None
    request = TransferRequest(reference=payment.reference, charge=charge_of(payment), account=account, cents=1000)
    with pytest.raises(ProviderMisuse) as refused:
        provider.transfer(request, key=new_key())
    assert refused.value.values["status"] == "insufficient_capabilities_for_transfer"
    assert provider.transfers(payment.reference) == []


def books_and_notifications_tell_it(provider: StripeProvider, payment: ProviderPayment) -> None:
    """Find the payment among the movements and the webhooks of the platform."""
    assert payment.paid_at is not None
    assert payment.fee is not None
    began = payment.paid_at - timedelta(seconds=5)
    moved = provider.balance_transactions(None, began, datetime.now(UTC) + timedelta(minutes=5))
    (charged,) = [one for one in moved if one.source == charge_of(payment)]
    assert (charged.cents, charged.fee, charged.net) == (payment.cents, payment.fee.cents, 2200 - payment.fee.cents)

    def told() -> set[str]:
        return {one.kind for one in provider.webhook_events(None, began) if one.object_id == payment.intent}

    wait_for(told, lambda kinds: "payment_intent.succeeded" in kinds, seconds=_PATIENCE, pause=0.5)
    assert all(provider.supports(one) for one in provider.webhook_events(None, began))


def run_scenario(provider: StripeProvider, cards: Cards) -> None:
    """Play the whole scenario."""
    account = account_opens(provider).account
    page_opens_and_closes(provider)
    payment = instalment_is_taken(provider, cards, reference())
    cards_are_refused(provider, cards)
    money_goes_back(provider, payment)
    nothing_moves_to_the_uncertified(provider, payment, account)
    books_and_notifications_tell_it(provider, payment)
