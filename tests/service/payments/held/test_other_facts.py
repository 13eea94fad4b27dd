"""Facts of the provider that nobody asked for: booked, waited for or told; never refused, no notification parked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.campaign.held.explained import ClearContributionSuspense, SettleReturnedRefund
from domain.chart_of_accounts import Account
from domain.coop.payouts import RequestPayout
from domain.errors import Conflict
from service.worker import webhook_worker
from tests.kit.service_world import PRICE, TIP, ServiceWorld
from tests.service.payments.held.test_external_refunds import TWO, charge_of, comes_back, dashboard_refund, found


def table(world: ServiceWorld, kind: str) -> dict[str, dict[str, Any]]:
    """The provider's own objects of a kind."""
    return world.sandbox.sandbox.state.table(kind)


def calm(world: ServiceWorld) -> bool:
    """Whether nothing waits and nothing is parked."""
    counted = world.worker.inbox.count()
    return not counted.get("waiting") and not counted.get("parked") and not world.worker.outbox.count().get("parked")


def test_a_transfer_taken_back_in_the_dashboard_is_booked_and_moved_again(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", "CE1")
    (transfer,) = table(world, "transfer")
    for cents in (5_00, 3_00):
        world.sandbox.stripe.v1.transfers.reversals.create(transfer, {"amount": cents})
    world.settle(seconds=3)
    assert world.kinds().count("TransferReversed") == 2
    assert world.balance(Account.PSP_COOP) == 2 * PRICE
    world.check_money()
    assert calm(world)


def test_a_refund_that_was_told_as_ours_a_second_time_is_one_made_elsewhere(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    refund_id = world.refund(contribution_id, PRICE)
    world.settle(seconds=3)
    copied: Any = {
        "charge": charge_of(world, contribution_id),
        "amount": 5_00,
        "metadata": {"refund_id": str(refund_id)},
    }
    world.sandbox.stripe.v1.refunds.create(copied)
    world.settle(seconds=3)
    assert world.kinds().count("RefundSettled") == world.kinds().count("ExternalRefundFound") == 1
    assert world.balance(Account.SUSPENSE) == 5_00
    world.check_money()
    assert calm(world)


def test_a_refund_that_failed_here_and_was_made_at_the_provider_after_all_is_booked(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A")
    charge = charge_of(world, contribution_id)
    first: Any = {"charge": charge, "amount": PRICE + TIP}
    made = world.sandbox.stripe.v1.refunds.create(first).id
    refund_id = world.refund(contribution_id, PRICE, TIP)
    world.worker.work_off()
    comes_back(world, made)
    again: Any = {**first, "metadata": {"refund_id": str(refund_id)}}
    world.sandbox.stripe.v1.refunds.create(again)
    world.settle(seconds=3)
    world.settle(seconds=60)
    world.check_money()
    assert calm(world)
    assert world.balance(Account.DUE_TO_FAMILIES) + world.balance(Account.SUSPENSE) in (0, PRICE + TIP)


def test_a_payout_under_the_name_of_another_one_waits_for_the_reconciliation(world: ServiceWorld) -> None:
    account = world.certify()
    world.pay("CP A", "CE1", card="instant")
    payout_id = UUID(int=77)
    world.do(RequestPayout, world.coop_id, payout_id=payout_id, cents=PRICE)
    world.settle(seconds=3)
    copied: Any = {"amount": 1_00, "currency": "eur", "metadata": {"payout_id": str(payout_id)}}
    world.sandbox.stripe.v1.payouts.create(copied, {"stripe_account": account})
    for _ in range(8):
        world.settle(days=1)
    assert world.kinds().count("PayoutSent") == world.kinds().count("PayoutPaid") == 1
    assert calm(world)


def test_a_charge_without_a_payment_behind_it_is_looked_at_for_some_days_and_closed(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A")
    table(world, "charge")[charge_of(world, contribution_id)]["payment_intent"] = None
    told = {"type": "charge.updated", "object": charge_of(world, contribution_id)}
    world.sandbox.do("/events", **told)
    world.settle(seconds=5)
    assert world.worker.inbox.count().get("waiting") == 1
    for _ in range(10):
        world.settle(days=1)
    assert calm(world)


def test_money_in_another_currency_is_told_and_closed(world: ServiceWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(webhook_worker.log, "error", lambda event, **_: told.append(event))
    world.certify()
    contribution_id = world.pay("CP A")
    intent = table(world, "charge")[charge_of(world, contribution_id)]["payment_intent"]
    table(world, "payment_intent")[intent]["currency"] = "usd"
    world.sandbox.do("/events", type="payment_intent.amount_capturable_updated", object=intent)
    world.settle(seconds=5)
    assert told == ["money in another currency"]
    assert calm(world)


def test_a_payment_of_another_amount_than_was_asked_for_waits_and_goes_back(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.place("CP A")
    session = world.page(contribution_id)
    kept = table(world, "checkout.session")[session]
    twin: Any = {
        "mode": "payment",
        "success_url": "https://coop.example/merci",
        "line_items": [
            {"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 99, "product_data": {"name": "Panier"}}}
        ],
        "metadata": dict(kept["metadata"]),
        "payment_intent_data": {"metadata": dict(kept["metadata"])},
    }
    other = world.sandbox.stripe.v1.checkout.sessions.create(twin).id
    assert world.submit(other) == "Paid"
    world.settle(seconds=3)
    assert world.kinds().count("PaymentPutOnHold") == world.kinds().count("OnHoldPaymentReturned") == 1
    assert world.balance(Account.SUSPENSE) == 0
    world.check_money()
    assert calm(world)


def test_what_is_the_platforms_to_bear_is_moved_although_the_card_did_not_bring_it(world: ServiceWorld) -> None:
    world.certify()
    world.pay("CP A", tip=5_00)
    contribution_id = world.pay("CP A", "CE1")
    refund = dashboard_refund(world, contribution_id, 3_00)
    world.settle(seconds=3)
    comes_back(world, refund)
    world.settle(seconds=3)
    world.settle(seconds=3)
    assert world.balance(Account.PSP_COOP) == 3 * PRICE
    (event,) = found(world)
    about: dict[str, Any] = {"contribution_id": contribution_id, "payment_id": event.payment_id}
    world.do(ClearContributionSuspense, **about, refund_id=event.refund_id, cents=-3_00, **TWO)
    world.sandbox.pass_time(days=8)  # until the platform's own money is available
    for _ in range(4):
        world.settle(seconds=600)
    assert world.balance(Account.PSP_COOP) == 3 * PRICE + 3_00
    world.check_money()
    assert calm(world)


def test_a_refund_that_came_back_settles_no_claim_but_its_own(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    for _ in range(2):
        refund = dashboard_refund(world, contribution_id, 3_00)
        world.settle(seconds=3)
        comes_back(world, refund)
        world.settle(seconds=3)
    first, second = found(world)
    with pytest.raises(Conflict):
        world.do(SettleReturnedRefund, refund_id=first.refund_id, made_id=second.refund_id)
    for one in (first, second):
        world.do(SettleReturnedRefund, refund_id=one.refund_id, made_id=one.refund_id)
    world.settle(seconds=3)
    assert (world.balance(Account.SUSPENSE), world.balance(Account.DUE_TO_FAMILIES)) == (0, 0)
    assert world.balance(Account.PSP_COOP) == 2 * PRICE
    world.check_money()
    assert calm(world)
