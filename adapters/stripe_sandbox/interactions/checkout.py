"""The card page and the bank's 3-D Secure page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.payments import card_payments
from adapters.stripe_sandbox.payments.cards import CardEntry, fault_of
from adapters.stripe_sandbox.payments.intents import Verdict
from adapters.stripe_sandbox.payments.sessions import return_address
from adapters.stripe_sandbox.sandbox import Sandbox


@dataclass(frozen=True)
class OrderLine:
    """A line of an order: its total in cents."""

    name: str
    quantity: int
    cents: int


@dataclass(frozen=True)
class CheckoutPage:
    """A Checkout Session to show; ``cents`` is the total (0 in mode setup, which only keeps a card).

    ``waiting_for`` is the authentication a bank still waits for, ``last_error`` the decline code of the last try.
    """

    session_id: str
    status: Literal["open", "complete", "expired"]
    mode: Literal["payment", "setup"]
    merchant: str
    lines: tuple[OrderLine, ...]
    cents: int
    email: str | None
    keeps_card: bool
    cancel_url: str | None
    return_url: str
    waiting_for: str | None
    last_error: str | None


@dataclass(frozen=True)
class Paid:
    """The card was accepted: go on to ``return_url``."""

    return_url: str


@dataclass(frozen=True)
class Declined:
    """The card was not accepted: Stripe's error code, the decline code where a bank said no, the field to correct.

    Codes of fields: ``incomplete_number``, ``incorrect_number``, ``invalid_expiry_month``, ``invalid_expiry_year``,
    ``invalid_expiry_year_past``, ``invalid_cvc``, ``incomplete_name``. Codes of banks: ``card_declined`` (with the
    decline codes ``generic_decline``, ``insufficient_funds``, ``lost_card``, ``stolen_card``,
    ``test_mode_live_card``), ``expired_card``, ``processing_error``, ``incorrect_cvc``; after a refused
    authentication ``payment_intent_authentication_failure`` or ``setup_intent_authentication_failure``.
    """

    code: str
    decline_code: str | None = None
    field: Literal["number", "month", "year", "cvc", "name"] | None = None


@dataclass(frozen=True)
class NeedsAuthentication:
    """The bank asks: go on to ``addresses.authentication_path(authentication_id)``."""

    authentication_id: str


@dataclass(frozen=True)
class LeftPending:
    """The tab was closed: nothing is decided, the card page shows it as ``waiting_for``."""

    session_id: str


@dataclass(frozen=True)
class AuthenticationPage:
    """What a bank shows before its client confirms; ``cents`` is 0 when a card is only kept.

    A ``superseded`` question needs no answer any more: another card was tried, or the session is over.
    """

    authentication_id: str
    session_id: str
    merchant: str
    cents: int
    last4: str
    status: Literal["pending", "confirmed", "refused", "superseded"]


def find_checkout(sandbox: Sandbox, session_id: str) -> CheckoutPage:
    """Return a Checkout Session to show."""
    sandbox.settle()
    session = sandbox.get("checkout.session", session_id)
    hidden = sandbox.state.hidden[session_id]
    kind = f"{session['mode']}_intent"
    intent = sandbox.state.table(kind).get(session[kind] or "", {})
    error = intent.get("last_payment_error") or intent.get("last_setup_error") or {}
    customer = sandbox.state.table("customer").get(session["customer"] or "", {})
    return CheckoutPage(
        session_id=session_id,
        status=session["status"],
        mode=session["mode"],
        merchant=sandbox.settings.merchant,
        lines=tuple(OrderLine(one["description"], one["quantity"], one["amount_total"]) for one in hidden["lines"]),
        cents=session["amount_total"] or 0,
        email=session["customer_email"] or customer.get("email"),
        keeps_card=session["mode"] == "setup" or bool(hidden["intent"].get("setup_future_usage")),
        cancel_url=session["cancel_url"],
        return_url=return_address(session),
        waiting_for=_question_of(sandbox, session_id),
        last_error=error.get("decline_code") or error.get("code"),
    )


def submit_card(sandbox: Sandbox, session_id: str, entry: CardEntry) -> Paid | Declined | NeedsAuthentication:
    """Pay an open session with what was typed (or keep the card, in mode setup)."""
    sandbox.settle()
    session = sandbox.get("checkout.session", session_id)
    fault = fault_of(entry, sandbox.now())
    if fault is not None:
        return Declined(fault.code, field=fault.field)
    verdict, question = card_payments.pay(sandbox, session, entry)
    return NeedsAuthentication(question) if question else _outcome(session, verdict)


def find_authentication(sandbox: Sandbox, authentication_id: str) -> AuthenticationPage:
    """Return what a bank asks."""
    sandbox.settle()
    question = sandbox.get(card_payments.AUTHENTICATION, authentication_id)
    session = sandbox.get("checkout.session", question["session"])
    return AuthenticationPage(
        authentication_id=authentication_id,
        session_id=session["id"],
        merchant=sandbox.settings.merchant,
        cents=session["amount_total"] or 0,
        last4=sandbox.get("payment_method", question["method"])["card"]["last4"],
        status="superseded" if question["status"] == "pending" and session["status"] != "open" else question["status"],
    )


def answer_authentication(
    sandbox: Sandbox, authentication_id: str, said: Literal["confirm", "refuse", "close"]
) -> Paid | Declined | LeftPending:
    """Answer a bank; ``close`` leaves everything as it is."""
    sandbox.settle()
    question = sandbox.get(card_payments.AUTHENTICATION, authentication_id)
    if said == "close":
        return LeftPending(question["session"])
    session = sandbox.get("checkout.session", question["session"])
    return _outcome(session, card_payments.answer(sandbox, question, said))


def _outcome(session: Json, verdict: Verdict) -> Paid | Declined:
    if verdict.status == "succeeded":
        return Paid(return_address(session))
    return Declined(verdict.code or "card_declined", verdict.decline)


def _question_of(sandbox: Sandbox, session_id: str) -> str | None:
    questions = sandbox.state.table(card_payments.AUTHENTICATION).values()
    waiting = [one["id"] for one in questions if one["session"] == session_id and one["status"] == "pending"]
    return waiting[-1] if waiting else None
