"""The scenario at Stripe itself, in test mode: no real money moves. See docs/recipes/stripe-live.md."""

from __future__ import annotations

import contextlib
import os

import pytest
import stripe

from adapters.stripe_provider import StripeProvider, StripeSettings
from tests.adapters.stripe_provider.scenario import Cards, run_scenario


def kept_cards(client: stripe.StripeClient) -> Cards:
    """Make a customer with Stripe's test cards: one that pays, one refused later, one whose bank always asks."""
    customer = client.v1.customers.create({"description": "Coopledger stripe_live"}).id
    good, refused, asking = (
        client.v1.payment_methods.attach(card, {"customer": customer}).id
        for card in ("pm_card_visa", "pm_card_chargeCustomerFail", "pm_card_authenticationRequired")
    )
    return Cards(customer, good, refused, asking)


@pytest.mark.stripe_live
def test_stripe_plays_the_scenario_that_the_sandbox_plays() -> None:
    key = os.environ.get("COOPLEDGER_STRIPE_TEST_KEY", "")
    assert key, "set COOPLEDGER_STRIPE_TEST_KEY to a key that begins with sk_test_ or rk_test_"
    settings = StripeSettings(api_key=key, live=False)  # refuses a live key
    cards = kept_cards(stripe.StripeClient(key))
    with contextlib.closing(StripeProvider(settings)) as provider:
        run_scenario(provider, cards)
