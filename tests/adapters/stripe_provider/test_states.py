"""States the provider may invent are never guessed, and many threads may ask at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.payments.errors import ProviderMisuse, ProviderUnavailable
from adapters.payments.values import PayoutOrder
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import (
    COOP,
    PAYOUT,
    REFUND,
    certified,
    charge_of,
    funded,
    new_key,
    paid,
    request_for,
)

Look = Callable[[], object]


def some_payment(provider: StripeProvider, sandbox: SandboxServer) -> tuple[str, str, Look]:
    """Return a payment's kind, id and how to look at it."""
    intent = paid(provider, sandbox).intent
    return "payment_intent", intent, lambda: provider.payment(intent)


def some_page(provider: StripeProvider, sandbox: SandboxServer) -> tuple[str, str, Look]:
    """Return a page's kind, id and how to look at it."""
    page = provider.start_checkout(request_for(sandbox), key=new_key()).session
    return "checkout.session", page, lambda: provider.checkout(page)


def some_refund(provider: StripeProvider, sandbox: SandboxServer) -> tuple[str, str, Look]:
    """Return a refund's kind, id and how to look at it."""
    refund = provider.refund(charge_of(paid(provider, sandbox)), 100, str(REFUND), key=new_key()).refund
    return "refund", refund, lambda: provider.provider_refund(refund)


def some_dispute(provider: StripeProvider, sandbox: SandboxServer) -> tuple[str, str, Look]:
    """Return a dispute's kind, id and how to look at it."""
    dispute = str(sandbox.do(f"/charges/{charge_of(paid(provider, sandbox))}/dispute")["dispute"])
    return "dispute", dispute, lambda: provider.dispute(dispute)


def some_payout(provider: StripeProvider, sandbox: SandboxServer) -> tuple[str, str, Look]:
    """Return a payout's kind, id and how to look at it."""
    coop = funded(provider, sandbox)
    order = PayoutOrder(
        ledger="ad06",
        coop_id=COOP,
        payout_id=PAYOUT,
        account=coop.account,
        bank_account=coop.bank,
        cents=100,
        label="COOP 06",
    )
    payout = provider.create_payout(order, key=new_key()).payout
    return "payout", payout, lambda: provider.payout(payout, coop.account)


@pytest.mark.parametrize("make", [some_payment, some_page, some_refund, some_dispute, some_payout])
def test_a_state_that_nobody_knows_is_not_guessed(
    provider: StripeProvider,
    sandbox: SandboxServer,
    make: Callable[[StripeProvider, SandboxServer], tuple[str, str, Look]],
) -> None:
    kind, identifier, look = make(provider, sandbox)
    look()
    for state in ("invented_in_2027", None):
        sandbox.sandbox.state.table(kind)[identifier]["status"] = state
        with pytest.raises(ProviderMisuse):
            look()


def test_a_capability_in_a_state_that_nobody_knows_is_not_guessed(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    account = certified(provider, sandbox).account
    held = sandbox.sandbox.state.table("v2.core.account")[account]["configuration"]["recipient"]
    held["capabilities"]["stripe_balance"]["payouts"]["status"] = "invented"
    with pytest.raises(ProviderMisuse):
        provider.account(account)


def test_an_amount_in_another_currency_is_never_read_as_euros(provider: StripeProvider, sandbox: SandboxServer) -> None:
    payment = paid(provider, sandbox)
    sandbox.sandbox.state.table("payment_intent")[payment.intent]["currency"] = "chf"
    with pytest.raises(ProviderMisuse):
        provider.payment(payment.intent)


def test_a_payment_made_by_hand_has_no_reference(provider: StripeProvider, sandbox: SandboxServer) -> None:
    payment = paid(provider, sandbox)
    for metadata in ({}, {"coop_id": "somebody's"}):
        sandbox.sandbox.state.table("payment_intent")[payment.intent]["metadata"] = metadata
        assert provider.payment(payment.intent).reference is None


def test_many_threads_ask_at_once_and_each_hears_its_own_answer(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    payments = [paid(provider, sandbox) for _ in range(6)]
    wrong = ["pi_none"] * 6

    def look(intent: str) -> object:
        try:
            return provider.payment(intent)
        except ProviderMisuse as error:
            return error.values["status"]

    with ThreadPoolExecutor(8) as pool:
        asked = [one for pair in zip([payment.intent for payment in payments], wrong, strict=True) for one in pair]
        answers = list(pool.map(look, asked * 3))
    assert answers[0::2] == payments * 3
    assert set(map(str, answers[1::2])) == {"resource_missing"}


def test_a_provider_that_was_closed_asks_nothing_any_more(provider: StripeProvider) -> None:
    provider.close()
    with pytest.raises((RuntimeError, ProviderUnavailable)):
        provider.balance(None)
