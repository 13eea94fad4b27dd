"""A family that comes back from the payment page is told of its payment even where nothing else tells of it."""

from __future__ import annotations

import httpx2
import pytest

from service.payments.checkout import RETURNED, lead_to_payment
from tests.kit.live_server import LiveServer
from tests.kit.service_world import ServiceWorld
from tests.kit.stripe.sandbox_actions import CARDS
from tests.kit.waiting import wait_until

_LISTED = "GET /v1/charges"


@pytest.fixture
def world(live_server: LiveServer) -> ServiceWorld:
    """The service on line, for families that pay by card."""
    opened = live_server.world
    if not opened.context.coop(opened.coop_id).certified:
        opened.certify()
    return opened


def pay(world: ServiceWorld) -> str:
    """Have a family pay; return the address that the payment page leads back to."""
    page = lead_to_payment(world.context, world.campaign_id, world.place("CP A"))
    paid = world.sandbox.do(f"/checkout/{page.session}/card", number=CARDS["good"])
    assert paid["outcome"] == "Paid"
    return str(paid["return_url"])


def come_back(address: str) -> None:
    """Follow the way back, as a browser does."""
    with httpx2.Client(follow_redirects=True) as browser:
        assert browser.get(address).is_success


def moved(world: ServiceWorld) -> int:
    """How many payments are at the coop."""
    return world.kinds().count("FundsTransferred")


def test_a_payment_that_no_notification_tells_of_is_found_while_the_family_waits(world: ServiceWorld) -> None:
    world.sandbox.do("/chaos", max_delay=86_400, drop_rate=1.0)
    before, listed = moved(world), world.sandbox.sandbox.calls[_LISTED]
    come_back(pay(world))
    wait_until(lambda: moved(world) == before + 1, seconds=30, pause=0.05)
    assert world.sandbox.sandbox.calls[_LISTED] == listed + 1


def test_who_comes_back_after_the_payment_was_told_of_costs_no_call(world: ServiceWorld) -> None:
    world.sandbox.do("/chaos")
    before, done, listed = moved(world), looked_for(world), world.sandbox.sandbox.calls[_LISTED]
    address = pay(world)
    wait_until(lambda: moved(world) == before + 1, seconds=30, pause=0.05)
    come_back(address)
    wait_until(lambda: looked_for(world) == done + 1, seconds=30, pause=0.05)
    assert world.sandbox.sandbox.calls[_LISTED] == listed


def looked_for(world: ServiceWorld) -> int:
    """How many looks for the payment of a family that came back are done."""
    with world.worker.outbox.pool.connection() as connection:
        query = "SELECT count(*) FROM work.tasks WHERE kind = %s AND state = 'done'"
        row = connection.execute(query, (RETURNED,)).fetchone()
    return int(row[0]) if row else 0
