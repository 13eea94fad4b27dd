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


def contest(town: ServiceWorld, contribution_id: UUID) -> str:
    """Have a family's bank take its payment back; return the provider's name of the dispute."""
    (charge,) = town.contribution(contribution_id).payments
    dispute = str(town.sandbox.do(f"/charges/{charge}/dispute")["dispute"])
    town.settle(seconds=3)
    return dispute


def decide(town: ServiceWorld, dispute: str, *, won: bool) -> None:
    """Have the bank decide."""
    town.sandbox.do(f"/disputes/{dispute}/decision", won=won)
    town.settle(seconds=3)


def test_a_disputed_payment_is_blocked_and_nothing_of_it_can_be_given_back_or_paid_out(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1", card="instant")
    contest(town, contribution_id)
    (opened,) = (event for event in town.events() if isinstance(event, DisputeOpened))
    assert (opened.cents, opened.tip_cents, opened.fee_cents) == (2 * PRICE, TIP, FEE)
    assert town.context.funds(town.coop_id).available == 0
    assert town.balance(Account.ONLINE_BLOCKED) == 2 * PRICE
    assert town.balance(Account.DISPUTE_FEES) == FEE
    with pytest.raises(Conflict):
        town.refund(contribution_id, PRICE)
    with pytest.raises(Conflict):
        town.payout(1)
    town.check_money()


@pytest.mark.parametrize("paid_out", [False, True], ids=["before the payout", "after the payout"])
def test_a_dispute_that_is_won_gives_everything_back_but_the_fee(town: ServiceWorld, paid_out: bool) -> None:  # noqa: FBT001
    town.certify()
    contribution_id = town.pay("CP A", card="instant")
    if paid_out:
        town.payout(PRICE)
        town.settle(seconds=3)
        town.settle(days=5)
    dispute = contest(town, contribution_id)
    town.check_money()
    decide(town, dispute, won=True)
    (won,) = (event for event in town.events() if isinstance(event, DisputeWon))
    assert (won.cents, won.tip_cents) == (PRICE, TIP)
    town.settle(days=1)
    assert town.balance(Account.ONLINE) == (0 if paid_out else PRICE)
    assert town.balance(Account.ONLINE_BLOCKED) == town.balance(Account.DISPUTES_PENDING) == 0
    assert town.balance(Account.RECEIVABLE_FROM_COOP) == 0
    assert town.balance(Account.DISPUTE_FEES) == FEE
    assert [line.held for line in town.contribution(contribution_id).lines.values()] == [PRICE]
    town.check_money()


def test_a_dispute_that_is_lost_before_the_payout_costs_the_class_its_contribution(town: ServiceWorld) -> None:
    town.certify()
    kept, contested = town.pay("CE1", card="instant"), town.pay("CP A", card="instant")
    dispute = contest(town, contested)
    decide(town, dispute, won=False)
    (lost,) = (event for event in town.events() if isinstance(event, DisputeLost))
    assert [(share.class_code, share.cents, share.balance) for share in lost.shares] == [("CPA", PRICE, 0)]
    assert "NegativeBalanceCovered" not in town.kinds()
    assert town.context.funds(town.coop_id).available == PRICE
    assert [line.held for line in town.contribution(kept).lines.values()] == [PRICE]
    town.check_money()
    town.payout(PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    assert "PayoutPaid" in town.kinds()
    town.check_money()


def test_a_dispute_of_a_payment_refunded_in_part_takes_what_was_left(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1", card="instant")
    town.refund(contribution_id, PRICE)
    town.settle(seconds=3)
    dispute = contest(town, contribution_id)
    (opened,) = (event for event in town.events() if isinstance(event, DisputeOpened))
    assert (opened.cents, opened.tip_cents) == (PRICE, TIP)
    decide(town, dispute, won=False)
    assert town.balance(Account.ONLINE) == town.balance(Account.PSP_COOP) == 0
    town.check_money()


def test_a_refund_asked_for_while_the_bank_takes_the_payment_back_fails_and_nothing_goes_twice(
    town: ServiceWorld,
) -> None:
    town.certify()
    contribution_id = town.pay("CP A", card="instant")
    town.refund(contribution_id, PRICE, TIP)
    contest(town, contribution_id)
    town.settle(days=1)
    kinds = town.kinds()
    assert [kinds.count(name) for name in ("RefundSettled", "RefundFailed", "DisputeOpened")] == [0, 1, 1]
    assert town.balance(Account.ONLINE_BLOCKED) == PRICE
    town.check_money()


def test_a_question_of_the_bank_moves_nothing(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", card="instant")
    (charge,) = town.contribution(contribution_id).payments
    before = town.kinds()
    dispute = str(town.sandbox.do(f"/charges/{charge}/dispute")["dispute"])
    # The sandbox knows no inquiry of its own: the dispute is turned into one, as the interface shows it.
    asked = town.sandbox.sandbox.state.table("dispute")[dispute]
    asked |= {"status": "warning_needs_response", "balance_transactions": []}
    town.settle(seconds=3)
    assert town.kinds() == before
    assert town.context.funds(town.coop_id).available == PRICE
    assert town.worker.inbox.count().get("parked", 0) == 0
