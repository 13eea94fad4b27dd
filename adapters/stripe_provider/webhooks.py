"""Webhook events: whether one is Stripe's and recent, of which mode it is, and what it is about.

Snapshots come to the platform's and the coops' endpoints, thin notes to that of the accounts. Neither is believed:
the caller looks at the object again. So only their envelope is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
import stripe

from adapters.payments.errors import WebhookRefused
from adapters.payments.port import Endpoint
from adapters.payments.subjects import Subject, Told
from adapters.payments.values import LEDGER, WebhookEvent
from adapters.stripe_provider.event_types import subject_of
from adapters.stripe_provider.payouts import second
from adapters.stripe_provider.wire.connection import API_VERSION, StripeConnection
from adapters.stripe_provider.wire.reading import Named, Page, instant, iso_instant

_SIGNATURE: Final = "stripe-signature"
_TOLERANCE: Final = 300  # seconds, either way
_ACCOUNT: Final = "v2.core.account"
_INTENT: Final = "payment_intent"
_Name = Annotated[str, msgspec.Meta(min_length=1)]


class _Object(msgspec.Struct):
    """Of an object only what it is and what it belongs to; anything else there may be of another shape."""

    id: _Name | None = None
    object: str | None = None
    payment_intent: Any = None
    metadata: Any = None

    @property
    def payment(self) -> str | None:
        """The payment it belongs to, or is."""
        named = self.id if self.object == _INTENT else self.payment_intent
        return named if isinstance(named, str) and named else None

    @property
    def ledger(self) -> str | None:
        """Whose it is, by our own tag."""
        told = self.metadata.get(LEDGER) if isinstance(self.metadata, dict) else None
        return told if isinstance(told, str) else None


class _Data(msgspec.Struct):
    object: _Object


class _Snapshot(Named, tag_field="object", tag="event"):
    id: _Name
    type: str
    created: int
    livemode: bool
    data: _Data
    account: _Name | None = None
    api_version: str | None = None


class _Related(msgspec.Struct):
    type: str
    id: _Name | None = None


class _Thin(msgspec.Struct, tag_field="object", tag="v2.core.event"):
    id: _Name
    type: str
    created: str
    livemode: bool
    related_object: _Related | None = None
    context: _Name | None = None


class StripeWebhooks(StripeConnection):
    """Reads webhook events, those that come and those that Stripe keeps for thirty days."""

    def parse_webhook(self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str], now: datetime) -> WebhookEvent:
        """Check a webhook event's signature and age, and say what it is about and of which mode.

        Raises:
            WebhookRefused: it is not the provider's, too old or to come; ``cause`` says why.

        """
        signature = next((value for name, value in headers.items() if name.lower() == _SIGNATURE), "")
        if not any(_signed(body, signature, secret) for secret in self._settings.webhook_secrets.get(endpoint, ())):
            raise WebhookRefused(cause="signature")
        # The SDK takes any instant to come, and compares with the machine's clock: so the age is checked here.
        if abs(int(now.timestamp()) - _signed_at(signature)) > _TOLERANCE:
            raise WebhookRefused(cause="age")
        return _thin(body) if endpoint is Endpoint.ACCOUNTS else _snapshot(body)

    def webhook_events(self, account: str | None, since: datetime) -> Iterator[WebhookEvent]:
        """All snapshots of an account made since an instant, newest first: what a lost one is healed by.

        They come without a body to read, so without its version: Stripe lists bodies in the version of the account,
        whatever the endpoints have. The thin notes about a coop's account are not among them: a look at it tells more.
        """
        return (_listed(event, account) for event in self._events(account, since))

    def _events(self, account: str | None, since: datetime) -> Iterator[_Snapshot]:
        """Return the envelopes of an account's events; thousands may be listed every hour."""
        whose = {} if account is None else {"stripe_account": account}
        return self._all_of(Page[_Snapshot], "/v1/events", created={"gte": second(since)}, **whose)

    def supports(self, webhook_event: WebhookEvent) -> bool:
        """Tell whether a webhook event's body has the version we read; one that has no body has the right one."""
        return webhook_event.api_version in {None, API_VERSION}

    def subject_of(self, webhook_event: Told) -> Subject | None:
        """Return what a webhook event, new or kept, has us look at again; None for one that says nothing to us."""
        return subject_of(webhook_event)


def _signed(body: bytes, signature: str, secret: str) -> bool:
    """Tell whether a secret signed a body, whenever that was."""
    if not signature.isascii():
        return False  # the SDK's comparison fails on other letters
    try:
        return bool(stripe.WebhookSignature.verify_header(body, signature, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _signed_at(signature: str) -> int:
    """Return the second that a header with a good signature was signed in."""
    return next(int(value) for name, _, value in (part.partition("=") for part in signature.split(",")) if name == "t")


def _snapshot(body: bytes) -> WebhookEvent:
    try:
        event = msgspec.json.decode(body, type=_Snapshot)
    except msgspec.DecodeError:
        event = None
    if event is None:
        raise WebhookRefused(cause="shape")
    return WebhookEvent(
        event=event.id,
        kind=event.type,
        object_id=event.data.object.id,
        account=event.account,
        created_at=instant(event.created),
        api_version=event.api_version,
        live=event.livemode,
        payment=event.data.object.payment,
        ledger=event.data.object.ledger,
    )


def _thin(body: bytes) -> WebhookEvent:
    try:
        event = msgspec.json.decode(body, type=_Thin)
        created_at = iso_instant(event.created)
    except (msgspec.DecodeError, ValueError):
        event = None
    if event is None:
        raise WebhookRefused(cause="shape")
    about = event.related_object
    return WebhookEvent(
        event=event.id,
        kind=event.type,
        object_id=about.id if about else None,
        account=about.id if about and about.type == _ACCOUNT else event.context,
        created_at=created_at,
        api_version=None,
        live=event.livemode,
    )


def _listed(event: _Snapshot, account: str | None) -> WebhookEvent:
    return WebhookEvent(
        event=event.id,
        kind=event.type,
        object_id=event.data.object.id,
        account=account,
        created_at=instant(event.created),
        api_version=None,
        live=event.livemode,
        payment=event.data.object.payment,
        ledger=event.data.object.ledger,
    )
