"""Events are sent until they are received: signed, late, twice, in disorder or not at first."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.events import delivery
from adapters.stripe_sandbox.testing import SECRETS, ReceivedWebhooks, SandboxServer, heard_from, listening
from tests.kit.stripe.sandbox_actions import certified, paid
from tests.kit.waiting import wait_until


def _quiet(sandbox: SandboxServer) -> bool:
    return delivery.waiting(sandbox.sandbox) == 0


def _told(sandbox: SandboxServer, **chaos: object) -> tuple[list[str], ReceivedWebhooks]:
    """Pay five times under some chaos; return the ids of the events there are, and what was heard of them."""
    with heard_from(sandbox, "platform") as heard:
        sandbox.do("/chaos", **chaos)
        for _ in range(5):
            paid(sandbox)
        sandbox.pass_time(days=1)
        wait_until(lambda: _quiet(sandbox))
        events = sandbox.stripe.v1.events.list({"limit": 100}).auto_paging_iter()
        return [one.id for one in events][::-1], heard


def _ids(heard: ReceivedWebhooks) -> list[str]:
    return [event["id"] for event in heard.events()]


def test_every_event_is_told_once_in_order_where_there_is_no_chaos(sandbox: SandboxServer) -> None:
    events, heard = _told(sandbox)
    assert _ids(heard) == events


def test_a_delivery_is_an_event_signed_for_its_endpoint(sandbox: SandboxServer) -> None:
    events, heard = _told(sandbox)
    event = sandbox.stripe.construct_event(heard.bodies[0], heard.signatures[0], SECRETS["platform"])
    assert event.id == events[0]
    assert event.api_version == stripe._api_version._ApiVersion.CURRENT
    assert event.livemode is False
    with pytest.raises(stripe.SignatureVerificationError):
        sandbox.stripe.construct_event(heard.bodies[0], heard.signatures[0], "whsec_other")


def test_every_secret_of_a_rotation_signs(sandbox: SandboxServer) -> None:
    with listening() as (url, heard):
        sandbox.do("/endpoints", url=url, secrets=["whsec_old", "whsec_new"], kind="platform")
        paid(sandbox)
        wait_until(lambda: _quiet(sandbox) and bool(heard.bodies))
        for secret in ("whsec_old", "whsec_new"):
            assert sandbox.stripe.construct_event(heard.bodies[0], heard.signatures[0], secret).object == "event"


def test_chaos_doubles_delays_and_shuffles_but_loses_nothing(sandbox: SandboxServer) -> None:
    events, heard = _told(sandbox, max_delay=30, duplicate_rate=0.5, shuffle=True, drop_rate=0.3)
    assert set(_ids(heard)) == set(events)
    assert len(heard.bodies) > len(events)
    assert list(dict.fromkeys(_ids(heard))) != events


def test_the_same_seed_makes_the_same_chaos(sandbox: SandboxServer) -> None:
    waiting = []
    for _ in range(2):
        sandbox.do("/reset")
        sandbox.do("/endpoints", url="http://127.0.0.1:9/", secrets=["whsec_x"], kind="platform")
        sandbox.do("/chaos", max_delay=3_000_000, duplicate_rate=0.5, drop_rate=0.3)
        made = [sandbox.stripe.v1.customers.create({}).created for _ in range(10)]
        queue = sorted(sandbox.sandbox.state.outbox["0"])
        waiting.append([(told["event"], told["lost"], round(at - told["first"], 3)) for at, _, told in queue])
        assert len(made) < len(queue)
    assert sorted(waiting[0]) == sorted(waiting[1])


def test_an_endpoint_that_fails_hears_again_later(sandbox: SandboxServer) -> None:
    with heard_from(sandbox, "platform") as heard:
        heard.answers.extend([500, 409, 302])
        sandbox.stripe.v1.customers.create({})
        # Heard is not yet answered: time may move only once the next attempt is planned.
        wait_until(lambda: any(row[2]["attempt"] for rows in sandbox.sandbox.state.outbox.values() for row in rows))
        assert len(heard.bodies) == 1
        sandbox.pass_time(seconds=30)
        assert len(heard.bodies) == 3
        sandbox.pass_time(days=1)
        assert len(heard.bodies) == 4
        assert len(set(heard.bodies)) == 1
        event = sandbox.stripe.v1.events.retrieve(heard.events()[0]["id"])
        assert (event.pending_webhooks, heard.events()[0]["pending_webhooks"]) == (0, 1)


def test_an_endpoint_that_never_answers_is_given_up_after_three_days(sandbox: SandboxServer) -> None:
    sandbox.do("/endpoints", url="http://127.0.0.1:9/", secrets=["whsec_x"], kind="platform")
    sandbox.stripe.v1.customers.create({})
    sandbox.pass_time(days=2)
    assert not _quiet(sandbox)
    sandbox.pass_time(days=2)
    assert _quiet(sandbox)
    assert sandbox.stripe.v1.events.list().data[0].pending_webhooks == 1


def test_each_kind_of_endpoint_hears_its_own_events(sandbox: SandboxServer) -> None:
    with heard_from(sandbox, "platform") as platform, heard_from(sandbox, "connect") as connect:
        account = certified(sandbox)
        paid(sandbox)
        sandbox.pass_time(seconds=5)
        wait_until(lambda: _quiet(sandbox))
        assert connect.types() == ["account.external_account.created"]
        assert {event["account"] for event in connect.events()} == {account}
        assert all("account" not in event for event in platform.events())


def test_an_endpoint_can_be_added_and_chaos_set_later(sandbox: SandboxServer) -> None:
    with listening() as (url, heard):
        sandbox.do("/endpoints", url=url, secrets=["whsec_x"], kind="platform")
        sandbox.do("/chaos", max_delay=60)
        sandbox.stripe.v1.customers.create({})
        assert sandbox.do("/deliveries") == {"waiting": 1}
        sandbox.pass_time(seconds=61)
        assert heard.types() == ["customer.created"]


def test_an_event_names_the_request_that_caused_it(sandbox: SandboxServer) -> None:
    options: Any = {"idempotency_key": "cus:1"}
    sandbox.stripe.v1.customers.create({}, options)
    paid(sandbox)
    sandbox.pass_time(seconds=5)
    events = {one.type: one for one in sandbox.stripe.v1.events.list({"limit": 100}).data}
    asked: Any = events["customer.created"].request
    assert (asked.idempotency_key, asked.id[:8]) == ("cus:1", "req_sbx_")
    own: Any = events["charge.updated"].request
    assert (own.id, own.idempotency_key) == (None, None)


def test_the_fee_is_told_after_the_payment(sandbox: SandboxServer) -> None:
    charge = paid(sandbox)
    assert charge.balance_transaction is None
    sandbox.pass_time(seconds=5)
    (first,) = sandbox.stripe.v1.events.list({"type": "charge.succeeded"}).data
    (second,) = sandbox.stripe.v1.events.list({"type": "charge.updated"}).data
    assert json.loads(str(first.data.object))["balance_transaction"] is None
    changed: Any = second.data
    assert changed.previous_attributes.to_dict() == {"balance_transaction": None}
    assert changed.object.balance_transaction.startswith("txn_sbx_")


def test_events_are_listed_for_thirty_days(sandbox: SandboxServer) -> None:
    sandbox.stripe.v1.customers.create({})
    (event,) = sandbox.stripe.v1.events.list().data
    sandbox.pass_time(days=29)
    assert sandbox.stripe.v1.events.retrieve(event.id).type == "customer.created"
    sandbox.pass_time(days=2)
    assert sandbox.stripe.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.stripe.v1.events.retrieve(event.id)
