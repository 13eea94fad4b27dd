"""The endpoint of webhooks: what is authentic is kept at once, what is not is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from adapters.stripe_provider import API_VERSION
from adapters.stripe_sandbox.testing import SECRETS
from domain.errors import Conflict
from service.payments.checkout import lead_to_instalment
from tests.kit.live_server import LiveServer
from tests.kit.stripe.webhook_signature import sign
from tests.kit.waiting import wait_until


@pytest.fixture
def client(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A client that sends webhooks."""
    with httpx2.Client(base_url=live_server.url, timeout=10) as opened:
        yield opened


def event(name: str = "evt_test_1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """A webhook as the provider writes it."""
    return {
        "id": name,
        "object": "event",
        "api_version": API_VERSION,
        "created": int(time.time()),
        "livemode": False,
        "type": "charge.succeeded",
        "data": {"object": {"id": "ch_unknown", "object": "charge"}},
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        **more,
    }


def send(
    client: httpx2.Client, told: dict[str, Any], *, secret: str = SECRETS["platform"], at: int | None = None
) -> httpx2.Response:
    """Send a webhook, signed with a secret."""
    body = json.dumps(told)
    signature = sign(body, secret, int(time.time()) if at is None else at)
    return client.post("/provider/notifications/platform", content=body, headers={"Stripe-Signature": signature})


def test_an_authentic_notification_is_kept_once(client: httpx2.Client, live_server: LiveServer) -> None:
    before = sum(live_server.world.worker.inbox.count().values())
    assert send(client, event()).status_code == 204
    assert send(client, event()).status_code == 204
    assert sum(live_server.world.worker.inbox.count().values()) == before + 1


def test_a_notification_is_answered_in_well_under_a_second(client: httpx2.Client) -> None:
    send(client, event("evt_warm"))
    began = time.monotonic()
    for number in range(20):
        assert send(client, event(f"evt_{number}")).status_code == 204
    assert time.monotonic() - began < 20 * 0.5


@pytest.mark.parametrize("shift", [-301, 360, -86_400, 86_400])
def test_one_that_is_too_old_or_to_come_is_refused(client: httpx2.Client, shift: int) -> None:
    answer = send(client, event(), at=int(time.time()) + shift)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:coopledger:notification-refused")


def test_one_with_another_secret_or_without_sense_is_refused(client: httpx2.Client) -> None:
    assert send(client, event(), secret="whsec_other").status_code == 400  # noqa: S106 - a wrong one, on purpose
    plain = client.post("/provider/notifications/platform", content=b"{}")
    assert plain.status_code == 400
    assert client.post("/provider/notifications/nowhere", content=b"{}").status_code == 422


def test_a_changed_byte_is_noticed(client: httpx2.Client) -> None:
    body = json.dumps(event())
    signature = sign(body, SECRETS["platform"], int(time.time()))
    changed = body.replace("ch_unknown", "ch_unknowm")
    answer = client.post("/provider/notifications/platform", content=changed, headers={"Stripe-Signature": signature})
    assert answer.status_code == 400


def test_one_of_another_version_is_put_aside_for_an_operator(client: httpx2.Client, live_server: LiveServer) -> None:
    assert send(client, event("evt_old", api_version="2017-08-15")).status_code == 204
    assert live_server.world.worker.inbox.count().get("parked") == 1


def test_one_of_the_other_mode_is_kept_and_put_aside_for_an_operator(
    client: httpx2.Client, live_server: LiveServer
) -> None:
    assert send(client, event("evt_real", livemode=True)).status_code == 204
    assert live_server.world.worker.inbox.count().get("parked") == 1


def test_the_provider_is_heard_after_the_simulated_clock_was_moved(live_server: LiveServer) -> None:
    live_server.world.sandbox.pass_time(days=40)
    contribution_id = live_server.world.place()
    live_server.world.submit(live_server.world.page(contribution_id))
    wait_until(lambda: bool(live_server.world.contribution(contribution_id).payments))
    assert live_server.world.contribution(contribution_id).outstanding == 0


def test_the_holder_pays_an_instalment_that_the_kept_card_could_not(live_server: LiveServer) -> None:
    world = live_server.world
    contribution_id = world.place("CP A", "CE1", instalments=3, tip=0)
    world.submit(world.page(contribution_id), "fails later")
    wait_until(lambda: len(world.contribution(contribution_id).schedule) == 2)
    world.sandbox.pass_time(days=31)
    wait_until(lambda: world.contribution(contribution_id).refusals.get(2) == 1)
    page = lead_to_instalment(world.context, world.campaign_id, contribution_id, 2)
    assert lead_to_instalment(world.context, world.campaign_id, contribution_id, 2).session == page.session
    world.submit(page.session)
    wait_until(lambda: 2 not in world.contribution(contribution_id).schedule)
    with pytest.raises(Conflict):
        lead_to_instalment(world.context, world.campaign_id, contribution_id, 2)
    world.sandbox.pass_time(days=31)
    wait_until(lambda: world.contribution(contribution_id).outstanding == 0)
