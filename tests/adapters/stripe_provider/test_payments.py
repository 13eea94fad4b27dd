"""Payments: what they say at each moment, instalments from kept cards, refusals, and how they are found again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.payments.errors import ActionRequired, Declined, ProviderError, ProviderMisuse
from adapters.payments.values import Decline, PaymentStatus, ProviderPayment, Reference, SavedCardCharge
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import charge_of, new_key, now, paid, pay, reference, request_for


def instalment(first: ProviderPayment, about: Reference | None = None, cents: int = 1500) -> SavedCardCharge:
    """Return the next instalment of a payment whose card was kept."""
    assert first.reference is not None
    assert first.customer is not None
    assert first.card is not None
    return SavedCardCharge(
        reference=about or reference(contribution_id=first.reference.contribution_id, instalment=2),
        cents=cents,
        customer=first.customer,
        card=first.card,
    )


def kept(provider: StripeProvider, sandbox: SandboxServer, card: str) -> ProviderPayment:
    """Pay with a card that is kept, confirming to the bank where it asks."""
    page = provider.start_checkout(request_for(sandbox, save_card=True), key=new_key())
    if pay(sandbox, page, card) != "Paid":
        (asked,) = sandbox.sandbox.state.table("sandbox.authentication")
        sandbox.do(f"/authentications/{asked}", said="confirm")
    intent = provider.checkout(page.session).intent
    assert intent is not None
    return provider.payment(intent)


def refused(provider: StripeProvider, charge: SavedCardCharge) -> ProviderError:
    """Take an instalment that is refused, and return how."""
    with pytest.raises((Declined, ActionRequired)) as found:
        provider.charge_saved_card(charge, key=new_key())
    return found.value


def test_the_fee_is_unknown_at_first_and_told_once_it_is_booked(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    payment = paid(provider, sandbox)
    assert payment.fee is None
    assert payment.paid_at is not None
    assert now(sandbox) - payment.paid_at < timedelta(minutes=1)
    sandbox.pass_time(seconds=5)
    later = provider.payment(payment.intent)
    assert later.fee is not None
    assert later.fee.cents == 58
    assert later.fee.charged_at >= payment.paid_at
    assert timedelta(days=6) < later.fee.available_on - payment.paid_at < timedelta(days=8)


def test_a_payment_is_found_by_its_charge_too(provider: StripeProvider, sandbox: SandboxServer) -> None:
    payment = paid(provider, sandbox)
    assert charge_of(payment).startswith("ch_")
    assert provider.payment(charge_of(payment)) == payment


def test_a_charge_nobody_made_is_an_error_of_ours(provider: StripeProvider) -> None:
    with pytest.raises(ProviderMisuse):
        provider.payment("ch_none")


def test_an_instalment_is_taken_from_the_kept_card(provider: StripeProvider, sandbox: SandboxServer) -> None:
    first = paid(provider, sandbox, save_card=True)
    wanted = instalment(first)
    second = provider.charge_saved_card(wanted, key=new_key())
    assert (second.status, second.cents, second.reference) == (PaymentStatus.SUCCEEDED, 1500, wanted.reference)
    assert (second.customer, second.card) == (first.customer, first.card)
    assert second.charge != first.charge


def test_the_same_key_takes_an_instalment_once(provider: StripeProvider, sandbox: SandboxServer) -> None:
    wanted, key = instalment(paid(provider, sandbox, save_card=True)), new_key()
    once = provider.charge_saved_card(wanted, key=key)
    assert provider.charge_saved_card(wanted, key=key).charge == once.charge
    assert len(provider.find_payments(wanted.reference)) == 2


def test_a_card_refused_later_tells_code_advice_and_intent(provider: StripeProvider, sandbox: SandboxServer) -> None:
    wanted = instalment(kept(provider, sandbox, "fails later"))
    error = refused(provider, wanted)
    assert isinstance(error, Declined)
    assert error.values["status"] == "card_declined"
    assert error.values["cause"] == "generic_decline"
    assert error.values["action"] == "try_again_later"
    payment = provider.payment(str(error.values["detail"]))
    assert (payment.status, payment.charge, payment.paid_at) == (PaymentStatus.FAILED, None, None)
    assert payment.failure is not None
    assert (payment.failure.charge or "").startswith("ch_")
    assert payment.reference == wanted.reference


def test_a_bank_that_wants_its_customer_asks_for_an_action(provider: StripeProvider, sandbox: SandboxServer) -> None:
    wanted = instalment(kept(provider, sandbox, "always asks"))
    error = refused(provider, wanted)
    assert isinstance(error, ActionRequired)
    payment = provider.payment(str(error.values["detail"]))
    assert payment.status is PaymentStatus.FAILED
    assert payment.failure is not None
    assert payment.failure.code == "authentication_required"


def test_a_card_confirmed_once_pays_later_without_its_holder(provider: StripeProvider, sandbox: SandboxServer) -> None:
    second = provider.charge_saved_card(instalment(kept(provider, sandbox, "asks once")), key=new_key())
    assert second.status is PaymentStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("card", "failure"),
    [
        ("no money", Decline(code="card_declined", decline_code="insufficient_funds", advice="try_again_later")),
        ("declined", Decline(code="card_declined", decline_code="generic_decline", advice="try_again_later")),
        ("expired", Decline(code="expired_card", decline_code="expired_card", advice="confirm_card_data")),
        ("lost", Decline(code="card_declined", decline_code="lost_card", advice="do_not_try_again")),
        ("error", Decline(code="processing_error", decline_code="processing_error", advice="try_again_later")),
    ],
)
def test_a_card_refused_on_the_page_says_why_and_another_may_pay(
    provider: StripeProvider, sandbox: SandboxServer, card: str, failure: Decline
) -> None:
    page = provider.start_checkout(request_for(sandbox), key=new_key())
    assert pay(sandbox, page, card) == "Declined"
    intent = provider.checkout(page.session).intent
    assert intent is not None
    first = provider.payment(intent)
    assert first.status is PaymentStatus.FAILED
    assert first.failure is not None
    assert (first.failure.code, first.failure.decline_code, first.failure.advice) == (
        failure.code,
        failure.decline_code,
        failure.advice,
    )
    assert pay(sandbox, page) == "Paid"
    second = provider.payment(intent)
    assert (second.status, second.failure) == (PaymentStatus.SUCCEEDED, None)


def test_a_payment_whose_bank_asks_waits_for_the_family(provider: StripeProvider, sandbox: SandboxServer) -> None:
    page = provider.start_checkout(request_for(sandbox), key=new_key())
    pay(sandbox, page, "always asks")
    intent = provider.checkout(page.session).intent
    assert intent is not None
    assert provider.payment(intent).status is PaymentStatus.ACTION_REQUIRED


def test_the_payments_of_a_contribution_are_found_newest_first_and_no_others(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    first = kept(provider, sandbox, "good")
    assert first.reference is not None
    paid(provider, sandbox)
    sandbox.pass_time(seconds=60)
    second = provider.charge_saved_card(instalment(first), key=new_key())
    found = provider.find_payments(first.reference)
    assert [payment.intent for payment in found] == [second.intent, first.intent]
    assert found[1] == provider.payment(first.intent)


def test_several_tries_of_one_payment_are_one_payment(provider: StripeProvider, sandbox: SandboxServer) -> None:
    about = reference()
    page = provider.start_checkout(request_for(sandbox, about), key=new_key())
    for card in ("declined", "no money", "good"):
        pay(sandbox, page, card)
    (payment,) = provider.find_payments(about)
    assert payment.status is PaymentStatus.SUCCEEDED


def test_a_contribution_nobody_paid_has_no_payment(provider: StripeProvider, sandbox: SandboxServer) -> None:
    about = reference()
    provider.start_checkout(request_for(sandbox, about), key=new_key())
    assert provider.find_payments(about) == []


def test_who_kept_a_card_is_forgotten_and_no_instalment_is_taken_any_more(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    first = kept(provider, sandbox, "good")
    assert first.customer is not None
    provider.erase_customer(first.customer)
    provider.erase_customer(first.customer)  # one that is forgotten stays so
    assert sandbox.sandbox.state.table("customer") == {}
    assert (provider.payment(first.intent).customer, provider.payment(first.intent).cents) == (None, first.cents)
    with pytest.raises(ProviderMisuse):
        provider.charge_saved_card(instalment(first), key=new_key())
