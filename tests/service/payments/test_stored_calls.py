"""A task that finds a call it does not make stops there: nothing is asked of the provider, and the log says why."""

from __future__ import annotations

from uuid import uuid4

from adapters.jobs import PayoutCall
from domain.coop.closing import ApproveAdjustment
from tests.kit.service_world import PRICE, ServiceWorld

FOREIGN = PayoutCall(account="acct_1", bank_account="ba_1", cents=PRICE, label="COOP", key="po:1:0")
MAKES = {"align": "TransferCall or ReversalCall", "grant": "GrantCall"}


def test_a_call_of_another_kind_than_the_task_makes_is_told_and_nothing_moves(world: ServiceWorld) -> None:
    world.pay("CP A", card="instant")
    world.do(
        ApproveAdjustment, world.coop_id, adjustment_id=uuid4(), cents=3_00, approvers=("a", "b"), reason="goodwill"
    )
    world.settle()
    outbox = world.worker.outbox
    with outbox.pool.connection() as connection:
        kept = connection.execute(
            "SELECT task_id, kind FROM work.tasks WHERE kind = ANY(%s)", (list(MAKES),)
        ).fetchall()
    assert {kind for _, kind in kept} == MAKES.keys()
    for task_id, _ in kept:
        outbox.begin_call(task_id, FOREIGN, world.now())
    world.certify()
    with outbox.pool.connection() as connection:
        query = "SELECT kind, task_id, error, call ->> 'do' FROM work.tasks WHERE call IS NOT NULL ORDER BY kind"
        told = connection.execute(query).fetchall()
    assert [(kind, error, do) for kind, _, error, do in told] == [
        (kind, f"unexpected-call: task={task_id}, kind='PayoutCall', expected={MAKES[kind]!r}", "payout")
        for kind, task_id, _, _ in told
    ]
    assert len(told) == len(kept)
    assert not world.sandbox.sandbox.state.table("transfer")
