"""The sandbox does what Stripe must do: the scenario that both are held to."""

from __future__ import annotations

from adapters.payments.values import ProviderPayment
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from tests.adapters.stripe_provider.scenario import Cards, run_scenario
from tests.kit.stripe.provider_requests import new_key, pay, request_for


def kept(provider: StripeProvider, sandbox: SandboxServer, card: str, customer: str | None = None) -> ProviderPayment:
    """Pay a page with a card that is kept."""
    page = provider.start_checkout(request_for(sandbox, save_card=True, customer=customer), key=new_key())
    assert pay(sandbox, page, card) == "Paid"
    return provider.payment(provider.checkout(page.session).intent or "")


def test_the_sandbox_plays_the_scenario_that_stripe_plays(provider: StripeProvider, sandbox: SandboxServer) -> None:
    good = kept(provider, sandbox, "good")
    refused, asking = (kept(provider, sandbox, card, good.customer) for card in ("fails later", "asks later"))
    run_scenario(
        provider,
        Cards(customer=good.customer or "", good=good.card or "", refused=refused.card or "", asking=asking.card or ""),
    )
