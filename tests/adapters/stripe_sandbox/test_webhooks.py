"""Events are told until they are heard: signed, late, twice, in disorder or not at first."""

from __future__ import annotations

import json
from typing import Any

import pytest
import stripe

from adapters.stripe_sandbox.events import delivery
from tests.kit.stripe.sandbox_actions import certified, paid
from tests.kit.stripe.sandbox_server import SECRETS, ReceivedWebhooks, SandboxServer, heard_from, listening, wait_until


def _quiet(served: SandboxServer) -> bool:
    return delivery.waiting(served.sandbox) == 0


def _told(served: SandboxServer, **chaos: object) -> tuple[list[str], ReceivedWebhooks]:
    """Pay five times under some chaos; return the ids of the events there are, and what was heard of them."""
    with heard_from(served, "platform") as heard:
        served.do("/chaos", **chaos)
        for _ in range(5):
            paid(served)
        served.pass_time(days=1)
        wait_until(lambda: _quiet(served))
        events = served.stripe.v1.events.list({"limit": 100}).auto_paging_iter()
        return [one.id for one in events][::-1], heard


def _ids(heard: ReceivedWebhooks) -> list[str]:
    return [event["id"] for event in heard.events()]


def test_every_event_is_told_once_in_order_where_there_is_no_chaos(served: SandboxServer) -> None:
    events, heard = _told(served)
    assert _ids(heard) == events


def test_a_delivery_is_an_event_signed_for_its_endpoint(served: SandboxServer) -> None:
    events, heard = _told(served)
    event = served.stripe.construct_event(heard.bodies[0], heard.signatures[0], SECRETS["platform"])
    assert event.id == events[0]
    assert event.api_version == stripe._api_version._ApiVersion.CURRENT
    assert event.livemode is False
    with pytest.raises(stripe.SignatureVerificationError):
        served.stripe.construct_event(heard.bodies[0], heard.signatures[0], "whsec_other")


def test_every_secret_of_a_rotation_signs(served: SandboxServer) -> None:
    with listening() as (url, heard):
        served.do("/endpoints", url=url, secrets=["whsec_old", "whsec_new"], kind="platform")
        paid(served)
        wait_until(lambda: _quiet(served) and bool(heard.bodies))
        for secret in ("whsec_old", "whsec_new"):
            assert served.stripe.construct_event(heard.bodies[0], heard.signatures[0], secret).object == "event"


def test_chaos_doubles_delays_and_shuffles_but_loses_nothing(served: SandboxServer) -> None:
    events, heard = _told(served, max_delay=30, duplicate_rate=0.5, shuffle=True, drop_rate=0.3)
    assert set(_ids(heard)) == set(events)
    assert len(heard.bodies) > len(events)
    assert list(dict.fromkeys(_ids(heard))) != events


def test_the_same_seed_makes_the_same_chaos(served: SandboxServer) -> None:
    waiting = []
    for _ in range(2):
        served.do("/reset")
        served.do("/endpoints", url="http://127.0.0.1:9/", secrets=["whsec_x"], kind="platform")
        served.do("/chaos", max_delay=3_000_000, duplicate_rate=0.5, drop_rate=0.3)
        made = [served.stripe.v1.customers.create({}).created for _ in range(10)]
        queue = sorted(served.sandbox.state.outbox["0"])
        waiting.append([(told["event"], told["lost"], round(at - told["first"], 3)) for at, _, told in queue])
        assert len(made) < len(queue)
    assert sorted(waiting[0]) == sorted(waiting[1])


def test_an_endpoint_that_fails_hears_again_later(served: SandboxServer) -> None:
    with heard_from(served, "platform") as heard:
        heard.answers.extend([500, 409, 302])
        served.stripe.v1.customers.create({})
        # Heard is not yet answered: time may move only once the next attempt is planned.
        wait_until(lambda: any(row[2]["attempt"] for rows in served.sandbox.state.outbox.values() for row in rows))
        assert len(heard.bodies) == 1
        served.pass_time(seconds=30)
        assert len(heard.bodies) == 3
        served.pass_time(days=1)
        assert len(heard.bodies) == 4
        assert len(set(heard.bodies)) == 1
        event = served.stripe.v1.events.retrieve(heard.events()[0]["id"])
        assert (event.pending_webhooks, heard.events()[0]["pending_webhooks"]) == (0, 1)


def test_an_endpoint_that_never_answers_is_given_up_after_three_days(served: SandboxServer) -> None:
    served.do("/endpoints", url="http://127.0.0.1:9/", secrets=["whsec_x"], kind="platform")
    served.stripe.v1.customers.create({})
    served.pass_time(days=2)
    assert not _quiet(served)
    served.pass_time(days=2)
    assert _quiet(served)
    assert served.stripe.v1.events.list().data[0].pending_webhooks == 1


def test_each_kind_of_endpoint_hears_its_own_events(served: SandboxServer) -> None:
    with heard_from(served, "platform") as platform, heard_from(served, "connect") as connect:
        account = certified(served)
        paid(served)
        served.pass_time(seconds=5)
        wait_until(lambda: _quiet(served))
        assert connect.types() == ["account.external_account.created"]
        assert {event["account"] for event in connect.events()} == {account}
        assert all("account" not in event for event in platform.events())


def test_an_endpoint_can_be_added_and_chaos_set_later(served: SandboxServer) -> None:
    with listening() as (url, heard):
        served.do("/endpoints", url=url, secrets=["whsec_x"], kind="platform")
        served.do("/chaos", max_delay=60)
        served.stripe.v1.customers.create({})
        assert served.do("/deliveries") == {"waiting": 1}
        served.pass_time(seconds=61)
        assert heard.types() == ["customer.created"]


def test_an_event_names_the_request_that_caused_it(served: SandboxServer) -> None:
    options: Any = {"idempotency_key": "cus:1"}
    served.stripe.v1.customers.create({}, options)
    paid(served)
    served.pass_time(seconds=5)
    events = {one.type: one for one in served.stripe.v1.events.list({"limit": 100}).data}
    asked: Any = events["customer.created"].request
    assert (asked.idempotency_key, asked.id[:8]) == ("cus:1", "req_sbx_")
    own: Any = events["charge.updated"].request
    assert (own.id, own.idempotency_key) == (None, None)


def test_the_fee_is_told_after_the_payment(served: SandboxServer) -> None:
    charge = paid(served)
    assert charge.balance_transaction is None
    served.pass_time(seconds=5)
    (first,) = served.stripe.v1.events.list({"type": "charge.succeeded"}).data
    (second,) = served.stripe.v1.events.list({"type": "charge.updated"}).data
    assert json.loads(str(first.data.object))["balance_transaction"] is None
    changed: Any = second.data
    assert changed.previous_attributes.to_dict() == {"balance_transaction": None}
    assert changed.object.balance_transaction.startswith("txn_sbx_")


def test_events_are_listed_for_thirty_days(served: SandboxServer) -> None:
    served.stripe.v1.customers.create({})
    (event,) = served.stripe.v1.events.list().data
    served.pass_time(days=29)
    assert served.stripe.v1.events.retrieve(event.id).type == "customer.created"
    served.pass_time(days=2)
    assert served.stripe.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        served.stripe.v1.events.retrieve(event.id)
