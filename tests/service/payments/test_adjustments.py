"""What the platform makes good to a coop is its own money, and moves when there is some."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from domain.chart_of_accounts import Account
from domain.coop.closing import ApproveAdjustment
from tests.kit.service_world import PRICE, ServiceWorld

GOOD: dict[str, Any] = {"cents": 300, "approvers": ("a", "b"), "reason": "platform_mistake"}


def test_an_approved_adjustment_reaches_the_coop_when_the_platform_has_the_money(world: ServiceWorld) -> None:
    world.certify()
    world.do(ApproveAdjustment, world.coop_id, adjustment_id=uuid4(), **GOOD)
    world.settle()
    assert "AdjustmentTransferred" not in world.kinds()
    world.pay("CP A", tip=900, card="instant")
    world.settle(days=1)
    assert world.kinds().count("AdjustmentTransferred") == 1
    assert world.balance(Account.PSP_COOP) == world.balance(Account.ONLINE) == PRICE + 300
    world.check_money()


def test_an_adjustment_for_a_coop_that_cannot_receive_waits_for_its_certification(world: ServiceWorld) -> None:
    world.pay("CP A", tip=900, card="instant")
    world.do(ApproveAdjustment, world.coop_id, adjustment_id=uuid4(), **GOOD)
    world.settle()
    assert "AdjustmentTransferred" not in world.kinds()
    world.certify()
    assert world.kinds().count("AdjustmentTransferred") == 1
    world.check_money()


def test_an_adjustment_whose_answer_was_lost_moves_once(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", tip=900, card="instant")
    world.sandbox.do("/failures", kind="lost_response", method="POST", path="/v1/transfers", times=1)
    world.do(ApproveAdjustment, world.coop_id, adjustment_id=uuid4(), **GOOD)
    world.settle()
    world.settle(seconds=10)
    assert world.kinds().count("AdjustmentTransferred") == 1
    world.check_money()
