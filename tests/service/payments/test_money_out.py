"""Money that leaves a coop's account: refunds, disputes and payouts, through the real outbox, to the cent."""

from __future__ import annotations

from domain.chart_of_accounts import Account
from domain.events.payout import PayoutPaid, PayoutRequested
from domain.events.refund import RefundSettled
from tests.kit.service_world import PRICE, TIP, ServiceWorld


def test_a_refund_takes_the_money_back_from_the_coop_and_gives_it_to_the_card(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1")
    town.refund(contribution_id, 2 * PRICE, TIP)
    town.settle(seconds=3)
    (settled,) = (event for event in town.events() if isinstance(event, RefundSettled))
    assert (settled.cents, settled.tip_cents) == (2 * PRICE, TIP)
    assert town.balance(Account.PSP_COOP) == 0
    assert town.balance(Account.ONLINE) == 0
    town.check_money()


def test_a_refund_before_certification_comes_from_the_platform(town: ServiceWorld) -> None:
    contribution_id = town.pay("CP A", "CE1")
    town.refund(contribution_id, PRICE)
    town.settle(seconds=3)
    assert "RefundSettled" in town.kinds()
    town.check_money()
    town.certify()
    assert town.balance(Account.PSP_COOP) == PRICE
    town.check_money()


def test_a_payout_leaves_when_the_funds_are_available_and_arrives(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A", "CE1")
    town.payout(2 * PRICE)
    town.settle(seconds=3)
    assert "PayoutSent" not in town.kinds()
    town.settle(days=8)
    assert "PayoutSent" in town.kinds()
    town.check_money()
    town.settle(days=5)
    assert any(isinstance(event, PayoutPaid) for event in town.events())
    (asked,) = (event for event in town.events() if isinstance(event, PayoutRequested))
    assert sum(item.cents for item in asked.content) == 2 * PRICE
    town.check_money()


def test_a_dispute_that_is_lost_after_the_payout_is_covered_and_recovered(town: ServiceWorld) -> None:
    account = town.certify()
    contribution_id = town.pay("CP A", card="instant")
    town.payout(PRICE)
    town.settle(days=5)
    town.check_money()
    (charge,) = town.contribution(contribution_id).payments
    dispute = town.sandbox.do(f"/charges/{charge}/dispute")["dispute"]
    town.settle(seconds=3)
    assert "DisputeOpened" in town.kinds()
    town.check_money()
    town.sandbox.do(f"/disputes/{dispute}/decision", won=False)
    town.settle(seconds=3)
    assert "DisputeLost" in town.kinds()
    assert "NegativeBalanceCovered" in town.kinds()
    assert town.balance(Account.ONLINE) == 0
    town.check_money()
    town.pay("CE1", card="instant")
    town.settle(days=1)
    assert "DebtRecovered" in town.kinds()
    assert town.balance(Account.PSP_COOP) == town.worker.provider.balance(account).total == 0
    assert town.balance(Account.RECEIVABLE_FROM_COOP) == 0
    town.check_money()


def test_a_payout_of_a_coop_that_lost_its_certification_fails_and_its_money_is_free_again(town: ServiceWorld) -> None:
    account = town.certify()
    town.pay("CP A", card="instant")
    town.payout(PRICE)
    town.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    town.settle(seconds=3)
    assert "PayoutFailed" in town.kinds()
    assert "CertificationRevoked" in town.kinds()
    assert town.context.funds(town.coop_id).available == PRICE
    town.check_money()


def test_a_payout_to_an_account_that_was_replaced_meanwhile_does_not_leave(town: ServiceWorld) -> None:
    town.certify()
    town.pay("CP A", card="instant")
    town.payout(PRICE)
    town.confirm_bank_account("FR7630006000011234567890189")
    town.settle(seconds=3)
    assert "PayoutFailed" in town.kinds()
    town.payout(PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    assert "PayoutPaid" in town.kinds()
    town.check_money()
