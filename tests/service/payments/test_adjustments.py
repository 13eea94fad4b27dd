"""What the platform makes good to a coop is its own money, and moves when there is some."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from domain.chart_of_accounts import Account
from domain.coop.by_hand.adjustments import ReverseAdjustment
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


def reverse(world: ServiceWorld, adjustment_id: UUID) -> None:
    """Have two people take an adjustment back."""
    who: dict[str, Any] = {"approvers": ("a", "b"), "reason": "made_twice"}
    world.do(ReverseAdjustment, world.coop_id, adjustment_id=adjustment_id, **who)


def approve(world: ServiceWorld) -> UUID:
    """Have two people approve an adjustment."""
    adjustment_id = uuid4()
    world.do(ApproveAdjustment, world.coop_id, adjustment_id=adjustment_id, **GOOD)
    return adjustment_id


def test_an_adjustment_that_is_reversed_comes_back_from_the_coops_account(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", tip=900, card="instant")
    adjustment_id = approve(world)
    world.settle(days=1)
    reverse(world, adjustment_id)
    world.sandbox.do("/failures", kind="lost_response", method="POST", path="/v1/transfers", times=1)
    world.settle()
    world.settle(seconds=10)
    assert world.kinds().count("AdjustmentTransferReversed") == 1
    assert world.balance(Account.PSP_COOP) == world.balance(Account.ONLINE) == PRICE
    assert world.balance(Account.GOODWILL) == 0
    world.check_money()


def test_an_adjustment_that_is_reversed_before_it_moved_never_moves(world: ServiceWorld) -> None:
    world.pay("CP A", tip=900, card="instant")
    reverse(world, approve(world))
    world.certify()
    world.settle(days=1)
    assert not {"AdjustmentTransferred", "AdjustmentTransferReversed"} & set(world.kinds())
    assert world.balance(Account.PSP_COOP) == world.balance(Account.ONLINE) == PRICE
    world.check_money()


def test_an_adjustment_that_had_moved_unheard_of_when_it_was_reversed_comes_back_too(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", tip=900, card="instant")
    adjustment_id = approve(world)
    world.sandbox.do("/failures", kind="lost_response", method="POST", path="/v1/transfers", times=3)
    world.worker.work_off()
    assert "AdjustmentTransferred" not in world.kinds()
    reverse(world, adjustment_id)
    world.settle(seconds=60)
    world.settle(seconds=60)
    assert world.kinds()[-2:] == ["AdjustmentTransferred", "AdjustmentTransferReversed"]
    assert world.balance(Account.PSP_COOP) == PRICE
    world.check_money()
