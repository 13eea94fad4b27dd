"""Money that leaves a coop's account: refunds, disputes and payouts, through the real outbox, to the cent."""

from __future__ import annotations

from domain.chart_of_accounts import Account
from domain.events.payout import PayoutPaid, PayoutRequested
from domain.events.refund import RefundSettled
from tests.kit.service_world import PRICE, TIP, ServiceWorld


def test_a_refund_takes_the_money_back_from_the_coop_and_gives_it_to_the_card(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    world.refund(contribution_id, 2 * PRICE, TIP)
    world.settle(seconds=3)
    (settled,) = (event for event in world.events() if isinstance(event, RefundSettled))
    assert (settled.cents, settled.tip_cents) == (2 * PRICE, TIP)
    assert world.balance(Account.PSP_COOP) == 0
    assert world.balance(Account.ONLINE) == 0
    world.check_money()


def test_a_refund_before_certification_comes_from_the_platform(world: ServiceWorld) -> None:
    contribution_id = world.pay("CP A", "CE1")
    world.refund(contribution_id, PRICE)
    world.settle(seconds=3)
    assert "RefundSettled" in world.kinds()
    world.check_money()
    world.certify()
    assert world.balance(Account.PSP_COOP) == PRICE
    world.check_money()


def test_a_payout_leaves_when_the_funds_are_available_and_arrives(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", "CE1")
    world.payout(2 * PRICE)
    world.settle(seconds=3)
    assert "PayoutSent" not in world.kinds()
    world.settle(days=8)
    assert "PayoutSent" in world.kinds()
    world.check_money()
    world.settle(days=5)
    assert any(isinstance(event, PayoutPaid) for event in world.events())
    (asked,) = (event for event in world.events() if isinstance(event, PayoutRequested))
    assert sum(item.cents for item in asked.content) == 2 * PRICE
    world.check_money()


def test_a_refund_of_available_money_waits_while_the_platform_is_short_of_its_fees_and_leaves_with_a_top_up(
    world: ServiceWorld,
) -> None:
    account = world.certify()
    contribution_id = world.pay("CP A", "CE1", tip=0)
    world.settle(days=8)
    assert world.worker.provider.balance(account).available == 2 * PRICE
    short = -world.worker.provider.balance(None).available
    assert short > 0, "the fee of the card, which no tip pays"
    world.refund(contribution_id, PRICE)
    world.settle(days=1)
    # What the coop had is back at the platform, and the provider keeps the refund until the platform has all of it.
    assert world.worker.provider.balance(account).available == PRICE
    assert "RefundSettled" not in world.kinds()
    assert world.context.funds(world.coop_id).available == PRICE
    world.sandbox.do("/topups", cents=short)
    world.settle(seconds=3)
    (settled,) = (event for event in world.events() if isinstance(event, RefundSettled))
    assert settled.cents == PRICE
    assert world.context.funds(world.coop_id).available == PRICE
    assert world.worker.outbox.count().get("parked", 0) == 0


def test_a_dispute_that_is_lost_after_the_payout_is_covered_and_recovered(world: ServiceWorld) -> None:
    account = world.certify()
    contribution_id = world.pay("CP A", card="instant")
    world.payout(PRICE)
    world.settle(days=5)
    world.check_money()
    (charge,) = world.contribution(contribution_id).payments
    dispute = world.sandbox.do(f"/charges/{charge}/dispute")["dispute"]
    world.settle(seconds=3)
    assert "DisputeOpened" in world.kinds()
    world.check_money()
    world.sandbox.do(f"/disputes/{dispute}/decision", won=False)
    world.settle(seconds=3)
    assert "DisputeLost" in world.kinds()
    assert "NegativeBalanceCovered" in world.kinds()
    assert world.balance(Account.ONLINE) == 0
    world.check_money()
    world.pay("CE1", card="instant")
    world.settle(days=1)
    assert "DebtRecovered" in world.kinds()
    assert world.balance(Account.PSP_COOP) == world.worker.provider.balance(account).total == 0
    assert world.balance(Account.RECEIVABLE_FROM_COOP) == 0
    world.check_money()


def test_a_payout_of_a_coop_that_lost_its_certification_fails_and_its_money_is_free_again(world: ServiceWorld) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    world.payout(PRICE)
    world.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    world.settle(seconds=3)
    assert "PayoutFailed" in world.kinds()
    assert "CertificationRevoked" in world.kinds()
    assert world.context.funds(world.coop_id).available == PRICE
    world.check_money()


def test_a_payout_to_an_account_that_was_replaced_meanwhile_does_not_leave(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    world.payout(PRICE)
    world.confirm_bank_account("FR7630006000011234567890189")
    world.settle(seconds=3)
    assert "PayoutFailed" in world.kinds()
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    assert "PayoutPaid" in world.kinds()
    world.check_money()
