"""Payment intents and setup intents: from a card to a charge, by way of the bank's confirmation where it asks."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from adapters.stripe_sandbox.contract.sdk import exact, shape
from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.events.emission import emit
from adapters.stripe_sandbox.metadata import merged
from adapters.stripe_sandbox.payments.cards import Behaviour, advice_of, behaviour_of, code_of, has_expired
from adapters.stripe_sandbox.payments.charges import charge, message_of, refuse_charge
from adapters.stripe_sandbox.sandbox import Sandbox

LEAST: Final = 50  # cents; Stripe's limits of a payment in euros
MOST: Final = 99_999_999


class Verdict(NamedTuple):
    """What became of an attempt; a declined one says Stripe's error code and decline code."""

    status: Literal["succeeded", "requires_action", "declined"]
    code: str | None = None
    decline: str | None = None


def new_intent(sandbox: Sandbox, amount: int, data: Json) -> Json:
    """Create a payment intent of some cents; ``data`` holds the optional fields of the API."""
    identifier = sandbox.new_id("pi")
    intent = shape(
        "PaymentIntent",
        id=identifier,
        object="payment_intent",
        amount=amount,
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        automatic_payment_methods={"allow_redirects": "always", "enabled": True},
        capture_method="automatic_async",
        client_secret=f"{identifier}_secret_{sandbox.new_id('s')}",
        confirmation_method="automatic",
        created=sandbox.now(),
        currency=data.get("currency", "eur"),
        customer=data.get("customer"),
        description=data.get("description"),
        livemode=False,
        metadata=merged({}, data.get("metadata")),
        payment_method=data.get("payment_method"),
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        receipt_email=data.get("receipt_email"),
        setup_future_usage=data.get("setup_future_usage"),
        statement_descriptor=data.get("statement_descriptor"),
        statement_descriptor_suffix=data.get("statement_descriptor_suffix"),
        status="requires_confirmation" if data.get("payment_method") else "requires_payment_method",
        transfer_group=data.get("transfer_group"),
    )
    sandbox.add(intent)
    emit(sandbox, "payment_intent.created", intent)
    return intent


def new_setup_intent(sandbox: Sandbox, customer: str, data: Json) -> Json:
    """Create the intent to keep a customer's card for later."""
    identifier = sandbox.new_id("seti")
    intent = shape(
        "SetupIntent",
        id=identifier,
        object="setup_intent",
        client_secret=f"{identifier}_secret_{sandbox.new_id('s')}",
        created=sandbox.now(),
        customer=customer,
        description=data.get("description"),
        livemode=False,
        metadata=merged({}, data.get("metadata")),
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        status="requires_payment_method",
        usage="off_session",
    )
    sandbox.add(intent)
    emit(sandbox, "setup_intent.created", intent)
    return intent


def asks(behaviour: Behaviour, *, set_up: bool, off_session: bool) -> bool:
    """Tell whether a bank wants its client to confirm."""
    if behaviour.asks == "off_session":
        return off_session
    return behaviour.asks == "always" or (behaviour.asks == "until_set_up" and not set_up)


def confirm(
    sandbox: Sandbox, intent: Json, method: Json, *, off_session: bool = False, authenticated: bool = False
) -> Verdict:
    """Try to pay an intent with a card."""
    behaviour, set_up = behaviour_of(sandbox, method["id"]), sandbox.state.hidden[method["id"]]["set_up"]
    intent["payment_method"], intent["last_payment_error"], intent["next_action"] = method["id"], None, None
    decline = behaviour.declines or (behaviour.declines_off_session if off_session else None)
    if has_expired(method, sandbox.now()):
        decline = "expired_card"
    if not authenticated and asks(behaviour, set_up=set_up, off_session=off_session):
        if not off_session:
            intent["status"] = "requires_action"
            intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
            emit(sandbox, "payment_intent.requires_action", intent)
            return Verdict("requires_action")
        decline = "authentication_required"
    if decline:
        return _declined(sandbox, intent, method, decline)
    made = charge(sandbox, intent, method, authenticated=authenticated)
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": made["id"]}
    if intent["setup_future_usage"] == "off_session":
        keep_card(sandbox, method, intent["customer"])
    emit(sandbox, "payment_intent.succeeded", intent)
    return Verdict("succeeded")


def confirm_setup(sandbox: Sandbox, intent: Json, method: Json, *, authenticated: bool = False) -> Verdict:
    """Try to keep a card for later."""
    behaviour = behaviour_of(sandbox, method["id"])
    intent["payment_method"], intent["last_setup_error"], intent["next_action"] = method["id"], None, None
    if behaviour.declines:
        error = _error(method, behaviour.declines)
        fail_setup(sandbox, intent, error)
        return Verdict("declined", error["code"], behaviour.declines)
    if not authenticated and asks(behaviour, set_up=False, off_session=False):
        intent["status"], intent["next_action"] = "requires_action", {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
        emit(sandbox, "setup_intent.requires_action", intent)
        return Verdict("requires_action")
    intent["status"] = "succeeded"
    keep_card(sandbox, method, intent["customer"])
    emit(sandbox, "setup_intent.succeeded", intent)
    return Verdict("succeeded")


def fail_intent(sandbox: Sandbox, intent: Json, error: Json) -> None:
    """Give an intent back for another card, with the reason."""
    intent |= {"status": "requires_payment_method", "last_payment_error": error, "next_action": None}
    intent["payment_method"] = None
    emit(sandbox, "payment_intent.payment_failed", intent)


def fail_setup(sandbox: Sandbox, intent: Json, error: Json) -> None:
    """Give a setup intent back for another card, with the reason."""
    intent |= {"status": "requires_payment_method", "last_setup_error": error, "next_action": None}
    intent["payment_method"] = None
    emit(sandbox, "setup_intent.setup_failed", intent)


def authentication_failure(method: Json, code: str) -> Json:
    """Return the error of a confirmation that was refused."""
    message = "The provided PaymentMethod has failed authentication."
    return exact("ErrorObject", code=code, message=message, payment_method=dict(method), type="card_error")


def keep_card(sandbox: Sandbox, method: Json, customer: str | None) -> None:
    """Attach a card to its customer, confirmed for payments to come."""
    sandbox.state.hidden[method["id"]]["set_up"] = True
    method["customer"] = customer
    emit(sandbox, "payment_method.attached", method)


def _declined(sandbox: Sandbox, intent: Json, method: Json, decline: str) -> Verdict:
    error = _error(method, decline)
    failed = refuse_charge(sandbox, intent, method, decline)
    intent["latest_charge"] = error["charge"] = failed["id"]
    fail_intent(sandbox, intent, error)
    return Verdict("declined", error["code"], decline)


def _error(method: Json, decline: str) -> Json:
    wants_bank = decline == "authentication_required"
    return exact(
        "ErrorObject",
        advice_code=None if wants_bank else advice_of(decline),
        code=decline if wants_bank else code_of(decline),
        decline_code=decline,
        message=message_of(decline),
        payment_method=dict(method),
        type="card_error",
    )
