"""What the tests of the adapter do again and again: settings, references, a paid contribution, a certified coop."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from adapters.payments.port import Endpoint
from adapters.payments.values import Checkout, CheckoutRequest, NewAccount, ProviderPayment, Reference, TransferRequest
from adapters.stripe_provider import StripeProvider, StripeSettings
from adapters.stripe_sandbox.testing import IBAN, KEY, SECRETS, SandboxServer
from tests.kit.stripe.sandbox_actions import CARDS

COOP: Final = UUID("00000000-0000-4000-8000-000000000001")
CAMPAIGN: Final = UUID("00000000-0000-4000-8000-000000000002")
REFUND: Final = UUID("00000000-0000-4000-8000-000000000003")
PAYOUT: Final = UUID("00000000-0000-4000-8000-000000000004")
THANKS: Final = "https://coop.example/merci?session={CHECKOUT_SESSION_ID}"
BACK: Final = "https://coop.example/campagne"
NEW_ACCOUNT: Final = NewAccount(ledger="ad06", coop_id=COOP, name="Coopérative Jules Ferry", email="coop@ecole.example")


class Coop(NamedTuple):
    """A certified account and the IBAN it is paid out to."""

    account: str
    bank: str


def settings_for(url: str, **more: Any) -> StripeSettings:  # noqa: ANN401 - the settings' own types
    """Return the settings that reach a sandbox."""
    secrets = {endpoint: (SECRETS[endpoint],) for endpoint in Endpoint}
    given: dict[str, Any] = {"api_key": KEY, "live": False, "base_url": url, "webhook_secrets": secrets}
    return StripeSettings(**given | more)


def new_key() -> str:
    """Return a fresh idempotency key."""
    return uuid.uuid4().hex


def reference(**more: Any) -> Reference:  # noqa: ANN401 - the reference's own types
    """Return the reference of a new contribution."""
    given: dict[str, Any] = {
        "ledger": "ad06",
        "coop_id": COOP,
        "campaign_id": CAMPAIGN,
        "contribution_id": uuid.uuid4(),
    }
    return Reference(**given | more)


def now(sandbox: SandboxServer) -> datetime:
    """Return the instant of the sandbox's clock."""
    return datetime.fromtimestamp(sandbox.sandbox.instant(), UTC)


def request_for(sandbox: SandboxServer, about: Reference | None = None, **more: Any) -> CheckoutRequest:  # noqa: ANN401 - same
    """Return the request of a page for 20 € and a tip of 2 €."""
    given: dict[str, Any] = {
        "reference": about or reference(),
        "cents": 2000,
        "tip_cents": 200,
        "label": "Participation volontaire",
        "coop_name": "Coopérative Jules Ferry",
        "success_url": THANKS,
        "cancel_url": BACK,
        "expires_at": now(sandbox) + timedelta(hours=1),
    }
    return CheckoutRequest(**given | more)


def pay(sandbox: SandboxServer, page: Checkout, card: str = "good") -> str:
    """Type a card on a page, and return the name of what came of it."""
    return str(sandbox.do(f"/checkout/{page.session}/card", number=CARDS[card])["outcome"])


def paid(
    provider: StripeProvider,
    sandbox: SandboxServer,
    about: Reference | None = None,
    card: str = "good",
    **more: Any,  # noqa: ANN401 - the request's own types
) -> ProviderPayment:
    """Pay a page with a card, and return the payment."""
    page = provider.start_checkout(request_for(sandbox, about, **more), key=new_key())
    assert pay(sandbox, page, card) == "Paid"
    intent = provider.checkout(page.session).intent
    assert intent is not None
    return provider.payment(intent)


def charge_of(payment: ProviderPayment) -> str:
    """Return the charge of a payment that succeeded."""
    assert payment.charge is not None
    return payment.charge


def new_account(provider: StripeProvider) -> str:
    """Open a coop's account."""
    return provider.create_account(NEW_ACCOUNT, key=new_key()).account


def certified(provider: StripeProvider, sandbox: SandboxServer) -> Coop:
    """Open a coop's account, give it its IBAN, and let it be certified."""
    account = new_account(provider)
    bank = provider.add_bank_account(account, IBAN, "COOP JULES FERRY", key=new_key())
    for action in ("give_document", "accept"):
        sandbox.do(f"/accounts/{account}/certification", action=action)
    return Coop(account, bank)


def funded(provider: StripeProvider, sandbox: SandboxServer) -> Coop:
    """Have a certified coop with 20 € that are available."""
    coop = certified(provider, sandbox)
    about = reference()
    payment = paid(provider, sandbox, about)
    moved = TransferRequest(reference=about, charge=charge_of(payment), account=coop.account, cents=2000)
    provider.transfer(moved, key=new_key())
    sandbox.pass_time(days=8)
    return coop
