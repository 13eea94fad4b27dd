"""Payments that were not expected: what was given back by hand is followed, and the rest goes back all the same."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.campaign.held.explained import ClearContributionSuspense
from domain.chart_of_accounts import Account
from tests.kit.service_world import PRICE, TIP, ServiceWorld
from tests.service.payments.held.test_external_refunds import TWO, comes_back

WHOLE = PRICE + TIP


def paid_twice(world: ServiceWorld, card: str = "good") -> tuple[UUID, str]:
    """A basket paid on two pages; return it and the charge that nobody has heard of yet."""
    world.certify()
    contribution_id = world.place("CP A")
    first = world.page(contribution_id)
    kept = world.sandbox.sandbox.state.table("checkout.session")[first]
    twin: Any = {
        "mode": "payment",
        "success_url": "https://coop.example/merci",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {"currency": "eur", "unit_amount": WHOLE, "product_data": {"name": "Panier"}},
            }
        ],
        "metadata": dict(kept["metadata"]),
        "payment_intent_data": {"metadata": dict(kept["metadata"])},
    }
    second = world.sandbox.stripe.v1.checkout.sessions.create(twin).id
    assert world.submit(first) == "Paid"
    world.settle(seconds=3)
    assert world.submit(second, card) == "Paid"
    provider = world.worker.provider
    intent = provider.checkout(second).intent
    assert intent is not None
    charge = provider.payment(intent).charge
    assert charge
    return contribution_id, charge


def by_hand(world: ServiceWorld, charge: str, cents: int) -> str:
    """Give a part back in the provider's dashboard."""
    params: Any = {"charge": charge, "amount": cents}
    return world.sandbox.stripe.v1.refunds.create(params).id


def waiting(world: ServiceWorld, contribution_id: UUID, charge: str) -> int:
    """What still waits of the payment, in cents."""
    return world.contribution(contribution_id).on_hold[charge].left


@pytest.mark.parametrize("parts", [(5_00,), (5_00, 3_00), (WHOLE,), (5_00, WHOLE - 5_00), (WHOLE // 2,)])
def test_what_was_given_back_by_hand_of_a_payment_on_hold_leaves_the_rest_to_go_back(
    world: ServiceWorld, parts: tuple[int, ...]
) -> None:
    contribution_id, charge = paid_twice(world)
    for cents in parts:
        by_hand(world, charge, cents)
    world.settle(seconds=3)
    world.settle(days=2)
    assert world.balance(Account.SUSPENSE) == 0
    assert waiting(world, contribution_id, charge) == 0
    refunds = world.worker.provider.refunds_of(charge)
    assert sum(one.cents for one in refunds) == WHOLE
    world.check_money()


def test_half_given_back_by_hand_is_not_taken_for_our_own_return_of_as_many_cents(world: ServiceWorld) -> None:
    contribution_id, charge = paid_twice(world)
    by_hand(world, charge, WHOLE // 2)
    world.worker.sweep()
    world.sandbox.do("/failures", method="POST", path="/v1/refunds", kind="lost_response", times=3)
    world.worker.work_off()
    world.sandbox.pass_time(days=2)
    world.settle(seconds=60)
    assert waiting(world, contribution_id, charge) == 0
    assert sum(one.cents for one in world.worker.provider.refunds_of(charge)) == WHOLE
    world.check_money()


def test_a_part_given_back_by_hand_that_comes_back_goes_back_again(world: ServiceWorld) -> None:
    contribution_id, charge = paid_twice(world)
    refund = by_hand(world, charge, 5_00)
    world.settle(seconds=3)
    assert world.balance(Account.SUSPENSE) == 0
    comes_back(world, refund)
    world.settle(seconds=3)
    assert -world.balance(Account.SUSPENSE) == waiting(world, contribution_id, charge) == 5_00
    world.check_money()
    world.settle(days=2)
    assert world.balance(Account.SUSPENSE) == 0
    world.check_money()


def test_a_return_that_its_card_never_keeps_is_tried_twice_and_then_waits_for_two_people(world: ServiceWorld) -> None:
    contribution_id, charge = paid_twice(world, "refund fails")
    world.settle(seconds=3)
    for _ in range(12):
        world.settle(days=1)
    assert world.kinds().count("RefundBackOnHold") == 2
    assert -world.balance(Account.SUSPENSE) == waiting(world, contribution_id, charge) == WHOLE
    world.check_money()
    about: dict[str, Any] = {"contribution_id": contribution_id, "payment_id": charge}
    world.do(ClearContributionSuspense, cents=WHOLE, **about, **TWO)
    assert (world.balance(Account.SUSPENSE), waiting(world, contribution_id, charge)) == (0, 0)
    world.settle(days=2)
    world.check_money()
