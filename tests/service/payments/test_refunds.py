"""Refunds: in full, by child, of the tip alone, made elsewhere, late, or come back; none above what there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.calendar import paris_date
from domain.campaign.by_hand.refunds import RepayFailedRefund
from domain.campaign.contribution import RefundStatus
from domain.campaign.refunds import AllocateExternalRefund, LineAmount, RequestRefund
from domain.chart_of_accounts import Account
from domain.errors import InsufficientBalance, RefundTooLarge
from domain.events.refund import (
    ExternalRefundAllocated,
    ExternalRefundFound,
    RefundFailed,
    RefundRequested,
    RefundSettled,
)
from tests.kit.service_world import PRICE, TIP, ServiceWorld


def settled(world: ServiceWorld) -> list[RefundSettled]:
    """The refunds that left the platform's account."""
    return [event for event in world.events() if isinstance(event, RefundSettled)]


def charge_of(world: ServiceWorld, contribution_id: UUID) -> str:
    """The provider's name of the only payment of a contribution."""
    (charge,) = world.contribution(contribution_id).payments
    return charge


def dashboard_refund(world: ServiceWorld, contribution_id: UUID, cents: int) -> str:
    """Refund a payment in the provider's dashboard, without a word to the ledger."""
    params: Any = {"charge": charge_of(world, contribution_id), "amount": cents}
    return world.sandbox.stripe.v1.refunds.create(params).id


def test_a_refund_of_one_child_takes_from_its_class_only(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    ask: dict[str, Any] = {"refund_id": uuid4(), "contribution_id": contribution_id, "cents": 5_00, "tip_cents": 0}
    world.do(RequestRefund, **ask, reason="child_left", by_line=(LineAmount(line=2, cents=5_00),))
    world.settle(seconds=3)
    (refund,) = settled(world)
    assert [(share.class_code, share.cents, share.balance) for share in refund.shares] == [("CE1", 5_00, 7_00)]
    assert world.balance(Account.PSP_COOP) == 2 * PRICE - 5_00
    world.check_money()


def test_a_refund_of_the_tip_alone_leaves_the_coop_what_it_has(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A")
    world.refund(contribution_id, 0, TIP)
    world.settle(seconds=3)
    assert [(one.cents, one.tip_cents, one.shares) for one in settled(world)] == [(0, TIP, ())]
    assert world.balance(Account.PSP_COOP) == PRICE
    assert "TransferReversed" not in world.kinds()
    world.check_money()


def test_a_refund_above_the_online_balance_is_refused_with_a_sentence(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", card="instant")
    world.payout(PRICE + 1)
    with pytest.raises(InsufficientBalance) as refused:
        world.refund(contribution_id, PRICE)
    assert refused.value.french == (
        "Le solde disponible est de 11,99\u00a0€\u00a0: l’opération le dépasse. Rien n’a été enregistré."
    )
    with pytest.raises(RefundTooLarge):
        world.refund(contribution_id, 2 * PRICE + 1)
    world.settle(seconds=3)
    assert settled(world) == []
    world.check_money()


def test_a_refund_that_waits_for_the_platforms_money_is_booked_when_it_leaves(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    world.settle(days=8)
    # Of the tip 1,28 € are left after the fee: the refund has to wait for another family's.
    refund_id = world.refund(contribution_id, 0, TIP)
    world.settle(seconds=3)
    assert settled(world) == []
    assert world.contribution(contribution_id).refunds[refund_id].status is RefundStatus.REQUESTED
    world.check_money()
    world.pay("CP A")
    world.settle(days=8)
    (refund,) = settled(world)
    assert refund.tip_cents == TIP
    asked = next(event for event in world.events() if isinstance(event, RefundRequested))
    assert refund.settled_at > asked.at + timedelta(days=2)
    world.check_money()


def test_a_refund_that_the_bank_takes_days_for_is_booked_when_the_money_leaves(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="refund pends")
    world.refund(contribution_id, PRICE)
    world.settle(seconds=3)
    assert len(settled(world)) == 1
    world.check_money()
    world.settle(days=3)
    assert len(settled(world)) == 1
    world.check_money()


def test_a_refund_that_comes_back_is_owed_to_the_family(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", card="refund fails")
    world.refund(contribution_id, PRICE, TIP)
    world.settle(seconds=3)
    assert len(settled(world)) == 1
    world.settle(days=2)
    (failed,) = (event for event in world.events() if isinstance(event, RefundFailed))
    assert (failed.was_settled, failed.reason) == (True, "expired_or_canceled_card")
    assert -world.balance(Account.DUE_TO_FAMILIES) == PRICE + TIP
    assert world.balance(Account.PSP_COOP) == 2 * PRICE + TIP
    with pytest.raises(RefundTooLarge):
        world.refund(contribution_id, PRICE + 1)
    world.check_money()
    # The coop has what came back from the card, tip included, and writes the family a cheque.
    (refund_id,) = world.contribution(contribution_id).refunds
    world.do(RepayFailedRefund, refund_id=refund_id, means="cheque", paid_on=paris_date(world.now()))
    world.settle(seconds=3)
    assert world.balance(Account.DUE_TO_FAMILIES) == 0
    assert world.balance(Account.BANK) == -(PRICE + TIP)
    assert world.balance(Account.PSP_COOP) == world.context.funds(world.coop_id).available == 2 * PRICE + TIP
    assert [line.held for line in world.contribution(contribution_id).lines.values()] == [6_00, 6_00]
    world.check_money()
    world.payout(2 * PRICE + TIP)
    world.settle(days=8)
    world.settle(days=5)
    assert "PayoutPaid" in world.kinds()
    world.check_money()


def test_a_refund_heard_of_only_after_it_came_back_is_told_whole(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", card="refund fails")
    world.refund(contribution_id, PRICE)
    world.sandbox.do("/failures", method="POST", path="/v1/refunds", kind="lost_response", times=3)
    world.worker.work_off()
    world.sandbox.pass_time(days=2)
    world.settle(seconds=60)
    assert [kind for kind in world.kinds() if kind in ("RefundSettled", "RefundFailed")] == [
        "RefundSettled",
        "RefundFailed",
    ]
    assert -world.balance(Account.DUE_TO_FAMILIES) == PRICE
    world.check_money()


def test_a_whole_refund_made_in_the_dashboard_needs_nobody(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    name = dashboard_refund(world, contribution_id, 2 * PRICE + TIP)
    world.settle(seconds=3)
    (found,) = (event for event in world.events() if isinstance(event, ExternalRefundFound))
    (allocated,) = (event for event in world.events() if isinstance(event, ExternalRefundAllocated))
    assert (found.provider_refund, found.cents) == (name, 2 * PRICE + TIP)
    assert (allocated.cents, allocated.tip_cents) == (2 * PRICE, TIP)
    assert world.balance(Account.PSP_COOP) == 0
    assert world.balance(Account.SUSPENSE) == 0
    world.check_money()


def test_a_part_refunded_in_the_dashboard_waits_until_somebody_says_whose_it_was(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1")
    dashboard_refund(world, contribution_id, PRICE)
    world.settle(seconds=3)
    assert world.balance(Account.SUSPENSE) == PRICE
    assert world.context.funds(world.coop_id).available == PRICE
    world.check_money()
    (found,) = (event for event in world.events() if isinstance(event, ExternalRefundFound))
    by_line = (LineAmount(line=1, cents=PRICE),)
    world.do(AllocateExternalRefund, refund_id=found.refund_id, tip_cents=0, by_line=by_line)
    world.settle(seconds=3)
    assert world.balance(Account.SUSPENSE) == 0
    assert world.balance(Account.PSP_COOP) == PRICE
    assert [line.held for line in world.contribution(contribution_id).lines.values()] == [0, PRICE]
    world.check_money()


def test_a_basket_paid_twice_keeps_one_payment_gives_back_the_other_and_knows_both_fees(world: ServiceWorld) -> None:
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
                "price_data": {"currency": "eur", "unit_amount": PRICE + TIP, "product_data": {"name": "Panier"}},
            }
        ],
        "metadata": dict(kept["metadata"]),
        "payment_intent_data": {"metadata": dict(kept["metadata"])},
    }
    second = world.sandbox.stripe.v1.checkout.sessions.create(twin).id
    assert [world.submit(session) for session in (first, second)] == ["Paid", "Paid"]
    # The fee of a card is known a moment after its payment: here only after the money went back.
    world.worker.work_off()
    world.worker.sweep()
    world.worker.work_off()
    world.settle(seconds=10)
    kinds = world.kinds()
    counted = [kinds.count(name) for name in ("PaymentCaptured", "PaymentPutOnHold", "OnHoldPaymentReturned")]
    assert counted == [1, 1, 1]
    assert kinds.count("ProviderFeeCharged") == 2
    assert world.balance(Account.SUSPENSE) == 0
    assert world.balance(Account.PSP_COOP) == PRICE
    world.check_money()
