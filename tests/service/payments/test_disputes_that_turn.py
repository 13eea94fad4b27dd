"""Whatever a bank does with a dispute is booked: ledger and provider agree, and nothing is parked or lost sight of."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import pytest

from domain.campaign.disputes.explanation import ClearDispute
from domain.chart_of_accounts import Account
from domain.events.dispute import DisputeLost, DisputeOpened, DisputeWon, LostDisputeReinstated
from service.payments.disputes import apply_dispute
from tests.kit.service_world import PRICE, TIP, ServiceWorld
from tests.kit.stripe.provider_requests import charge_of as charge_made

ALL: Final = PRICE + TIP
CLEARED: Final[dict[str, Any]] = {"account": "goodwill", "approvers": ("ad-1", "ad-2"), "reason": "dispute_cost"}
NOTHING_OPEN: Final = (Account.SUSPENSE, Account.DISPUTES_PENDING, Account.ONLINE_BLOCKED, Account.DUE_TO_COOP_BLOCKED)


def charge_of(world: ServiceWorld, contribution_id: UUID) -> str:
    """The provider's name of a family's payment."""
    return next(iter(world.contribution(contribution_id).payments))


def claim(world: ServiceWorld, charge: str, cents: int, *, inquiry: bool = False, heard: bool = True) -> str:
    """Have a bank claim cents of a payment; return the provider's name of the dispute."""
    dispute = str(world.sandbox.do(f"/charges/{charge}/claim", cents=cents, inquiry=inquiry)["dispute"])
    if heard:
        world.settle(seconds=3)
    return dispute


def decide(world: ServiceWorld, dispute: str, *, won: bool) -> None:
    """Have the bank decide."""
    world.sandbox.do(f"/disputes/{dispute}/decision", won=won)
    world.settle(seconds=3)


def turn(world: ServiceWorld, dispute: str, **told: object) -> None:
    """Have the bank change its mind."""
    world.sandbox.do(f"/disputes/{dispute}/turn", **told)
    world.settle(seconds=3)


def held(world: ServiceWorld, contribution_id: UUID) -> int:
    """What the children of a contribution hold."""
    return sum(line.held for line in world.contribution(contribution_id).lines.values())


def explain(world: ServiceWorld, dispute: str) -> None:
    """Two people say that the platform bears what the bank took too much."""
    world.do(ClearDispute, dispute_id=dispute, **CLEARED)


def check_settled(world: ServiceWorld) -> None:
    """Ledger and provider agree, nothing is parked, contested, blocked or in suspense."""
    world.settle(seconds=10)
    world.check_money()
    assert {account: world.balance(account) for account in NOTHING_OPEN} == dict.fromkeys(NOTHING_OPEN, 0)


@pytest.mark.parametrize("paid_out", [False, True], ids=["before a payout", "after a payout"])
def test_a_dispute_lost_and_then_won_gives_the_class_its_money_back(world: ServiceWorld, paid_out: bool) -> None:  # noqa: FBT001
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    if paid_out:
        world.payout(PRICE)
        world.settle(seconds=3)
        world.settle(days=5)
    dispute = claim(world, charge_of(world, contribution_id), ALL)
    decide(world, dispute, won=False)
    assert held(world, contribution_id) == 0
    world.settle(days=1)
    turn(world, dispute, won=True, fee=2000)
    (again,) = (event for event in world.events() if isinstance(event, LostDisputeReinstated))
    assert (again.cents, again.tip_cents, again.fee_cents) == (PRICE, TIP, -2000)
    assert [(share.class_code, share.cents, share.balance) for share in again.shares] == [("CPA", PRICE, PRICE)]
    assert held(world, contribution_id) == PRICE
    check_settled(world)
    assert world.context.funds(world.coop_id).online == (0 if paid_out else PRICE)
    assert world.balance(Account.RECEIVABLE_FROM_COOP) == world.balance(Account.DISPUTE_FEES) == 0
    assert world.balance(Account.TIPS) == -TIP


def test_a_dispute_won_then_lost_again_and_won_again_is_followed_each_time(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    dispute = claim(world, charge_of(world, contribution_id), ALL)
    decide(world, dispute, won=True)
    for won in (False, True, False):
        turn(world, dispute, won=won)
        assert held(world, contribution_id) == (PRICE if won else 0)
        check_settled(world)


def test_only_the_part_that_the_bank_gives_back_is_held_again(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", card="instant")
    dispute = claim(world, charge_of(world, contribution_id), 2 * PRICE + TIP)
    turn(world, dispute, won=True, cents=9_01)
    (won,) = (event for event in world.events() if isinstance(event, DisputeWon))
    (lost,) = (event for event in world.events() if isinstance(event, DisputeLost))
    assert (won.cents, lost.cents, lost.tip_cents) == (9_01, 2 * PRICE - 9_01, TIP)
    assert [line.held for line in world.contribution(contribution_id).lines.values()] == [4_51, 4_50]
    check_settled(world)
    assert world.context.funds(world.coop_id).available == 9_01


@pytest.mark.parametrize("whole", [False, True], ids=["a part was refunded", "all was refunded"])
def test_a_refunded_payment_contested_in_full_leaves_the_rest_to_be_explained(world: ServiceWorld, whole: bool) -> None:  # noqa: FBT001
    world.certify()
    kept = world.pay("CE1", card="instant")
    contribution_id = world.pay("CP A", "CE1", card="instant")
    given_back = (2 * PRICE, TIP) if whole else (PRICE, 0)
    world.refund(contribution_id, *given_back)
    world.settle(seconds=3)
    dispute = claim(world, charge_of(world, contribution_id), 2 * PRICE + TIP)
    (opened,) = (event for event in world.events() if isinstance(event, DisputeOpened))
    assert (opened.cents, opened.tip_cents) == (0, 0) if whole else (PRICE, TIP)
    assert opened.suspense_cents == world.balance(Account.SUSPENSE) == sum(given_back)
    world.check_money()
    decide(world, dispute, won=False)
    assert held(world, contribution_id) == 0
    assert world.context.funds(world.coop_id).available == held(world, kept) == PRICE
    explain(world, dispute)
    assert world.balance(Account.GOODWILL) == sum(given_back)
    check_settled(world)


def test_a_second_dispute_takes_what_the_first_left_and_the_rest_is_to_be_explained(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    charge = charge_of(world, contribution_id)
    first, second = claim(world, charge, 8_00), claim(world, charge, ALL)
    assert world.balance(Account.SUSPENSE) == 8_00
    decide(world, first, won=True)
    assert world.balance(Account.SUSPENSE) == 0
    decide(world, second, won=False)
    assert held(world, contribution_id) == 0
    check_settled(world)


def test_a_question_that_becomes_a_dispute_moves_money_then_and_one_that_is_answered_never(world: ServiceWorld) -> None:
    world.certify()
    asked, answered = world.pay("CP A", card="instant"), world.pay("CE1", card="instant")
    before = world.kinds()
    questions = [claim(world, charge_of(world, one), ALL, inquiry=True) for one in (asked, answered)]
    assert world.kinds() == before
    world.sandbox.do(f"/disputes/{questions[1]}/closing")
    world.sandbox.do(f"/disputes/{questions[0]}/escalation")
    world.settle(seconds=3)
    assert world.context.funds(world.coop_id).available == PRICE
    decide(world, questions[0], won=False)
    assert [held(world, one) for one in (asked, answered)] == [0, PRICE]
    check_settled(world)


def test_a_dispute_that_is_over_before_it_is_heard_of_is_booked_at_once(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    charge = charge_of(world, contribution_id)
    dispute = claim(world, charge, ALL, heard=False)
    world.sandbox.do(f"/disputes/{dispute}/decision", won=False)
    world.sandbox.do(f"/disputes/{dispute}/turn", won=True, cents=5_00)
    world.settle(seconds=3)
    assert held(world, contribution_id) == 5_00
    check_settled(world)


def test_a_refund_still_on_its_way_when_the_bank_takes_the_payment_fails_and_the_dispute_finds_its_place(
    world: ServiceWorld,
) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="instant")
    charge = charge_of(world, contribution_id)
    world.refund(contribution_id, PRICE, TIP)
    dispute = claim(world, charge, ALL, heard=False)
    apply_dispute(world.context, world.worker.provider.dispute(dispute), world.campaign_id)
    assert world.balance(Account.SUSPENSE) == ALL
    world.settle(seconds=3)
    world.settle(days=1)
    assert [world.kinds().count(name) for name in ("RefundFailed", "RefundSettled", "DisputeOpened")] == [1, 0, 2]
    assert world.balance(Account.ONLINE_BLOCKED) == PRICE
    assert world.balance(Account.SUSPENSE) == 0
    decide(world, dispute, won=True)
    assert held(world, contribution_id) == PRICE
    check_settled(world)


def paid_twice(world: ServiceWorld) -> tuple[UUID, str]:
    """A family that pays its basket twice, unheard; the contribution, and the second payment."""
    contribution_id = world.place("CP A")
    first = world.page(contribution_id)
    tags = dict(world.sandbox.sandbox.state.table("checkout.session")[first]["metadata"])
    price = {"currency": "eur", "unit_amount": ALL, "product_data": {"name": "Panier"}}
    twin: Any = {
        "mode": "payment",
        "success_url": "https://coop.example/merci",
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": tags,
        "payment_intent_data": {"metadata": tags},
    }
    assert world.submit(first, "instant") == "Paid"
    world.settle(seconds=3)
    second = world.sandbox.stripe.v1.checkout.sessions.create(twin).id
    assert world.submit(second, "instant") == "Paid"
    intent = world.worker.provider.checkout(second).intent
    assert intent is not None
    return contribution_id, charge_made(world.worker.provider.payment(intent))


@pytest.mark.parametrize("won", [False, True], ids=["kept by the bank", "given back by the bank"])
def test_a_duplicate_that_the_bank_takes_back_goes_back_once(world: ServiceWorld, won: bool) -> None:  # noqa: FBT001
    world.certify()
    world.pay("CE1", card="instant", tip=50_00)  # money of the platform's own, from which the provider takes its fee
    contribution_id, twin = paid_twice(world)
    dispute = claim(world, twin, ALL)
    world.check_money()
    assert held(world, contribution_id) == PRICE
    decide(world, dispute, won=won)
    world.settle(days=1)
    assert world.kinds().count("OnHoldPaymentReturned") == int(won)
    assert held(world, contribution_id) == PRICE
    assert world.context.funds(world.coop_id).available == 2 * PRICE
    check_settled(world)


def test_a_dispute_of_one_instalment_leaves_the_others(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="instant", instalments=3)
    world.sandbox.pass_time(months=1)
    world.settle(seconds=3)
    first, second = world.contribution(contribution_id).payments
    world.refund(contribution_id, 4_00)
    world.settle(seconds=3)
    disputes = [claim(world, charge, cents) for charge, cents in ((second, 4_00), (first, 4_00 + TIP))]
    assert world.balance(Account.SUSPENSE) == 4_00
    for dispute in disputes:
        decide(world, dispute, won=False)
    assert held(world, contribution_id) == 0
    explain(world, disputes[0])
    check_settled(world)
