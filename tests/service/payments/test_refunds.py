"""Refunds: in full, by child, of the tip alone, made elsewhere, late, or come back; none above what there is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.campaign.contribution import RefundStatus
from domain.campaign.refunds import AllocateExternalRefund, LineAmount, RecordRefundRepaid, RequestRefund
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


def settled(town: ServiceWorld) -> list[RefundSettled]:
    """The refunds that left the platform's account."""
    return [event for event in town.events() if isinstance(event, RefundSettled)]


def charge_of(town: ServiceWorld, contribution_id: UUID) -> str:
    """The provider's name of the only payment of a contribution."""
    (charge,) = town.contribution(contribution_id).payments
    return charge


def dashboard_refund(town: ServiceWorld, contribution_id: UUID, cents: int) -> str:
    """Refund a payment in the provider's dashboard, where nobody asks the ledger."""
    params: Any = {"charge": charge_of(town, contribution_id), "amount": cents}
    return town.sandbox.stripe.v1.refunds.create(params).id


def test_a_refund_of_one_child_takes_from_its_class_only(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1")
    ask: dict[str, Any] = {"refund_id": uuid4(), "contribution_id": contribution_id, "cents": 5_00, "tip_cents": 0}
    town.do(RequestRefund, **ask, reason="Départ", by_line=(LineAmount(line=2, cents=5_00),))
    town.settle(seconds=3)
    (refund,) = settled(town)
    assert [(share.class_code, share.cents, share.balance) for share in refund.shares] == [("CE1", 5_00, 7_00)]
    assert town.balance(Account.PSP_COOP) == 2 * PRICE - 5_00
    town.check_money()


def test_a_refund_of_the_tip_alone_leaves_the_coop_what_it_has(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A")
    town.refund(contribution_id, 0, TIP)
    town.settle(seconds=3)
    assert [(one.cents, one.tip_cents, one.shares) for one in settled(town)] == [(0, TIP, ())]
    assert town.balance(Account.PSP_COOP) == PRICE
    assert "TransferReversed" not in town.kinds()
    town.check_money()


def test_a_refund_above_the_online_balance_is_refused_with_a_sentence(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1", card="instant")
    town.payout(PRICE + 1)
    with pytest.raises(InsufficientBalance) as refused:
        town.refund(contribution_id, PRICE)
    assert refused.value.french == (
        "Le solde disponible est de 11,99\u00a0€\u00a0: l’opération le dépasse. Rien n’a été enregistré."
    )
    with pytest.raises(RefundTooLarge):
        town.refund(contribution_id, 2 * PRICE + 1)
    town.settle(seconds=3)
    assert settled(town) == []
    town.check_money()


def test_a_refund_that_waits_for_the_platforms_money_is_booked_when_it_leaves(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1")
    town.settle(days=8)
    # Of the tip 1,28 € are left after the fee: the refund has to wait for somebody else's.
    refund_id = town.refund(contribution_id, 0, TIP)
    town.settle(seconds=3)
    assert settled(town) == []
    assert town.contribution(contribution_id).refunds[refund_id].status is RefundStatus.REQUESTED
    town.check_money()
    town.pay("CP A")
    town.settle(days=8)
    (refund,) = settled(town)
    assert refund.tip_cents == TIP
    asked = next(event for event in town.events() if isinstance(event, RefundRequested))
    assert refund.settled_at > asked.at + timedelta(days=2)
    town.check_money()


def test_a_refund_that_the_bank_takes_days_for_is_booked_when_the_money_leaves(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", card="refund pends")
    town.refund(contribution_id, PRICE)
    town.settle(seconds=3)
    assert len(settled(town)) == 1
    town.check_money()
    town.settle(days=3)
    assert len(settled(town)) == 1
    town.check_money()


def test_a_refund_that_comes_back_is_owed_to_the_family(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1", card="refund fails")
    town.refund(contribution_id, PRICE, TIP)
    town.settle(seconds=3)
    assert len(settled(town)) == 1
    town.settle(days=2)
    (failed,) = (event for event in town.events() if isinstance(event, RefundFailed))
    assert (failed.was_settled, failed.reason) == (True, "expired_or_canceled_card")
    assert -town.balance(Account.REFUND_TO_REPAY) == PRICE + TIP
    assert town.balance(Account.PSP_COOP) == PRICE
    with pytest.raises(RefundTooLarge):
        town.refund(contribution_id, PRICE + 1)
    town.check_money()
    # The coop writes a cheque to the family: what came back from the card is the coop's from then on, tip included.
    (refund_id,) = town.contribution(contribution_id).refunds
    town.do(RecordRefundRepaid, refund_id=refund_id, means="cheque")
    town.settle(seconds=3)
    assert town.balance(Account.REFUND_TO_REPAY) == 0
    assert town.balance(Account.BANK) == -(PRICE + TIP)
    assert town.balance(Account.PSP_COOP) == town.context.funds(town.coop_id).available == 2 * PRICE + TIP
    assert [line.held for line in town.contribution(contribution_id).lines.values()] == [6_00, 6_00]
    town.check_money()
    town.payout(2 * PRICE + TIP)
    town.settle(days=8)
    town.settle(days=5)
    assert "PayoutPaid" in town.kinds()
    town.check_money()


def test_a_refund_heard_of_only_after_it_came_back_is_told_whole(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", card="refund fails")
    town.refund(contribution_id, PRICE)
    town.sandbox.do("/failures", method="POST", path="/v1/refunds", kind="lost_response", times=3)
    town.worker.work_off()
    town.sandbox.pass_time(days=2)
    town.settle(seconds=60)
    assert [kind for kind in town.kinds() if kind in ("RefundSettled", "RefundFailed")] == [
        "RefundSettled",
        "RefundFailed",
    ]
    assert -town.balance(Account.REFUND_TO_REPAY) == PRICE
    town.check_money()


def test_a_whole_refund_made_in_the_dashboard_needs_nobody(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1")
    name = dashboard_refund(town, contribution_id, 2 * PRICE + TIP)
    town.settle(seconds=3)
    (found,) = (event for event in town.events() if isinstance(event, ExternalRefundFound))
    (allocated,) = (event for event in town.events() if isinstance(event, ExternalRefundAllocated))
    assert (found.provider_refund, found.cents) == (name, 2 * PRICE + TIP)
    assert (allocated.cents, allocated.tip_cents) == (2 * PRICE, TIP)
    assert town.balance(Account.PSP_COOP) == 0
    assert town.balance(Account.SUSPENSE) == 0
    town.check_money()


def test_a_part_refunded_in_the_dashboard_waits_until_somebody_says_whose_it_was(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.pay("CP A", "CE1")
    dashboard_refund(town, contribution_id, PRICE)
    town.settle(seconds=3)
    assert town.balance(Account.SUSPENSE) == PRICE
    assert town.context.funds(town.coop_id).available == PRICE
    town.check_money()
    (found,) = (event for event in town.events() if isinstance(event, ExternalRefundFound))
    by_line = (LineAmount(line=1, cents=PRICE),)
    town.do(AllocateExternalRefund, refund_id=found.refund_id, tip_cents=0, by_line=by_line)
    town.settle(seconds=3)
    assert town.balance(Account.SUSPENSE) == 0
    assert town.balance(Account.PSP_COOP) == PRICE
    assert [line.held for line in town.contribution(contribution_id).lines.values()] == [0, PRICE]
    town.check_money()


def test_a_basket_paid_twice_keeps_one_payment_gives_back_the_other_and_knows_both_fees(town: ServiceWorld) -> None:
    town.certify()
    contribution_id = town.place("CP A")
    first = town.page(contribution_id)
    kept = town.sandbox.sandbox.state.table("checkout.session")[first]
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
    second = town.sandbox.stripe.v1.checkout.sessions.create(twin).id
    assert [town.submit(session) for session in (first, second)] == ["Paid", "Paid"]
    # The fee of a card is known a moment after its payment: here only after the money went back.
    town.worker.work_off()
    town.worker.sweep()
    town.worker.work_off()
    town.settle(seconds=10)
    kinds = town.kinds()
    counted = [kinds.count(name) for name in ("PaymentCaptured", "PaymentSuspended", "SuspendedPaymentReturned")]
    assert counted == [1, 1, 1]
    assert kinds.count("ProviderFeeCharged") == 2
    assert town.balance(Account.SUSPENSE) == 0
    assert town.balance(Account.PSP_COOP) == PRICE
    town.check_money()
