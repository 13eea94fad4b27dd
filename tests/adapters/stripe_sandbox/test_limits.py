"""A provider that is far away and lets itself be called so often: what Stripe answers, as the SDK reads it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.__main__ import read
from adapters.stripe_sandbox.api.limits import CallLimits
from adapters.stripe_sandbox.errors import ApiError
from adapters.stripe_sandbox.settings import SandboxSettings
from adapters.stripe_sandbox.testing import KEY, SandboxServer, client_of, run_sandbox
from tests.kit.stripe.sandbox_actions import certified

LIMIT = 5
LATENCY = 0.2


@pytest.fixture(scope="module")
def busy() -> Iterator[SandboxServer]:
    """A sandbox that takes few calls a second."""
    with run_sandbox(rate_limit=LIMIT) as running:
        yield running


def told_of(error: stripe.StripeError) -> tuple[dict[str, Any], Mapping[str, str]]:
    """What an answer says: the error of its body, and its headers."""
    body: Any = error.json_body
    return body["error"], error.headers or {}


def refused(client: stripe.StripeClient, call: Callable[[stripe.StripeClient], object]) -> stripe.RateLimitError:
    """Call until it is one too many, and return how it is told."""
    while True:
        try:
            call(client)
        except stripe.RateLimitError as error:
            return error


def test_one_call_too_many_is_answered_as_stripe_does_and_did_nothing(busy: SandboxServer) -> None:
    client = client_of(busy.url)
    before = len(busy.sandbox.state.table("customer"))
    made: list[object] = []
    error = refused(client, lambda asked: made.append(asked.v1.customers.create({})))
    assert len(busy.sandbox.state.table("customer")) == before + len(made)
    said, headers = told_of(error)
    assert (error.http_status, said["code"], said["type"]) == (429, "rate_limit", "invalid_request_error")
    assert (headers["Retry-After"], headers["Stripe-Rate-Limited-Reason"]) == ("1", "global-rate")
    assert "Stripe-Should-Retry" not in headers


def test_after_the_time_that_it_names_calls_are_taken_again(busy: SandboxServer) -> None:
    client = client_of(busy.url)
    _, headers = told_of(refused(client, lambda asked: asked.v1.balance.retrieve()))
    time.sleep(float(headers["Retry-After"]))
    assert [client.v1.balance.retrieve().object for _ in range(LIMIT)] == ["balance"] * LIMIT


def test_a_key_is_free_after_a_call_too_many(busy: SandboxServer) -> None:
    client, key = client_of(busy.url), {"idempotency_key": "too-many"}
    refused(client, lambda asked: asked.v1.balance.retrieve())
    with pytest.raises(stripe.RateLimitError):
        client.v1.customers.create({"name": "A"}, key)  # type: ignore[arg-type]
    time.sleep(1)
    assert client.v1.customers.create({"name": "B"}, key).name == "B"  # type: ignore[arg-type]


def test_each_account_has_its_own_calls(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    now = [100.0]
    limits = CallLimits(SandboxSettings(key=KEY, rate_limit=2), clock=lambda: now[0])
    for _ in range(2):
        limits.take("")
        limits.take(account)
    for one in ("", account):
        with pytest.raises(ApiError) as told:
            limits.take(one)
        assert told.value.status == 429
    now[0] += 0.5
    limits.take("")
    with pytest.raises(ApiError):
        limits.take("")


def test_a_bucket_never_holds_more_than_the_calls_of_one_second() -> None:
    now = [0.0]
    limits = CallLimits(SandboxSettings(key=KEY, rate_limit=3), clock=lambda: now[0])
    limits.take("")
    now[0] = 3_600.0
    for _ in range(3):
        limits.take("")
    with pytest.raises(ApiError):
        limits.take("")


def test_where_another_call_holds_the_object_the_sdk_tries_again(sandbox: SandboxServer) -> None:
    sandbox.do("/failures", kind="lock_timeout", path="/v1/customers")
    with pytest.raises(stripe.RateLimitError) as told:
        client_of(sandbox.url, max_network_retries=0).v1.customers.create({})
    said, headers = told_of(told.value)
    assert (told.value.http_status, said["code"], headers["Stripe-Should-Retry"]) == (429, "lock_timeout", "true")
    sandbox.do("/failures", kind="lock_timeout", path="/v1/customers")
    assert sandbox.stripe.v1.customers.create({}).object == "customer"


def test_every_call_takes_the_latency_and_the_control_api_none() -> None:
    with run_sandbox(latency=LATENCY) as far:
        begun = time.monotonic()
        far.stripe.v1.balance.retrieve()
        assert time.monotonic() - begun >= LATENCY
        params: Any = {"name": "A"}
        far.stripe.v1.customers.create(params)
        assert time.monotonic() - begun >= 2 * LATENCY


def test_the_command_line_says_how_far_and_how_often() -> None:
    settings, _ = read(["--key", KEY, "--latency", "0.3", "--rate-limit", "100"])
    assert (settings.latency, settings.rate_limit) == (0.3, 100)
    settings, _ = read(["--key", KEY])
    assert (settings.latency, settings.rate_limit) == (0, 0)
