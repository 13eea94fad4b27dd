"""Cards, 3-D Secure, and payments without the payer."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.interactions import checkout
from adapters.stripe_sandbox.payments.cards import BEHAVIOURS, CardEntry, fault_of
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.sandbox_actions import CARDS, open_session, paid, submit

_DECLINES = {
    "no money": ("card_declined", "insufficient_funds", "try_again_later"),
    "declined": ("card_declined", "generic_decline", "try_again_later"),
    "expired": ("expired_card", "expired_card", "confirm_card_data"),
    "error": ("processing_error", "processing_error", "try_again_later"),
    "lost": ("card_declined", "lost_card", "do_not_try_again"),
}
_ENTRY = {"number": CARDS["good"], "month": "12", "year": "30", "cvc": "123", "name": "Camille Exemple"}
_NOW = 1_795_000_000  # November 2026


@pytest.mark.parametrize("card", _DECLINES)
def test_a_declined_card_leaves_the_session_open(sandbox: SandboxServer, card: str) -> None:
    code, decline, advice = _DECLINES[card]
    session = open_session(sandbox)
    outcome = submit(sandbox, session, card)
    assert outcome == {"outcome": "Declined", "code": code, "decline_code": decline, "field": None}
    found = sandbox.stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent: Any = found.payment_intent
    assert (found.status, intent.status) == ("open", "requires_payment_method")
    assert intent.latest_charge.outcome.advice_code == advice
    assert intent.last_payment_error.decline_code == decline
    assert submit(sandbox, session)["outcome"] == "Paid"


def test_one_session_is_paid_once(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    asked = submit(sandbox, session, "always asks")
    assert submit(sandbox, session)["outcome"] == "Paid"
    for path, body in (
        (f"/checkout/{session.id}/card", {}),
        (f"/authentications/{asked['authentication_id']}", {"said": "confirm"}),
    ):
        assert sandbox.control.post(f"/_sandbox{path}", json=body).status_code == 400
    assert len(sandbox.stripe.v1.charges.list().data) == 1


def test_the_address_of_the_way_back_names_the_session(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    assert submit(sandbox, session)["return_url"] == f"https://coop.example/merci?session={session.id}"


def test_a_confirmed_authentication_pays(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    question = submit(sandbox, session, "always asks")["authentication_id"]
    page = checkout.find_authentication(sandbox.sandbox, question)
    assert (page.cents, page.last4, page.status) == (2000, "3184", "pending")
    assert sandbox.do(f"/authentications/{question}", said="confirm")["outcome"] == "Paid"
    (charge,) = sandbox.stripe.v1.charges.list().data
    details: Any = charge.payment_method_details
    assert details.card.three_d_secure.result == "authenticated"


def test_a_refused_authentication_asks_for_another_card(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    question = submit(sandbox, session, "always asks")["authentication_id"]
    outcome = sandbox.do(f"/authentications/{question}", said="refuse")
    assert outcome["code"] == "payment_intent_authentication_failure"
    assert sandbox.stripe.v1.charges.list().data == []
    assert submit(sandbox, session)["outcome"] == "Paid"


def test_a_closed_tab_leaves_the_payment_pending(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    question = submit(sandbox, session, "always asks")["authentication_id"]
    assert sandbox.do(f"/authentications/{question}", said="close")["outcome"] == "LeftPending"
    found = sandbox.stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    intent: Any = found.payment_intent
    assert (found.status, intent.status) == ("open", "requires_action")
    assert checkout.find_checkout(sandbox.sandbox, session.id).waiting_for == question
    sandbox.pass_time(days=1, seconds=60)
    assert sandbox.stripe.v1.payment_intents.retrieve(intent.id).status == "canceled"
    assert checkout.find_authentication(sandbox.sandbox, question).status == "superseded"
    assert sandbox.control.post(f"/_sandbox/authentications/{question}", json={"said": "confirm"}).status_code == 400


def _saved(sandbox: SandboxServer, card: str, mode: str = "payment") -> tuple[str, str]:
    """Save a card in a session and return the customer and the payment method."""
    customer = sandbox.stripe.v1.customers.create({"email": "parent@example.org"}).id
    more: dict[str, Any] = {"customer": customer}
    if mode == "payment":
        more["payment_intent_data"] = {"setup_future_usage": "off_session"}
    else:
        more |= {"mode": "setup", "currency": "eur", "line_items": []}
    session = open_session(sandbox, **more)
    outcome = submit(sandbox, session, card)
    if outcome["outcome"] == "NeedsAuthentication":
        outcome = sandbox.do(f"/authentications/{outcome['authentication_id']}", said="confirm")
    assert outcome["outcome"] == "Paid"
    done = sandbox.stripe.v1.checkout.sessions.retrieve(session.id, {"expand": [f"{mode}_intent"]})
    intent: Any = getattr(done, f"{mode}_intent")
    return customer, intent.payment_method


def _charge_later(sandbox: SandboxServer, customer: str, method: str) -> stripe.PaymentIntent:
    params: Any = {
        "amount": 1500,
        "currency": "eur",
        "customer": customer,
        "payment_method": method,
        "off_session": True,
        "confirm": True,
        "transfer_group": "contribution:1",
        "metadata": {"plan": "1", "n": "2"},
    }
    return sandbox.stripe.v1.payment_intents.create(params)


@pytest.mark.parametrize("mode", ["payment", "setup"])
@pytest.mark.parametrize("card", ["good", "asks once"])
def test_a_saved_card_pays_without_its_holder(sandbox: SandboxServer, card: str, mode: str) -> None:
    customer, method = _saved(sandbox, card, mode)
    intent = _charge_later(sandbox, customer, method)
    assert (intent.status, intent.transfer_group) == ("succeeded", "contribution:1")
    kept = sandbox.stripe.v1.payment_methods.retrieve(method)
    assert kept.customer == customer


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("fails later", "card_declined", "generic_decline"),
        ("asks later", "authentication_required", "authentication_required"),
        ("always asks", "authentication_required", "authentication_required"),
    ],
)
def test_a_saved_card_may_fail_without_its_holder(sandbox: SandboxServer, card: str, code: str, decline: str) -> None:
    customer, method = _saved(sandbox, card)
    with pytest.raises(stripe.CardError) as declined:
        _charge_later(sandbox, customer, method)
    assert declined.value.code == code
    assert declined.value.error is not None
    assert declined.value.error.decline_code == decline
    intent: Any = declined.value.error.payment_intent
    assert sandbox.stripe.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"
    assert sandbox.stripe.v1.payment_intents.cancel(intent.id).status == "canceled"


def test_a_card_that_was_not_kept_is_charged_no_more(sandbox: SandboxServer) -> None:
    customer = sandbox.stripe.v1.customers.create({}).id
    charge = paid(sandbox, customer=customer)
    assert sandbox.stripe.v1.payment_methods.retrieve(str(charge.payment_method)).customer is None
    with pytest.raises(stripe.InvalidRequestError) as refused:
        _charge_later(sandbox, customer, str(charge.payment_method))
    assert refused.value.param == "payment_method"


def test_a_detached_card_is_charged_no_more(sandbox: SandboxServer) -> None:
    customer, method = _saved(sandbox, "good")
    assert sandbox.stripe.v1.payment_methods.detach(method).customer is None
    with pytest.raises(stripe.InvalidRequestError) as refused:
        _charge_later(sandbox, customer, method)
    assert refused.value.param == "payment_method"


def test_a_card_is_charged_for_its_own_customer_only(sandbox: SandboxServer) -> None:
    _, method = _saved(sandbox, "good")
    other = sandbox.stripe.v1.customers.create({}).id
    with pytest.raises(stripe.InvalidRequestError):
        _charge_later(sandbox, other, method)


def test_no_card_number_stays_anywhere(sandbox: SandboxServer) -> None:
    for card in ("good", "declined", "instant"):
        submit(sandbox, open_session(sandbox), card)
    text = repr(sandbox.sandbox.state)
    assert not any(number in text for number in BEHAVIOURS)


def test_a_card_with_money_at_once_is_available_at_once(sandbox: SandboxServer) -> None:
    paid(sandbox, 1000, "instant")
    sandbox.pass_time(seconds=5)
    balance = sandbox.stripe.v1.balance.retrieve()
    assert (balance.pending[0].amount, balance.available[0].amount) == (0, 960)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"number": " "}, "incomplete_number", "number"),
        ({"number": "4242 4242 4242 4241"}, "incorrect_number", "number"),
        ({"number": "٤٢٤٢424242424242"}, "incorrect_number", "number"),
        ({"month": "13"}, "invalid_expiry_month", "month"),
        ({"month": ""}, "invalid_expiry_month", "month"),
        ({"year": "2"}, "invalid_expiry_year", "year"),
        ({"month": "10", "year": "2026"}, "invalid_expiry_year_past", "year"),
        ({"cvc": "12"}, "invalid_cvc", "cvc"),
        ({"name": " "}, "incomplete_name", "name"),
    ],
)
def test_an_entry_with_a_fault_never_reaches_a_bank(change: dict[str, str], code: str, field: str) -> None:
    assert fault_of(CardEntry(**_ENTRY), _NOW) is None
    assert fault_of(CardEntry(**_ENTRY | change), _NOW) == (code, field)


def test_a_number_that_is_no_test_card_is_declined(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    outcome = sandbox.do(f"/checkout/{session.id}/card", number="4111 1111 1111 1111")
    assert outcome["decline_code"] == "test_mode_live_card"
