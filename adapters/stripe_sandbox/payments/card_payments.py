"""A payment on the card page, confirmed with the bank where it asks."""

from __future__ import annotations

from typing import Literal

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.payments.cards import CardEntry, make_payment_method
from adapters.stripe_sandbox.payments.intents import (
    Verdict,
    authentication_failure,
    confirm,
    confirm_setup,
    fail_intent,
    fail_setup,
    new_intent,
    new_setup_intent,
)
from adapters.stripe_sandbox.payments.sessions import complete, customer_for
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

AUTHENTICATION = "sandbox.authentication"  # no object of the API


def pay(sandbox: Sandbox, session: Json, entry: CardEntry) -> tuple[Verdict, str | None]:
    """Try a card for an open session; where the bank asks, the second value is the authentication to answer.

    Raises:
        ApiError: the session is not open.
    """
    if session["status"] != "open":
        raise refuse("This Checkout Session is no longer open.")
    customer = customer_for(sandbox, session)
    method = make_payment_method(sandbox, entry)
    intent = _intent(sandbox, session, customer)
    _supersede(sandbox, session["id"])
    verdict = _try(sandbox, session, intent, method, authenticated=False)
    if verdict.status != "requires_action":
        return verdict, None
    question = {
        "id": sandbox.new_id("auth"),
        "object": AUTHENTICATION,
        "session": session["id"],
        "intent": intent["id"],
        "method": method["id"],
        "status": "pending",
    }
    return verdict, str(sandbox.add(question)["id"])


def answer(sandbox: Sandbox, question: Json, said: Literal["confirm", "refuse"]) -> Verdict:
    """Answer the bank's question: go on with the payment, or give the session back for another card.

    Raises:
        ApiError: it was answered before, or the session closed meanwhile.
    """
    session = sandbox.get("checkout.session", question["session"])
    if question["status"] != "pending" or session["status"] != "open":
        raise refuse("This authentication is no longer open.")
    intent, method = _intent(sandbox, session, None), sandbox.get("payment_method", question["method"])
    if said == "confirm":
        question["status"] = "confirmed"
        return _try(sandbox, session, intent, method, authenticated=True)
    question["status"] = "refused"
    code = f"{session['mode']}_intent_authentication_failure"
    (fail_intent if session["mode"] == "payment" else fail_setup)(sandbox, intent, authentication_failure(method, code))
    return Verdict("declined", code)


def _intent(sandbox: Sandbox, session: Json, customer: str | None) -> Json:
    """Return the intent of a session; Stripe makes it when the first card is tried."""
    kind = f"{session['mode']}_intent"
    if session[kind] is None:
        data = sandbox.state.hidden[session["id"]]["intent"] | {"customer": customer}
        made = (
            new_intent(sandbox, session["amount_total"], data)
            if kind == "payment_intent"
            else new_setup_intent(sandbox, str(customer), data)
        )
        session[kind] = made["id"]
    return sandbox.get(kind, session[kind])


def _try(sandbox: Sandbox, session: Json, intent: Json, method: Json, *, authenticated: bool) -> Verdict:
    act = confirm if session["mode"] == "payment" else confirm_setup
    verdict = act(sandbox, intent, method, authenticated=authenticated)
    if verdict.status == "succeeded":
        complete(sandbox, session, method["billing_details"]["name"])
    return verdict


def _supersede(sandbox: Sandbox, session_id: str) -> None:
    """Close the questions of cards tried before, so that one session is never paid twice."""
    for question in sandbox.state.table(AUTHENTICATION).values():
        if question["session"] == session_id and question["status"] == "pending":
            question["status"] = "superseded"
