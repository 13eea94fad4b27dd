"""What the platform makes good to a coop is its own money, and moves when there is some."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from domain.chart_of_accounts import Account
from domain.coop.closing import ApproveAdjustment
from tests.kit.service_world import PRICE, ServiceWorld

GOOD: dict[str, Any] = {"cents": 300, "approvers": ("a", "b"), "reason": "Erreur d’affichage"}


def test_an_approved_adjustment_reaches_the_coop_when_the_platform_has_the_money(town: ServiceWorld) -> None:
    town.certify()
    town.do(ApproveAdjustment, town.coop_id, adjustment_id=uuid4(), **GOOD)
    town.settle()
    assert "AdjustmentTransferred" not in town.kinds()
    town.pay("CP A", tip=900, card="instant")
    town.settle(days=1)
    assert town.kinds().count("AdjustmentTransferred") == 1
    assert town.balance(Account.PSP_COOP) == town.balance(Account.ONLINE) == PRICE + 300
    town.check_money()


def test_an_adjustment_for_a_coop_that_cannot_receive_waits_for_its_certification(town: ServiceWorld) -> None:
    town.pay("CP A", tip=900, card="instant")
    town.do(ApproveAdjustment, town.coop_id, adjustment_id=uuid4(), **GOOD)
    town.settle()
    assert "AdjustmentTransferred" not in town.kinds()
    town.certify()
    assert town.kinds().count("AdjustmentTransferred") == 1
    town.check_money()


def test_an_adjustment_whose_answer_was_lost_moves_once(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A", tip=900, card="instant")
    town.sandbox.do("/failures", kind="lost_response", method="POST", path="/v1/transfers", times=1)
    town.do(ApproveAdjustment, town.coop_id, adjustment_id=uuid4(), **GOOD)
    town.settle()
    town.settle(seconds=10)
    assert town.kinds().count("AdjustmentTransferred") == 1
    town.check_money()
