"""Days in which no worker ran: what was told meanwhile is looked into, and nothing old is done once more."""

from __future__ import annotations

from uuid import UUID

import pytest

from adapters.jobs import TransferCall
from domain.chart_of_accounts import Account
from domain.events.contribution import FundsTransferred
from domain.reconciliation.breaks import BreakState
from service.reconciliation.reconciler import Reconciler
from tests.kit.service_world import MONDAY, PRICE, SLUG, ServiceWorld

DAYS = 5


def receive(world: ServiceWorld) -> None:
    """Have the web process keep every webhook that the provider sent until now; nobody looks into them."""
    for one in world.worker.provider.webhook_events(None, MONDAY):
        world.worker.keep("platform", one, None)


def transfer_of(world: ServiceWorld, contribution_id: UUID) -> str:
    """The only transfer of a contribution's payments at the provider."""
    tagged = world.sandbox.sandbox.state.table("transfer").values()
    (mine,) = (one["id"] for one in tagged if one["metadata"].get("contribution_id") == str(contribution_id))
    return str(mine)


def test_what_was_told_before_an_outage_and_is_named_after_it_is_recorded(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.place("CP A")
    session = world.page(contribution_id)
    assert world.submit(session) == "Paid"
    intent = world.sandbox.sandbox.state.table("checkout.session")[session]["payment_intent"]
    late = {"names": ["latest_charge"], "seconds": DAYS * 86_400 + 60}
    world.sandbox.do(f"/objects/{intent}/late", **late)
    receive(world)
    world.sandbox.pass_time(days=DAYS)
    world.worker.work_off()
    assert not world.contribution(contribution_id).payments
    assert world.worker.inbox.count().get("waiting")
    world.sandbox.pass_time(seconds=900)
    world.worker.work_off()
    assert len(world.contribution(contribution_id).payments) == 1
    world.settle()
    world.check_money()


def test_what_came_back_of_a_transfer_is_recorded_before_the_answer_of_the_transfer_was(world: ServiceWorld) -> None:
    contribution_id = world.pay("CP A", tip=0)
    world.sandbox.do("/chaos", late_rate=1, late_seconds=900)
    world.certify()
    transfer = transfer_of(world, contribution_id)
    assert "FundsTransferred" not in world.kinds()
    world.sandbox.stripe.v1.transfers.reversals.create(transfer, {"amount": 5_00})
    receive(world)
    world.sandbox.pass_time(days=DAYS)
    world.sandbox.do("/chaos")
    # The webhook comes first, and alone.
    world.worker.outbox.give_up_lane(SLUG, f"contribution:{contribution_id}", "the worker ended", world.now())
    world.worker.work_off()
    assert world.kinds().count("TransferReversed") == 1
    world.settle()
    assert world.kinds().count("FundsTransferred") == 2  # what was taken back elsewhere is the coop's, and goes there
    assert world.balance(Account.PSP_COOP) == PRICE
    world.check_money()


def test_a_call_of_long_ago_that_was_made_is_not_made_again(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", tip=0)
    (moved,) = (one for one in world.events() if isinstance(one, FundsTransferred))
    world.refund(contribution_id, PRICE)
    world.settle(days=1)
    (task_id,) = tasks_of(world, moved.payment_id)
    account = str(world.context.coop(world.coop_id).provider_account)
    key = f"tr:{moved.payment_id}:1"
    call = TransferCall(payment_id=moved.payment_id, account=account, cents=PRICE, beyond=False, key=key)
    outbox = world.worker.outbox
    outbox.begin_call(task_id, call, world.now())
    with outbox.pool.connection() as connection:
        connection.execute("UPDATE work.tasks SET state = 'waiting' WHERE task_id = %s", (task_id,))
    world.settle(days=DAYS)
    assert transfer_of(world, contribution_id) == moved.transfer_id
    assert world.kinds().count("FundsTransferred") == 1
    assert tasks_of(world, moved.payment_id) == [task_id]
    assert world.balance(Account.PSP_COOP) == 0
    world.check_money()


def tasks_of(world: ServiceWorld, payment_id: str) -> list[int]:
    """The tasks that bring a payment in line and that are done, without a call."""
    with world.worker.outbox.pool.connection() as connection:
        query = (
            "SELECT task_id FROM work.tasks WHERE kind = 'align' AND state = 'done' AND call IS NULL"
            " AND facts ->> 'payment_id' = %s ORDER BY task_id LIMIT 1"
        )
        return [row[0] for row in connection.execute(query, (payment_id,)).fetchall()]


@pytest.mark.parametrize("days", [3, DAYS])
def test_what_moved_before_an_outage_is_not_unexplained_after_it(world: ServiceWorld, days: int) -> None:
    world.certify()
    contribution_id = world.place("CP A")
    assert world.submit(world.page(contribution_id)) == "Paid"
    reconciler = Reconciler(world.worker)
    world.sandbox.pass_time(seconds=3_600)
    reconciler.run(world.now())
    world.sandbox.pass_time(days=days)
    reconciler.run(world.now())
    assert "PlatformMovementRecorded" not in world.kinds()
    world.settle(seconds=60)
    assert len(world.contribution(contribution_id).payments) == 1
    world.sandbox.pass_time(seconds=3_600)
    done = reconciler.run(world.now())
    assert done is not None
    assert [one.state for one in done.breaks] == [BreakState.RESOLVED]
    world.check_money()
