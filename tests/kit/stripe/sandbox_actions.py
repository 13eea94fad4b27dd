"""What the tests do again and again: open a session, pay it, open and certify an account."""

from __future__ import annotations

from typing import Any, Final

import stripe

from adapters.stripe_sandbox.testing import IBAN, SandboxServer

RETURN: Final = "https://coop.example/merci?session={CHECKOUT_SESSION_ID}"
CARDS: Final = {
    "good": "4242424242424242",
    "instant": "4000000000000077",
    "always asks": "4000002760003184",
    "asks once": "4000002500003155",
    "no money": "4000000000009995",
    "declined": "4000000000000002",
    "expired": "4000000000000069",
    "error": "4000000000000119",
    "fails later": "4000000000000341",
    "disputes": "4000000000000259",
    "asks later": "4000002500004005",
    "lost": "4000000000009987",
    "refund pends": "4000000000007726",
    "refund fails": "4000000000005126",
}


def open_session(sandbox: SandboxServer, cents: int = 2000, **more: Any) -> stripe.checkout.Session:  # noqa: ANN401 - SDK's
    """Open a Checkout Session for a contribution."""
    price = {"currency": "eur", "unit_amount": cents, "product_data": {"name": "Contribution"}}
    params: Any = {
        "mode": "payment",
        "success_url": RETURN,
        "line_items": [{"quantity": 1, "price_data": price}],
        **more,
    }
    return sandbox.stripe.v1.checkout.sessions.create(params)


def submit(sandbox: SandboxServer, session: stripe.checkout.Session, card: str = "good") -> dict[str, Any]:
    """Type a card on the page of a session."""
    return sandbox.do(f"/checkout/{session.id}/card", number=CARDS[card])


def paid(sandbox: SandboxServer, cents: int = 2000, card: str = "good", **more: Any) -> stripe.Charge:  # noqa: ANN401 - SDK's
    """Pay a session with a card that asks nothing, and return the charge."""
    session = open_session(sandbox, cents, **more)
    assert submit(sandbox, session, card)["outcome"] == "Paid"
    done = sandbox.stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert isinstance(done.payment_intent, stripe.PaymentIntent)
    charge = done.payment_intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    return charge


def new_account(sandbox: SandboxServer) -> str:
    """Open a connected account, not yet certified, and return its id."""
    params: Any = {
        "contact_email": "coop@ecole.example",
        "display_name": "Coop Jules Ferry",
        "dashboard": "express",
        "identity": {"country": "fr", "entity_type": "non_profit"},
        "configuration": {
            "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}},
        },
        "defaults": {
            "currency": "eur",
            "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
        },
    }
    return sandbox.stripe.v2.core.accounts.create(params).id


def certified(sandbox: SandboxServer, iban: str = IBAN) -> str:
    """Open and certify a connected account with a bank account."""
    account = new_account(sandbox)
    sandbox.do(f"/accounts/{account}/bank_account", iban=iban, holder="COOP JULES FERRY")
    sandbox.do(f"/accounts/{account}/certification", action="give_document")
    sandbox.do(f"/accounts/{account}/certification", action="accept")
    return account


def transfer(sandbox: SandboxServer, charge: stripe.Charge, account: str, cents: int) -> stripe.Transfer:
    """Move cents of a charge to an account."""
    params: Any = {"amount": cents, "currency": "eur", "destination": account, "source_transaction": charge.id}
    return sandbox.stripe.v1.transfers.create(params)


def funds(sandbox: SandboxServer, account: str = "") -> tuple[int, int]:
    """Return the pending and the available cents of an account as the API tells them."""
    options: Any = {"stripe_account": account} if account else {}
    balance = sandbox.stripe.v1.balance.retrieve(None, options)
    return balance.pending[0].amount, balance.available[0].amount
