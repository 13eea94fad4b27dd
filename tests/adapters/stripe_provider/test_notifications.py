"""A webhook is taken only from the provider, recent, and for what it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import stripe

from adapters.payments.errors import WebhookRefused
from adapters.payments.port import Endpoint
from adapters.payments.values import WebhookEvent
from adapters.stripe_provider import API_VERSION, StripeProvider
from tests.kit.stripe.provider_requests import settings_for

NOW: Final = datetime(2026, 11, 23, 17, 30, 0, 900_000, tzinfo=UTC)
NEW: Final = "whsec_new"
OLD: Final = "whsec_old"
SECRETS: Final = {
    Endpoint.PLATFORM: (NEW, OLD),
    Endpoint.CONNECT: ("whsec_connect",),
    Endpoint.ACCOUNTS: ("whsec_accounts",),
}


@pytest.fixture
def reader() -> StripeProvider:
    """The adapter, with an address that nothing listens to: to read a webhook makes no call."""
    return StripeProvider(settings_for("http://127.0.0.1:9", webhook_secrets=SECRETS))


def snapshot(**more: object) -> bytes:
    """Return the body of a payment's success, as Stripe writes it."""
    event = {
        "id": "evt_1",
        "object": "event",
        "api_version": API_VERSION,
        "created": int(NOW.timestamp()) - 5,
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "amount": 2200}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "payment_intent.succeeded",
    }
    return json.dumps(event | more).encode()


def thin(**more: object) -> bytes:
    """Return the body of a note about an account."""
    event: dict[str, Any] = {
        "id": "evt_2",
        "object": "v2.core.event",
        "type": "v2.core.account[requirements].updated",
        "created": "2026-11-23T17:29:55.123Z",
        "livemode": False,
        "related_object": {"id": "acct_1", "type": "v2.core.account", "url": "/v2/core/accounts/acct_1"},
    }
    return json.dumps(event | more).encode()


def signed(body: bytes, by: str = NEW, *, at: datetime = NOW) -> dict[str, str]:
    """Return the headers of a body signed at an instant."""
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), by, int(at.timestamp()))
    return {"Content-Type": "application/json", "Stripe-Signature": header}


def read(reader: StripeProvider, body: bytes, endpoint: Endpoint = Endpoint.PLATFORM, **how: Any) -> WebhookEvent:  # noqa: ANN401 - of `signed`
    """Read a body that was signed with given values."""
    return reader.parse_webhook(endpoint, body, signed(body, **how), NOW)


def cause_of(
    reader: StripeProvider, body: bytes, headers: dict[str, str], endpoint: Endpoint = Endpoint.PLATFORM
) -> object:
    """Return why a webhook is refused."""
    with pytest.raises(WebhookRefused) as refused:
        reader.parse_webhook(endpoint, body, headers, NOW)
    return refused.value.values["cause"]


def test_a_good_notification_says_what_it_is_about_and_keeps_its_version(reader: StripeProvider) -> None:
    found = read(reader, snapshot())
    assert found == WebhookEvent(
        event="evt_1",
        kind="payment_intent.succeeded",
        object_id="pi_1",
        account=None,
        created_at=datetime(2026, 11, 23, 17, 29, 55, tzinfo=UTC),
        api_version=API_VERSION,
        live=False,
        payment="pi_1",
    )
    assert reader.supports(found)


def test_a_notification_of_a_coops_account_names_the_account(reader: StripeProvider) -> None:
    assert read(reader, snapshot(account="acct_9"), Endpoint.CONNECT, by="whsec_connect").account == "acct_9"


def test_a_thin_note_names_the_account_to_look_at(reader: StripeProvider) -> None:
    found = read(reader, thin(), Endpoint.ACCOUNTS, by="whsec_accounts")
    assert (found.object_id, found.account, found.api_version) == ("acct_1", "acct_1", None)
    assert found.created_at == datetime(2026, 11, 23, 17, 29, 55, 123_000, tzinfo=UTC)
    assert reader.supports(found)


def test_a_thin_note_about_a_person_names_the_account_of_its_context(reader: StripeProvider) -> None:
    person = {"id": "person_1", "type": "v2.core.account_person", "url": "/v2/core/accounts/acct_1/persons/person_1"}
    found = read(reader, thin(related_object=person, context="acct_1"), Endpoint.ACCOUNTS, by="whsec_accounts")
    assert (found.object_id, found.account) == ("person_1", "acct_1")


def test_an_object_without_an_id_has_none(reader: StripeProvider) -> None:
    body = snapshot(type="balance.available", data={"object": {"object": "balance"}})
    assert read(reader, body).object_id is None


def test_a_body_of_another_version_is_read_but_not_supported(reader: StripeProvider) -> None:
    found = read(reader, snapshot(api_version="2024-06-20"))
    assert found.api_version == "2024-06-20"
    assert not reader.supports(found)


def test_during_a_rotation_the_second_secret_is_good_too(reader: StripeProvider) -> None:
    assert read(reader, snapshot(), by=OLD).event == "evt_1"


def test_the_header_is_found_however_its_name_is_spelt(reader: StripeProvider) -> None:
    header = signed(snapshot())["Stripe-Signature"]
    for name in ("stripe-signature", "STRIPE-SIGNATURE"):
        assert reader.parse_webhook(Endpoint.PLATFORM, snapshot(), {name: header}, NOW).event == "evt_1"


def test_another_secret_is_refused(reader: StripeProvider) -> None:
    assert cause_of(reader, snapshot(), signed(snapshot(), "whsec_guess")) == "signature"


def test_the_secret_of_another_endpoint_is_refused(reader: StripeProvider) -> None:
    assert cause_of(reader, snapshot(), signed(snapshot(), "whsec_connect")) == "signature"


def test_a_body_changed_by_one_byte_is_refused(reader: StripeProvider) -> None:
    assert cause_of(reader, snapshot().replace(b"2200", b"2201"), signed(snapshot())) == "signature"


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=00", "t=,v1=", "t=x,v1=00", "t=1,v1=été", "t=" + "9" * 5000 + ",v1=00", ",,,", "t=1;v1=0"],
)
def test_a_header_that_makes_no_sense_is_refused(reader: StripeProvider, header: str) -> None:
    assert cause_of(reader, snapshot(), {"Stripe-Signature": header}) == "signature"


def test_a_body_that_is_no_text_is_refused(reader: StripeProvider) -> None:
    assert cause_of(reader, b"\xff\xfe", signed(snapshot())) == "signature"


def test_no_header_or_no_secret_is_refused(reader: StripeProvider) -> None:
    assert cause_of(reader, snapshot(), {}) == "signature"
    bare = StripeProvider(settings_for("http://127.0.0.1:9", webhook_secrets={Endpoint.PLATFORM: ("", " ")}))
    for secret in ("", " "):
        assert cause_of(bare, snapshot(), signed(snapshot(), secret)) == "signature"
    assert cause_of(bare, snapshot(), signed(snapshot()), Endpoint.CONNECT) == "signature"


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_either_way_are_forgiven(reader: StripeProvider, seconds: int) -> None:
    assert read(reader, snapshot(), at=NOW + timedelta(seconds=seconds)).event == "evt_1"


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
def test_older_than_five_minutes_or_to_come_is_refused(reader: StripeProvider, seconds: int) -> None:
    headers = signed(snapshot(), at=NOW + timedelta(seconds=seconds))
    assert cause_of(reader, snapshot(), headers) == "age"


def test_a_notification_says_of_which_mode_it_is(reader: StripeProvider) -> None:
    assert read(reader, snapshot(livemode=True)).live
    assert read(reader, thin(livemode=True), Endpoint.ACCOUNTS, by="whsec_accounts").live
    assert not reader.live


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"object": "event"}', snapshot(created="noon"), thin()])
def test_a_signed_body_of_another_shape_is_refused(reader: StripeProvider, body: bytes) -> None:
    assert cause_of(reader, body, signed(body)) == "shape"


@pytest.mark.parametrize("body", [b"{", snapshot(), thin(created="noon"), thin(created=5)])
def test_the_endpoint_of_the_accounts_takes_thin_notes_only(reader: StripeProvider, body: bytes) -> None:
    assert cause_of(reader, body, signed(body, "whsec_accounts"), Endpoint.ACCOUNTS) == "shape"
