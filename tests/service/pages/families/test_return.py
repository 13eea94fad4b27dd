"""A family that comes back from the payment page is told of its payment even where nothing else tells of it."""

from __future__ import annotations

import httpx2

from service.payments.checkout import RETURNED, lead_to_payment
from tests.kit.live_server import LiveServer
from tests.kit.stripe.sandbox_actions import CARDS
from tests.kit.waiting import wait_until


def test_a_payment_that_no_notification_tells_of_is_found_while_the_family_waits(live_server: LiveServer) -> None:
    world = live_server.world
    world.certify()
    world.sandbox.do("/chaos", max_delay=86_400, drop_rate=1.0)
    contribution_id = world.place("CP A")
    page = lead_to_payment(world.context, world.campaign_id, contribution_id)
    paid = world.sandbox.do(f"/checkout/{page.session}/card", number=CARDS["good"])
    assert paid["outcome"] == "Paid"
    with httpx2.Client(follow_redirects=True) as browser:
        assert browser.get(paid["return_url"]).is_success
    wait_until(lambda: "PaymentCaptured" in world.kinds(), seconds=30, pause=0.05)
    wait_until(lambda: "FundsTransferred" in world.kinds(), seconds=30, pause=0.05)


def test_who_comes_back_after_the_payment_was_told_of_costs_no_call(live_server: LiveServer) -> None:
    world = live_server.world
    world.certify()
    contribution_id = world.place("CP A")
    page = lead_to_payment(world.context, world.campaign_id, contribution_id)
    paid = world.sandbox.do(f"/checkout/{page.session}/card", number=CARDS["good"])
    wait_until(lambda: "FundsTransferred" in world.kinds(), seconds=30, pause=0.05)
    with httpx2.Client(follow_redirects=True) as browser:
        assert browser.get(paid["return_url"]).is_success
    wait_until(lambda: _done(live_server) == 1, seconds=30, pause=0.05)
    assert world.sandbox.sandbox.calls["GET /v1/charges"] == 0


def _done(live_server: LiveServer) -> int:
    with live_server.world.worker.outbox.pool.connection() as connection:
        row = connection.execute(
            "SELECT count(*) FROM work.tasks WHERE kind = %s AND state = 'done'", (RETURNED,)
        ).fetchone()
    return int(row[0]) if row else 0
