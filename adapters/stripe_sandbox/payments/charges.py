"""Charges: a card is asked, the money comes some days later, and the fee is known a moment after the payment."""

from __future__ import annotations

from typing import Final

from adapters.stripe_sandbox.contract.sdk import exact, shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.funds.books import DAY, BalanceMovement, book
from adapters.stripe_sandbox.payments.cards import Behaviour, advice_of, behaviour_of, code_of
from adapters.stripe_sandbox.sandbox import Sandbox

_HELD: Final = {"lost_card", "stolen_card"}  # declines whose reason a payer is not told
MESSAGES: Final = {
    "authentication_required": "Your card was declined. This transaction requires authentication.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "insufficient_funds": "Your card has insufficient funds.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}


def message_of(decline: str) -> str:
    """Return Stripe's sentence for a decline code."""
    return MESSAGES.get(decline, "Your card was declined.")


def charge(sandbox: Sandbox, intent: Json, method: Json, *, authenticated: bool) -> Json:
    """Take the money of an intent; the balance transaction follows after ``fee_delay`` seconds."""
    behaviour = behaviour_of(sandbox, method["id"])
    made = _make(sandbox, intent, method, authenticated=authenticated)
    made |= {
        "amount_captured": intent["amount"],
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "outcome": _outcome("authorized", "approved_by_network", "Payment complete."),
    }
    days = 0 if behaviour.instant else sandbox.settings.availability_days
    sandbox.add(made, hidden={"available_on": sandbox.now() + days * DAY, "sent": 0})
    sandbox.plan("fee", sandbox.instant() + sandbox.settings.fee_delay, id=made["id"])
    emit(sandbox, "charge.succeeded", made)
    return made


def refuse_charge(sandbox: Sandbox, intent: Json, method: Json, decline: str) -> Json:
    """Record a charge that the bank declined."""
    made = _make(sandbox, intent, method, authenticated=False)
    told = "generic_decline" if decline in _HELD else decline
    made |= {
        "failure_code": code_of(decline),
        "failure_message": message_of(decline),
        "status": "failed",
        "outcome": _outcome("issuer_declined", "declined_by_network", message_of(told))
        | {"reason": decline, "advice_code": advice_of(decline)},
    }
    if decline == "authentication_required":
        made["outcome"]["advice_code"] = None
        made["failure_code"] = decline
    sandbox.add(made)
    emit(sandbox, "charge.failed", made)
    return made


def available_on(sandbox: Sandbox, charge_id: str) -> int:
    """Return the instant from which the money of a charge can be spent."""
    return int(sandbox.state.hidden[charge_id]["available_on"])


def book_fee(sandbox: Sandbox, due: Json) -> None:
    """Book a charge with Stripe's fee, half a cent up, and tell it; a disputed card disputes then."""
    made = sandbox.get("charge", due["id"])
    settings = sandbox.settings
    fee = (made["amount"] * settings.fee_basis_points + 5000) // 10_000 + settings.fee_fixed
    movement = BalanceMovement("charge", made["amount"], made["id"], fee, description=made["description"])
    made["balance_transaction"] = book(sandbox, "", movement, available_on(sandbox, made["id"]))["id"]
    emit(sandbox, "charge.updated", made, before={"balance_transaction": None})
    behaviour: Behaviour = behaviour_of(sandbox, made["payment_method"])
    if behaviour.disputed and not made["disputed"]:
        sandbox.plan("dispute", sandbox.instant() + 1, id=made["id"], reason="fraudulent")


def _make(sandbox: Sandbox, intent: Json, method: Json, *, authenticated: bool) -> Json:
    return shape(
        "Charge",
        id=sandbox.new_id("ch"),
        object="charge",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        billing_details=method["billing_details"],
        calculated_statement_descriptor=sandbox.settings.merchant.upper()[:22],
        captured=False,
        created=sandbox.now(),
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        livemode=False,
        metadata=dict(intent["metadata"]),
        paid=False,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={"card": _card_details(intent, method, authenticated=authenticated), "type": "card"},
        refunded=False,
        statement_descriptor_suffix=intent["statement_descriptor_suffix"],
        transfer_group=intent["transfer_group"],
    )


def _card_details(intent: Json, method: Json, *, authenticated: bool) -> Json:
    card = method["card"]
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
    secure = {"authentication_flow": "challenge", "result": "authenticated", "result_reason": None, "version": "2.2.0"}
    return {
        **{name: card[name] for name in kept},
        "amount_authorized": intent["amount"],
        "network": card["brand"],
        "three_d_secure": secure if authenticated else None,
    }


def _outcome(kind: str, network: str, message: str) -> Json:
    return exact(
        "Charge.Outcome",
        advice_code=None,
        network_advice_code=None,
        network_decline_code=None,
        network_status=network,
        reason=None,
        risk_level="normal",
        risk_score=12,
        seller_message=message,
        type=kind,
    )
