"""What Stripe does unasked, and what the sandbox does when it is asked something odd."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.testing import KEY, SandboxServer
from tests.kit.stripe.sandbox_actions import certified, funds, open_session, paid, transfer


def test_a_top_up_gives_the_platform_a_float_and_pays_what_waits(sandbox: SandboxServer) -> None:
    account, charge = certified(sandbox), paid(sandbox)
    transfer(sandbox, charge, account, 2000)
    sandbox.pass_time(days=8)
    refund = sandbox.stripe.v1.refunds.create({"charge": charge.id, "amount": 1000})
    assert refund.status == "pending"
    sandbox.do("/topups", cents=5000)
    assert sandbox.stripe.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert funds(sandbox) == (0, 5000 - 1000 - 55)
    assert sandbox.stripe.v1.events.list({"type": "topup.succeeded"}).data != []


def test_a_transaction_without_event_is_found_by_reading_them_all(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    before = len(sandbox.sandbox.state.table("event"))
    sandbox.do("/balance_transactions", type="stripe_fee", cents=-200, description="Connect (2026-11)")
    sandbox.do("/balance_transactions", type="adjustment", cents=5, account=account)
    (fee,) = sandbox.stripe.v1.balance_transactions.list({"type": "stripe_fee"}).data
    assert (fee.net, fee.source, fee.description) == (-200, None, "Connect (2026-11)")
    assert (funds(sandbox), funds(sandbox, account)) == ((0, -200), (0, 5))
    assert len(sandbox.sandbox.state.table("event")) == before
    for body in ({"type": "gift", "cents": 1}, {"type": "stripe_fee", "cents": 0}):
        assert sandbox.control.post("/_sandbox/balance_transactions", json=body).status_code == 400


def test_a_renewed_card_lives_longer(sandbox: SandboxServer) -> None:
    customer = sandbox.stripe.v1.customers.create({}).id
    data: Any = {"setup_future_usage": "off_session"}
    session = open_session(sandbox, customer=customer, payment_intent_data=data)
    year = str(sandbox.do("/clock")["now"][:4])
    sandbox.do(f"/checkout/{session.id}/card", year=year, month="12")
    (charge,) = sandbox.stripe.v1.charges.list().data
    params: Any = {"amount": 500, "currency": "eur", "customer": customer, "payment_method": charge.payment_method}
    later: Any = {**params, "off_session": True, "confirm": True}
    sandbox.pass_time(months=3)
    with pytest.raises(stripe.CardError) as declined:
        sandbox.stripe.v1.payment_intents.create(later)
    assert declined.value.code == "expired_card"
    sandbox.do(f"/payment_methods/{charge.payment_method}/renewal")
    assert sandbox.stripe.v1.payment_intents.create(later).status == "succeeded"
    assert sandbox.stripe.v1.events.list({"type": "payment_method.automatically_updated"}).data != []


def test_a_bank_may_warn_of_fraud(sandbox: SandboxServer) -> None:
    charge = paid(sandbox)
    sandbox.do(f"/charges/{charge.id}/warning")
    (event,) = sandbox.stripe.v1.events.list({"type": "radar.early_fraud_warning.created"}).data
    warning: Any = event.data.object
    assert (warning.charge, warning.actionable) == (charge.id, True)


def test_an_empty_value_removes_a_key_of_metadata(sandbox: SandboxServer) -> None:
    made = sandbox.stripe.v1.customers.create({"metadata": {"a": "1", "b": ""}})
    assert made.metadata is not None
    assert made.metadata.to_dict() == {"a": "1"}


def test_an_empty_text_is_no_value(sandbox: SandboxServer) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.refunds.create({"charge": ""})
    assert (refused.value.param, refused.value.code) == ("charge", "parameter_invalid_empty")


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"amount": 49, "currency": "eur"}, "amount"),
        ({"amount": 100_000_000, "currency": "eur"}, "amount"),
        ({"amount": 500, "currency": "usd"}, "currency"),
        ({"amount": 500, "currency": "eur", "customer": "cus_nobody"}, "customer"),
        ({"amount": 500, "currency": "eur", "payment_method": "pm_nobody"}, "payment_method"),
        ({"amount": 500, "currency": "eur", "off_session": True}, "off_session"),
        ({"amount": 500, "currency": "eur", "transfer_data": {"destination": "acct_1"}}, "transfer_data"),
        ({"amount": 500, "currency": "eur", "confirm": True}, None),
    ],
)
def test_an_intent_that_makes_no_sense_is_refused(sandbox: SandboxServer, params: Any, param: str | None) -> None:  # noqa: ANN401
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.payment_intents.create(params)
    assert refused.value.param == param
    assert sandbox.sandbox.state.table("payment_intent") == {}


def test_an_intent_without_a_card_waits_for_one_or_is_cancelled(sandbox: SandboxServer) -> None:
    intent = sandbox.stripe.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    assert intent.status == "requires_payment_method"
    cancelled = sandbox.stripe.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sandbox.stripe.v1.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_charges_on_other_models_are_refused(sandbox: SandboxServer) -> None:
    for data in ({"transfer_data": {"destination": "acct_1"}}, {"on_behalf_of": "acct_1"}):
        with pytest.raises(stripe.InvalidRequestError):
            open_session(sandbox, payment_intent_data=data)
    with pytest.raises(stripe.InvalidRequestError):
        open_session(sandbox, 49)


def test_a_fault_of_the_sandbox_is_an_answer_in_the_shape_of_the_api(
    sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    charge = paid(sandbox)
    del sandbox.sandbox.state.hidden[charge.id]  # a state that no request can make
    headers = {"Authorization": f"Bearer {KEY}"}
    with caplog.at_level(logging.CRITICAL + 1):
        answer = sandbox.control.post("/v1/refunds", headers=headers, data={"charge": charge.id})
    assert (answer.status_code, answer.json()["error"]["type"]) == (500, "api_error")


def test_any_event_the_sdk_knows_can_be_told_by_hand(sandbox: SandboxServer) -> None:
    charge, account = paid(sandbox), certified(sandbox)
    bank = sandbox.stripe.v1.accounts.external_accounts.list(account).data[0].id
    told = sandbox.do("/events", type="review.opened", object=charge.id)["event"]
    event: Any = sandbox.stripe.v1.events.retrieve(told)
    assert (event.type, event.data.object.id) == ("review.opened", charge.id)
    options: Any = {"stripe_account": account}
    told = sandbox.do("/events", type="account.external_account.updated", object=bank)["event"]
    assert sandbox.stripe.v1.events.retrieve(told, None, options).account == account
    for kind, thing in (("charge.exploded", charge.id), ("charge.updated", "ch_nobody"), ("charge.updated", told)):
        answer = sandbox.control.post("/_sandbox/events", json={"type": kind, "object": thing})
        assert answer.status_code in {400, 404}


def test_what_fails_on_its_own_is_logged_and_stops_nothing_else(
    sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL + 1):
        sandbox.sandbox.plan("fee", sandbox.sandbox.instant(), id="ch_nobody")
        paid(sandbox)
        sandbox.pass_time(seconds=5)
        assert funds(sandbox) == (1945, 0)
