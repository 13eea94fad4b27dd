"""What the provider sends to the three endpoints is taken there, and only there."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest

from adapters.payments.errors import WebhookRefused
from adapters.payments.port import Endpoint
from adapters.payments.values import WebhookEvent
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import ReceivedWebhooks, endpoints, listening, run_sandbox
from tests.adapters.stripe_provider.test_payouts import order
from tests.kit.stripe.provider_requests import Coop, funded, new_key, settings_for

KINDS = {
    Endpoint.PLATFORM: {"checkout.session.completed", "payment_intent.succeeded", "charge.updated", "transfer.created"},
    Endpoint.CONNECT: {"account.external_account.created", "payout.created"},
    Endpoint.ACCOUNTS: {"v2.core.account[configuration.recipient].capability_status_updated"},
}


def read(provider: StripeProvider, heard: ReceivedWebhooks, endpoint: Endpoint) -> list[WebhookEvent]:
    """Read what was heard as webhooks of an endpoint; the sandbox signs by the real clock."""
    return [
        provider.parse_webhook(endpoint, body, {"stripe-signature": signature}, datetime.now(UTC))
        for body, signature in zip(heard.bodies, heard.signatures, strict=True)
    ]


def heard_at(endpoint: Endpoint) -> tuple[StripeProvider, ReceivedWebhooks, Coop]:
    """Have a coop collect and be paid out, and return what an endpoint heard of it."""
    with listening() as (url, heard), run_sandbox(endpoints=endpoints(url, endpoint)) as sandbox:
        with contextlib.closing(StripeProvider(settings_for(sandbox.url))) as provider:
            coop = funded(provider, sandbox)
            provider.create_payout(order(coop), key=new_key())
        while sandbox.do("/deliveries")["waiting"]:
            pass
    return provider, heard, coop


@pytest.mark.parametrize("endpoint", list(Endpoint))
def test_every_delivery_is_taken_at_its_endpoint_and_refused_at_the_others(endpoint: Endpoint) -> None:
    provider, heard, coop = heard_at(endpoint)
    found = read(provider, heard, endpoint)
    assert {one.kind for one in found} >= KINDS[endpoint]
    assert {one.account for one in found} == {None if endpoint is Endpoint.PLATFORM else coop.account}
    assert all(provider.supports(one) and not one.live for one in found)
    for other in set(Endpoint) - {endpoint}:
        with pytest.raises(WebhookRefused):
            read(provider, heard, other)
