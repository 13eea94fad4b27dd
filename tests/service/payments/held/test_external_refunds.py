"""Refunds made in the provider's dashboard: followed to their end as our own are, in whatever order they are heard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.calendar import paris_date
from domain.campaign.by_hand.refunds import PayRefundOutOfBand, RepayFailedRefund
from domain.campaign.contribution import RefundStatus
from domain.campaign.held.explained import ClearContributionSuspense, SettleReturnedRefund
from domain.campaign.refunds import AllocateExternalRefund, LineAmount
from domain.chart_of_accounts import Account
from domain.errors import Conflict
from domain.events.refund import ExternalRefundFound
from tests.kit.service_world import PRICE, TIP, ServiceWorld

WHOLE = PRICE + TIP
TWO: dict[str, Any] = {"account": "goodwill", "approvers": ("actor-1", "actor-2"), "reason": "goodwill"}


def charge_of(world: ServiceWorld, contribution_id: UUID) -> str:
    """The provider's name of the only payment of a contribution."""
    (charge,) = world.contribution(contribution_id).payments
    return charge


def dashboard_refund(world: ServiceWorld, contribution_id: UUID, cents: int) -> str:
    """Refund a payment in the provider's dashboard, without a word to the ledger."""
    params: Any = {"charge": charge_of(world, contribution_id), "amount": cents}
    return world.sandbox.stripe.v1.refunds.create(params).id


def comes_back(world: ServiceWorld, refund: str) -> None:
    """Let a refund come back from its card."""
    world.sandbox.do(f"/refunds/{refund}/failure")


def found(world: ServiceWorld) -> list[ExternalRefundFound]:
    """The refunds made at the provider that the log knows."""
    return [event for event in world.events() if isinstance(event, ExternalRefundFound)]


def owed(world: ServiceWorld) -> int:
    """What the coop owes families of refunds that came back, in cents."""
    return -world.balance(Account.DUE_TO_FAMILIES)


@pytest.mark.parametrize("heard", ["apart", "together"])
def test_a_dashboard_refund_that_comes_back_is_owed_to_the_family_and_repaid_by_the_same_command(
    world: ServiceWorld, heard: str
) -> None:
    world.certify()
    contribution_id = world.pay("CP A")
    refund = dashboard_refund(world, contribution_id, WHOLE)
    if heard == "apart":
        world.settle(seconds=3)
        world.sandbox.pass_time(days=3)
    comes_back(world, refund)
    world.settle(seconds=3)
    world.settle(seconds=3)
    assert (owed(world), world.balance(Account.SUSPENSE)) == (WHOLE, 0)
    assert world.balance(Account.PSP_COOP) == WHOLE
    assert [line.held for line in world.contribution(contribution_id).lines.values()] == [0]
    world.check_money()
    (refund_id,) = (one.refund_id for one in found(world))
    world.do(RepayFailedRefund, refund_id=refund_id, means="cheque", paid_on=paris_date(world.now()))
    world.settle(seconds=3)
    assert (owed(world), world.balance(Account.BANK)) == (0, -WHOLE)
    assert world.contribution(contribution_id).refunds[refund_id].status is RefundStatus.REPAID
    world.check_money()


@pytest.mark.parametrize("allocated", ["before", "after"])
def test_a_part_refunded_in_the_dashboard_that_comes_back_is_owed_whenever_it_is_allocated(
    world: ServiceWorld, allocated: str
) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    refund = dashboard_refund(world, contribution_id, 5_00)
    world.settle(seconds=3)
    (refund_id,) = (one.refund_id for one in found(world))
    by_line = (LineAmount(line=2, cents=5_00),)
    say: dict[str, Any] = {"refund_id": refund_id, "tip_cents": 0, "by_line": by_line}
    if allocated == "before":
        world.do(AllocateExternalRefund, **say)
        world.settle(seconds=3)
    comes_back(world, refund)
    world.settle(seconds=3)
    assert owed(world) == 5_00
    world.check_money()
    if allocated == "after":
        assert world.balance(Account.PSP_COOP) == 2 * PRICE
        world.do(AllocateExternalRefund, **say)
        world.settle(seconds=3)
    assert world.balance(Account.SUSPENSE) == 0
    assert world.balance(Account.PSP_COOP) == 2 * PRICE
    assert [line.held for line in world.contribution(contribution_id).lines.values()] == [PRICE, PRICE - 5_00]
    world.check_money()


def test_a_refund_that_came_back_and_should_not_have_been_made_settles_itself(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    refund = dashboard_refund(world, contribution_id, 5_00)
    world.settle(seconds=3)
    comes_back(world, refund)
    world.settle(seconds=3)
    (refund_id,) = (one.refund_id for one in found(world))
    world.do(SettleReturnedRefund, refund_id=refund_id, made_id=refund_id)
    world.settle(seconds=3)
    assert (owed(world), world.balance(Account.SUSPENSE)) == (0, 0)
    assert world.balance(Account.PSP_COOP) == 2 * PRICE
    assert [line.held for line in world.contribution(contribution_id).lines.values()] == [PRICE, PRICE]
    world.check_money()


def test_a_refund_that_came_back_and_is_made_again_in_the_dashboard_settles_what_was_owed(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="refund fails")
    world.refund(contribution_id, PRICE, TIP)
    world.settle(seconds=3)
    world.settle(days=2)
    assert owed(world) == WHOLE
    again = dashboard_refund(world, contribution_id, WHOLE)
    world.settle(seconds=3)
    assert (owed(world), world.balance(Account.SUSPENSE), world.balance(Account.PSP_COOP)) == (0, 0, 0)
    world.check_money()
    comes_back(world, again)
    world.settle(seconds=3)
    assert (owed(world), world.balance(Account.SUSPENSE)) == (WHOLE, 0)
    world.check_money()


def test_several_refunds_made_in_the_dashboard_that_take_all_together_need_nobody(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    dashboard_refund(world, contribution_id, PRICE)
    world.settle(seconds=3)
    assert world.balance(Account.SUSPENSE) == PRICE
    dashboard_refund(world, contribution_id, PRICE + TIP)
    world.settle(seconds=3)
    assert (world.balance(Account.SUSPENSE), world.balance(Account.PSP_COOP)) == (0, 0)
    world.check_money()


def test_a_dashboard_refund_that_the_coop_had_already_paid_itself_is_borne_by_two_people_s_word(
    world: ServiceWorld,
) -> None:
    world.certify()
    contribution_id = world.pay("CP A", tip=0)
    world.settle(days=8)
    world.payout(PRICE)
    world.settle(days=5)
    paid: dict[str, Any] = {"means": "cheque", "paid_on": paris_date(world.now()), "reason": "child_left"}
    refund_id = UUID(int=5)
    world.do(PayRefundOutOfBand, refund_id=refund_id, contribution_id=contribution_id, cents=PRICE, **paid)
    refund = dashboard_refund(world, contribution_id, PRICE)
    world.pay("CP A")
    world.settle(days=9)
    assert world.balance(Account.SUSPENSE) == PRICE
    ((external_id, waiting),) = world.contribution(contribution_id).external.items()
    assert waiting.left == PRICE
    about: dict[str, Any] = {
        "contribution_id": contribution_id,
        "payment_id": charge_of(world, contribution_id),
        "refund_id": external_id,
    }
    with pytest.raises(Conflict):
        world.do(ClearContributionSuspense, cents=PRICE, **about, **TWO)
    world.do(ClearContributionSuspense, cents=-PRICE, **about, **TWO)
    assert (world.balance(Account.SUSPENSE), world.balance(Account.GOODWILL)) == (0, PRICE)
    world.check_money()
    comes_back(world, refund)
    world.settle(seconds=3)
    assert (owed(world), world.balance(Account.SUSPENSE)) == (0, -PRICE)
    world.do(ClearContributionSuspense, cents=PRICE, **about, **TWO)
    assert (world.balance(Account.SUSPENSE), world.balance(Account.GOODWILL)) == (0, 0)
    world.check_money()
