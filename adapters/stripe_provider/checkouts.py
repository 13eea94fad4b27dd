"""Payment pages: Checkout Sessions that Stripe hosts, so that no card ever passes through our servers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

from adapters.payments.errors import ProviderMisuse
from adapters.payments.values import Checkout, CheckoutRequest, CheckoutStatus, Reference
from adapters.stripe_provider.limits import LIMITS
from adapters.stripe_provider.wire.connection import StripeConnection
from adapters.stripe_provider.wire.reading import Link, Named, id_of, instant, known, path_of, tags

_SHORTEST: Final = timedelta(minutes=31)  # Stripe's half hour, and a minute for clocks that differ
_LONGEST: Final = timedelta(hours=24)
_STEP: Final = 600  # seconds; see `_closing`

_SESSIONS: Final = "/v1/checkout/sessions"
STRIPE_PAGES: Final = "https://checkout.stripe.com"
TIP: Final = "Pourboire facultatif à la plateforme"


class _Session(Named):
    expires_at: int
    status: str | None = None
    url: str | None = None
    payment_intent: Link = None
    metadata: dict[str, str] | None = None


def group(reference: Reference) -> str:
    """Return the name under which Stripe keeps the charges and transfers of a contribution together."""
    return f"contribution:{reference.contribution_id}"


class StripeCheckouts(StripeConnection):
    """Opens payment pages, looks at them and closes them."""

    @property
    def pages_origin(self) -> str:
        """Where payment pages are: at Stripe's, or at the sandbox's own address."""
        return _origin(self._settings.base_url or STRIPE_PAGES)

    def start_checkout(self, request: CheckoutRequest, *, key: str) -> Checkout:
        """Open a payment page; it closes within Stripe's limits, half an hour to a day from now."""
        wanted = _wanted(request, _closing(request.expires_at, self._clock()))
        return _checkout(self._make_one(_Session, _SESSIONS, dict(wanted), key))

    def checkout(self, session: str) -> Checkout:
        """Look at a payment page."""
        return _checkout(self._look_at(_Session, path_of(_SESSIONS, session)))

    def expire_checkout(self, session: str) -> Checkout:
        """Close a payment page, so that it takes no payment any more; one already closed is returned as it is."""
        try:
            return _checkout(self._make_one(_Session, path_of(_SESSIONS, session, "expire"), {}))
        except ProviderMisuse:
            # Asked first and looked at afterwards: the family may pay between a look and a request.
            found = self.checkout(session)
            if found.status is CheckoutStatus.OPEN:
                raise
            return found


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _closing(wanted: datetime, now: datetime) -> int:
    """Return the instant a page closes at, in seconds.

    The limits move with the clock. They go in steps of ten minutes, so that a request repeated with its key a moment
    later is still the same request: Stripe refuses a key that comes with another.
    """
    earliest = -(-int((now + _SHORTEST).timestamp()) // _STEP) * _STEP
    latest = int((now + _LONGEST).timestamp()) // _STEP * _STEP
    return min(max(int(wanted.timestamp()), earliest), latest)


def _wanted(request: CheckoutRequest, closing: int) -> SessionCreateParams:
    metadata = request.reference.metadata()
    wanted: SessionCreateParams = {
        "mode": "payment",
        "locale": "fr",
        "line_items": _lines(request),
        "payment_intent_data": {"metadata": metadata, "transfer_group": group(request.reference)},
        "metadata": metadata,
        "client_reference_id": str(request.reference.contribution_id),
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": closing,
    }
    if request.customer is not None:
        wanted["customer"] = request.customer
    elif request.email is not None:
        wanted["customer_email"] = request.email
    if request.save_card:
        wanted["payment_intent_data"]["setup_future_usage"] = "off_session"
        if request.customer is None:
            wanted["customer_creation"] = "always"
    return wanted


def _lines(request: CheckoutRequest) -> list[SessionCreateParamsLineItem]:
    lines = [_line(LIMITS.shown_label(f"{request.label} – {request.coop_name}"), request.cents)]
    if request.tip_cents:
        lines.append(_line(TIP, request.tip_cents))
    return lines


def _line(name: str, cents: int) -> SessionCreateParamsLineItem:
    return {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": cents, "product_data": {"name": name}}}


def _checkout(session: _Session) -> Checkout:
    return Checkout(
        session=session.id,
        status=known(CheckoutStatus, session.status),
        url=session.url,
        intent=id_of(session.payment_intent),
        reference=Reference.read(tags(session.metadata)),
        expires_at=instant(session.expires_at),
    )
