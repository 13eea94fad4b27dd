"""A key makes an operation happen once, whatever is lost on the way."""

from __future__ import annotations

import threading
from typing import Any

import httpx2
import pytest
import stripe

from adapters.stripe_sandbox.testing import KEY, SandboxServer, client_of
from tests.kit.stripe.sandbox_actions import certified, paid

_HEADERS = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "cus:1"}


def _customers(sandbox: SandboxServer) -> int:
    return len(sandbox.sandbox.state.table("customer"))


def _post(sandbox: SandboxServer, **form: str) -> httpx2.Response:
    return sandbox.control.post("/v1/customers", data=form, headers=_HEADERS)


def test_the_same_key_replays_the_first_answer(sandbox: SandboxServer) -> None:
    first, second = _post(sandbox, name="A"), _post(sandbox, name="A")
    assert second.text == first.text
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert _customers(sandbox) == 1


def test_the_same_key_with_other_parameters_is_refused(sandbox: SandboxServer) -> None:
    options: Any = {"idempotency_key": "cus:1"}
    sandbox.stripe.v1.customers.create({"name": "A"}, options)
    with pytest.raises(stripe.IdempotencyError) as refused:
        sandbox.stripe.v1.customers.create({"name": "B"}, options)
    assert refused.value.http_status == 400


def test_the_same_key_on_another_account_is_another_key(sandbox: SandboxServer) -> None:
    one, two = certified(sandbox), certified(sandbox)
    for account in (one, two):
        options: Any = {"idempotency_key": "settings", "stripe_account": account}
        sandbox.stripe.v1.balance_settings.update({"payments": {"debit_negative_balances": False}}, options)
    settings = [sandbox.sandbox.state.hidden[account]["settings"] for account in (one, two)]
    assert settings == [{"debit_negative_balances": False}] * 2


def test_a_refusal_is_replayed_too(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    options: Any = {"idempotency_key": "po:1", "stripe_account": account}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            sandbox.stripe.v1.payouts.create({"amount": 100, "currency": "eur"}, options)
        assert refused.value.code == "balance_insufficient"
    assert refused.value.headers is not None
    assert refused.value.headers["Idempotent-Replayed"] == "true"


def test_what_never_began_is_not_kept(sandbox: SandboxServer) -> None:
    assert _post(sandbox, nme="A").status_code == 400
    assert _post(sandbox, name="A").status_code == 200


def test_an_error_of_the_server_is_kept_once_the_operation_began(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="500_during", path="/v1/customers")
    assert [_post(sandbox, name="A").status_code for _ in range(2)] == [500, 500]
    assert _customers(sandbox) == 0


def test_a_key_in_use_is_a_conflict(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="slow", path="/v1/customers", seconds=0.4)
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(_post(sandbox, name="A").status_code))
    thread.start()
    while not sandbox.sandbox.state.replies:
        pass
    clash = _post(sandbox, name="A")
    assert (clash.status_code, clash.json()["error"]["code"]) == (409, "idempotency_key_in_use")
    thread.join()
    assert answers == [200]


def test_a_key_is_forgotten_after_a_day(sandbox: SandboxServer) -> None:
    _post(sandbox, name="A")
    sandbox.pass_time(days=1, seconds=60)
    assert _post(sandbox, name="B").status_code == 200
    assert _customers(sandbox) == 2


def test_a_key_has_at_most_255_characters(sandbox: SandboxServer) -> None:
    options: Any = {"idempotency_key": "k" * 256}
    with pytest.raises(stripe.IdempotencyError):
        sandbox.stripe.v1.customers.create({}, options)


def test_the_second_version_tries_a_failure_again(sandbox: SandboxServer) -> None:
    body = {"account": "acct_sbx_unknown", "use_case": {"type": "account_onboarding"}}
    first, second = (
        sandbox.control.post("/v2/core/account_links", json=body, headers={**_HEADERS, "Idempotency-Key": "link"})
        for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (404, 404)
    assert "Idempotent-Replayed" not in second.headers


@pytest.mark.parametrize("how", ["503", "drop"])
def test_a_lost_response_transfers_once(sandbox: SandboxServer, how: str) -> None:
    account, charge = certified(sandbox), paid(sandbox)
    sandbox.do("/failures", kind="lost_response", method="POST", path="/v1/transfers", how=how)
    params: Any = {"amount": 1500, "currency": "eur", "destination": account, "source_transaction": charge.id}
    transfer = sandbox.stripe.v1.transfers.create(params)
    assert transfer.amount == 1500
    assert len(sandbox.sandbox.state.table("transfer")) == 1


def test_a_timeout_leaves_the_outcome_unknown_and_the_work_done(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="timeout", path="/v1/customers", seconds=0.1)
    with pytest.raises(stripe.APIConnectionError):
        client_of(sandbox.url, max_network_retries=0).v1.customers.create({})
    assert _customers(sandbox) == 1


def test_an_error_before_anything_happened_is_tried_again_by_the_sdk(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="500_before", path="/v1/cust*")
    sandbox.stripe.v1.customers.create({})
    assert _customers(sandbox) == 1


def test_an_error_without_a_key_is_just_an_error(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="500_during", path="/v1/customers")
    headers = {"Authorization": f"Bearer {KEY}"}
    answers = [sandbox.control.post("/v1/customers", headers=headers).status_code for _ in range(2)]
    assert (answers, _customers(sandbox)) == ([500, 200], 1)


def test_too_many_requests_are_told_apart(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="429", method="GET", path="/v1/balance")
    with pytest.raises(stripe.RateLimitError):
        sandbox.stripe.v1.balance.retrieve()
    assert sandbox.stripe.v1.balance.retrieve().object == "balance"


def test_failures_can_be_listed_and_dropped(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="429", times=3)
    assert sandbox.control.get("/_sandbox/failures").json()["failures"][0]["times"] == 3
    assert sandbox.control.delete("/_sandbox/failures").json() == {"failures": []}
    assert sandbox.control.post("/_sandbox/failures", json={"kind": "fire"}).status_code == 400
