"""A payment page: what the family sees, what travels with the payment, and when the page closes."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.payments.errors import ProviderMisuse
from adapters.payments.values import CheckoutStatus, PaymentStatus
from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import (
    BACK,
    charge_of,
    new_key,
    now,
    paid,
    pay,
    reference,
    request_for,
    settings_for,
)


def session_of(sandbox: SandboxServer, session: str) -> Any:  # noqa: ANN401 - the SDK's object
    """Return a session as the provider keeps it, with its lines."""
    return sandbox.stripe.v1.checkout.sessions.retrieve(session, {"expand": ["line_items"]})


def test_an_open_page_says_where_to_pay_and_for_which_contribution(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    wanted = request_for(sandbox)
    page = provider.start_checkout(wanted, key=new_key())
    assert (page.status, page.intent, page.reference) == (CheckoutStatus.OPEN, None, wanted.reference)
    assert page.url is not None
    assert page.url.startswith(sandbox.url)
    assert provider.checkout(page.session) == page


def test_the_page_shows_the_contribution_and_the_tip_as_two_lines_in_french(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    page = provider.start_checkout(request_for(sandbox), key=new_key())
    session = session_of(sandbox, page.session)
    assert [(line.description, line.amount_total) for line in session.line_items.data] == [
        ("Participation volontaire – Coopérative Jules Ferry", 2000),
        ("Pourboire facultatif à la plateforme", 200),
    ]
    assert (session.locale, session.mode, session.cancel_url) == ("fr", "payment", BACK)
    assert session.client_reference_id == str(page.reference.contribution_id if page.reference else None)


def test_without_a_tip_there_is_one_line(provider: StripeProvider, sandbox: SandboxServer) -> None:
    page = provider.start_checkout(request_for(sandbox, tip_cents=0), key=new_key())
    assert [line.amount_total for line in session_of(sandbox, page.session).line_items.data] == [2000]


def test_a_paid_page_leads_to_its_payment(provider: StripeProvider, sandbox: SandboxServer) -> None:
    wanted = request_for(sandbox)
    page = provider.start_checkout(wanted, key=new_key())
    assert pay(sandbox, page) == "Paid"
    done = provider.checkout(page.session)
    assert (done.status, done.url) == (CheckoutStatus.COMPLETE, None)
    assert done.intent is not None
    payment = provider.payment(done.intent)
    assert (payment.status, payment.cents, payment.reference) == (PaymentStatus.SUCCEEDED, 2200, wanted.reference)


def test_metadata_and_group_travel_from_the_page_to_the_charge(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    about = reference(instalment=2, attempt=3)
    charge = sandbox.stripe.v1.charges.retrieve(charge_of(paid(provider, sandbox, about)))
    assert charge.metadata.to_dict() == about.metadata()
    assert charge.transfer_group == f"contribution:{about.contribution_id}"


def test_a_card_is_kept_only_when_the_family_agreed_to_instalments(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    once = paid(provider, sandbox)
    assert (once.customer, once.card) == (None, None)
    kept = paid(provider, sandbox, save_card=True, email="parent@example.org")
    assert kept.customer is not None
    assert kept.card is not None


def test_a_family_the_provider_knows_pays_as_the_same_customer(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    first = paid(provider, sandbox, save_card=True)
    again = paid(provider, sandbox, save_card=True, customer=first.customer, email="parent@example.org")
    assert again.customer == first.customer
    assert again.card != first.card


def test_the_email_is_filled_in_on_the_page(provider: StripeProvider, sandbox: SandboxServer) -> None:
    page = provider.start_checkout(request_for(sandbox, email="parent@example.org"), key=new_key())
    assert session_of(sandbox, page.session).customer_email == "parent@example.org"


@pytest.mark.parametrize(
    ("hours", "least", "most"),
    [
        (-1.0, timedelta(minutes=30), timedelta(minutes=45)),
        (0.5, timedelta(minutes=30), timedelta(minutes=45)),
        (2.0, timedelta(hours=2, seconds=-2), timedelta(hours=2)),
        (24.0, timedelta(hours=23, minutes=45), timedelta(hours=24)),
        (72.0, timedelta(hours=23, minutes=45), timedelta(hours=24)),
    ],
)
def test_a_page_closes_within_half_an_hour_and_a_day(
    provider: StripeProvider, sandbox: SandboxServer, hours: float, least: timedelta, most: timedelta
) -> None:
    wanted = request_for(sandbox, expires_at=now(sandbox) + timedelta(hours=hours))
    page = provider.start_checkout(wanted, key=new_key())
    assert least <= page.expires_at - now(sandbox) <= most


def test_the_same_key_opens_one_page_even_where_its_end_was_moved(sandbox: SandboxServer) -> None:
    instants = iter([datetime(2030, 1, 1, 12, 0, second, tzinfo=UTC) for second in (1, 40)])
    sandbox.do("/clock", instant="2030-01-01T12:00:00Z")
    wanted, key = request_for(sandbox, expires_at=now(sandbox) + timedelta(minutes=30)), new_key()
    with contextlib.closing(StripeProvider(settings_for(sandbox.url), clock=lambda: next(instants))) as provider:
        first = provider.start_checkout(wanted, key=key)
        assert provider.start_checkout(wanted, key=key) == first


def test_a_key_that_comes_with_another_request_is_an_error_of_ours(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    key = new_key()
    provider.start_checkout(request_for(sandbox), key=key)
    with pytest.raises(ProviderMisuse) as refused:
        provider.start_checkout(request_for(sandbox), key=key)
    assert refused.value.values["kind"] == "IdempotencyError"


def test_a_closed_page_takes_no_payment_and_stays_closed(provider: StripeProvider, sandbox: SandboxServer) -> None:
    page = provider.start_checkout(request_for(sandbox), key=new_key())
    closed = provider.expire_checkout(page.session)
    assert (closed.status, closed.url) == (CheckoutStatus.EXPIRED, None)
    assert provider.expire_checkout(page.session) == closed


def test_closing_a_page_that_was_just_paid_tells_that_it_is_complete(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    page = provider.start_checkout(request_for(sandbox), key=new_key())
    pay(sandbox, page)
    assert provider.expire_checkout(page.session).status is CheckoutStatus.COMPLETE


def test_a_page_closes_by_itself(provider: StripeProvider, sandbox: SandboxServer) -> None:
    page = provider.start_checkout(request_for(sandbox), key=new_key())
    sandbox.pass_time(days=1)
    assert provider.checkout(page.session).status is CheckoutStatus.EXPIRED
