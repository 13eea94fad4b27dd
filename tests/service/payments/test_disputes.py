"""Disputes: what a bank takes back is blocked at once, then given back or lost, whatever was paid out meanwhile."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.chart_of_accounts import Account
from domain.errors import Conflict
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon
from tests.kit.service_world import PRICE, TIP, ServiceWorld

FEE = 20_00
"""What the sandbox takes for a dispute, won or lost."""


def contest(world: ServiceWorld, contribution_id: UUID) -> str:
    """Have a family's bank take its payment back; return the provider's name of the dispute."""
    (charge,) = world.contribution(contribution_id).payments
    dispute = str(world.sandbox.do(f"/charges/{charge}/dispute")["dispute"])
    world.settle(seconds=3)
    return dispute


def decide(world: ServiceWorld, dispute: str, *, won: bool) -> None:
    """Have the bank decide."""
    world.sandbox.do(f"/disputes/{dispute}/decision", won=won)
    world.settle(seconds=3)


def test_a_disputed_payment_is_blocked_and_nothing_of_it_can_be_given_back_or_paid_out(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", card="instant")
    contest(world, contribution_id)
    (opened,) = (event for event in world.events() if isinstance(event, DisputeOpened))
    assert (opened.cents, opened.tip_cents, opened.fee_cents) == (2 * PRICE, TIP, FEE)
    assert world.context.funds(world.coop_id).available == 0
    assert world.balance(Account.ONLINE_BLOCKED) == 2 * PRICE
    assert world.balance(Account.DISPUTE_FEES) == FEE
    with pytest.raises(Conflict):
        world.refund(contribution_id, PRICE)
    with pytest.raises(Conflict):
        world.payout(1)
    world.check_money()


@pytest.mark.parametrize("paid_out", [False, True], ids=["before the payout", "after the payout"])
def test_a_dispute_that_is_won_gives_everything_back_but_the_fee(world: ServiceWorld, paid_out: bool) -> None:  # noqa: FBT001
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    if paid_out:
        world.payout(PRICE)
        world.settle(seconds=3)
        world.settle(days=5)
    dispute = contest(world, contribution_id)
    world.check_money()
    decide(world, dispute, won=True)
    (won,) = (event for event in world.events() if isinstance(event, DisputeWon))
    assert (won.cents, won.tip_cents) == (PRICE, TIP)
    world.settle(days=1)
    assert world.balance(Account.ONLINE) == (0 if paid_out else PRICE)
    assert world.balance(Account.ONLINE_BLOCKED) == world.balance(Account.DISPUTES_PENDING) == 0
    assert world.balance(Account.RECEIVABLE_FROM_COOP) == 0
    assert world.balance(Account.DISPUTE_FEES) == FEE
    assert [line.held for line in world.contribution(contribution_id).lines.values()] == [PRICE]
    world.check_money()


def test_a_dispute_that_is_lost_before_the_payout_costs_the_class_its_contribution(world: ServiceWorld) -> None:
    world.certify()
    kept, contested = world.pay("CE1", card="instant"), world.pay("CP A", card="instant")
    dispute = contest(world, contested)
    decide(world, dispute, won=False)
    (lost,) = (event for event in world.events() if isinstance(event, DisputeLost))
    assert [(share.class_code, share.cents, share.balance) for share in lost.shares] == [("CPA", PRICE, 0)]
    assert "NegativeBalanceCovered" not in world.kinds()
    assert world.context.funds(world.coop_id).available == PRICE
    assert [line.held for line in world.contribution(kept).lines.values()] == [PRICE]
    world.check_money()
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    assert "PayoutPaid" in world.kinds()
    world.check_money()


def test_a_dispute_of_a_payment_refunded_in_part_takes_what_was_left(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", card="instant")
    world.refund(contribution_id, PRICE)
    world.settle(seconds=3)
    dispute = contest(world, contribution_id)
    (opened,) = (event for event in world.events() if isinstance(event, DisputeOpened))
    assert (opened.cents, opened.tip_cents) == (PRICE, TIP)
    decide(world, dispute, won=False)
    assert world.balance(Account.ONLINE) == world.balance(Account.PSP_COOP) == 0
    world.check_money()


def test_a_refund_asked_for_while_the_bank_takes_the_payment_back_fails_and_nothing_goes_twice(
    world: ServiceWorld,
) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    world.refund(contribution_id, PRICE, TIP)
    contest(world, contribution_id)
    world.settle(days=1)
    kinds = world.kinds()
    assert [kinds.count(name) for name in ("RefundSettled", "RefundFailed", "DisputeOpened")] == [0, 1, 1]
    assert world.balance(Account.ONLINE_BLOCKED) == PRICE
    world.check_money()


def test_a_question_of_the_bank_moves_nothing(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    (charge,) = world.contribution(contribution_id).payments
    before = world.kinds()
    dispute = str(world.sandbox.do(f"/charges/{charge}/dispute")["dispute"])
    # The sandbox knows no inquiry of its own: the dispute is turned into one, as the interface shows it.
    asked = world.sandbox.sandbox.state.table("dispute")[dispute]
    asked |= {"status": "warning_needs_response", "balance_transactions": []}
    world.settle(seconds=3)
    assert world.kinds() == before
    assert world.context.funds(world.coop_id).available == PRICE
    assert world.worker.inbox.count().get("parked", 0) == 0
