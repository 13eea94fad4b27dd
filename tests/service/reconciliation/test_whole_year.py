"""A year of a coop's money: every movement at the provider has its event, and every total is zero."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from adapters.stripe_sandbox.state import PLATFORM
from domain.campaign.payments import RecordPaymentOnHold
from domain.chart_of_accounts import Account
from domain.coop.closing import ApproveAdjustment
from domain.events.refund import RefundSettled
from service.demo.scenario import DemoScenario
from tests.kit.service_world import PRICE, SLUG, TIP, ServiceWorld
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler

CLOSED_IBAN = "FR7920041010050500013M02600"
OTHER_IBAN = "FR7630006000011234567890189"


def test_contributions_tips_fees_and_transfers_match(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    waiting = world.pay("CP A")
    account = world.certify()
    world.pay("CP A", "CE1", instalments=3)
    for _ in range(2):
        world.settle(days=35)
        world.settle(seconds=3)  # the fee comes late
    assert {"ProviderFeeCharged", "FundsTransferred"} <= set(world.kinds())
    done = reconciler.clean(seconds=LATER)
    platform, coop = done.accounts
    assert (platform.run.account, coop.run.account) == (PLATFORM, account)
    assert platform.run.totals.ledger == world.balance(Account.PSP_PLATFORM)
    assert coop.run.totals.ledger == world.balance(Account.PSP_COOP) == 3 * PRICE
    assert world.contribution(waiting).payments


def test_a_whole_story_matches_to_the_last_cent(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    account = world.certify()
    refunded, won, lost, unlucky = (world.pay("CP A", "CE1", card="instant") for _ in range(4))
    world.refund(refunded, PRICE, TIP)
    world.settle(seconds=3)
    for contribution_id, decision in ((won, True), (lost, False)):
        (charge,) = world.contribution(contribution_id).payments
        dispute = world.sandbox.do(f"/charges/{charge}/dispute")["dispute"]
        world.settle(seconds=3)
        world.sandbox.do(f"/disputes/{dispute}/decision", won=decision)
        world.settle(seconds=3)
    world.payout(PRICE)
    world.settle(days=5)
    world.confirm_bank_account(CLOSED_IBAN)
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    world.confirm_bank_account(OTHER_IBAN)
    world.payout(PRICE)
    world.settle(seconds=3)
    world.settle(days=5)
    last = list(world.sandbox.sandbox.state.table("payout"))[-1]
    world.sandbox.do(f"/payouts/{last}", outcome="fail", failure_code="no_account")
    world.settle(seconds=3)
    # A fund for what the platform owes: no event tells of it, so the ledger learns of it from a run.
    world.sandbox.do("/topups", cents=100_00)
    assert reconciler.run(seconds=LATER).booked == 1
    (charge,) = world.contribution(unlucky).payments
    world.sandbox.stripe.v1.refunds.create({"charge": charge, "amount": PRICE})
    world.settle(seconds=3)
    told = set(world.kinds())
    assert {"RefundSettled", "DisputeWon", "DisputeLost", "PayoutPaid", "PayoutFailed", "PayoutReturned"} <= told
    assert {"TransferReversed", "ExternalRefundFound"} <= told
    world.check_money()
    done = reconciler.clean(seconds=LATER)
    assert [one.run.account for one in done.accounts] == [PLATFORM, account]
    assert reconciler.clean(days=1).accounts[0].run.fresh == 0


def test_what_goes_wrong_with_money_that_left_matches_too(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    world.certify()
    refunded = world.pay("CP A", "CE1", card="instant")
    contested = world.pay("CP A", tip=50_00, card="instant")
    world.refund(refunded, PRICE)
    world.settle(seconds=3)
    (settled,) = (event for event in world.events() if isinstance(event, RefundSettled))
    world.sandbox.do(f"/refunds/{settled.provider_refund}/failure")
    world.settle(seconds=3)
    assert "RefundFailed" in world.kinds()
    reconciler.clean(seconds=LATER)
    world.payout(3 * PRICE)
    world.settle(days=5)
    (charge,) = world.contribution(contested).payments
    dispute = world.sandbox.do(f"/charges/{charge}/dispute")["dispute"]
    world.settle(seconds=3)
    world.sandbox.do(f"/disputes/{dispute}/decision", won=False)
    world.settle(seconds=3)
    assert "NegativeBalanceCovered" in world.kinds()
    reconciler.clean(seconds=LATER)
    world.pay("CE1", "CP A", tip=60_00, card="instant")
    world.settle(days=1)
    made_good = {"cents": 3_00, "approvers": ("a", "b"), "reason": "platform_mistake"}
    world.do(ApproveAdjustment, world.coop_id, adjustment_id=uuid4(), **made_good)
    world.settle(days=1)
    assert {"DebtRecovered", "AdjustmentTransferred"} <= set(world.kinds())
    reconciler.clean(seconds=LATER)
    world.check_money()


def test_a_payment_nobody_expected_and_its_return_match(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    world.sandbox.do("/topups", cents=10_00)
    assert reconciler.run(seconds=LATER).booked == 1
    contribution_id = world.place("CP A", tip=0)
    assert world.submit(world.page(contribution_id), "instant") == "Paid"
    world.sandbox.pass_time(seconds=3)
    charge = next(iter(world.sandbox.sandbox.state.table("charge")))
    world.worker.sweep()
    surprise: dict[str, Any] = {"payment_id": charge, "cents": PRICE, "reason": "twice", "paid_at": world.now()}
    world.do(RecordPaymentOnHold, contribution_id=contribution_id, **surprise)
    world.settle(seconds=3)
    world.settle(seconds=3)
    assert {"PaymentPutOnHold", "OnHoldPaymentReturned"} <= set(world.kinds())
    reconciler.clean(seconds=LATER)


def test_what_just_happened_is_on_its_way_on_either_side_and_no_break(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.certify()
    session = world.page(world.place("CP A"))
    assert world.submit(session) == "Paid"
    world.sandbox.pass_time(seconds=60)
    done = reconciler.run()
    assert (done.breaks, done.accounts[0].run.totals.breaks) == ((), 0)
    assert done.accounts[0].run.totals.in_flight == world.worker.provider.balance(None).total > 0
    assert done.sound
    world.settle(seconds=LATER)
    reconciler.clean(seconds=LATER)


def test_the_invented_story_of_the_demonstration_is_outside_the_comparison(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    DemoScenario(world.runtime.ledger(SLUG)).play()
    done = reconciler.clean(seconds=LATER)
    assert done.accounts[0].run.totals.ledger == world.worker.provider.balance(None).total
    assert len(done.accounts) == 2


def test_crawling_twice_finds_and_books_nothing_new(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    reconciler.move_unannounced("stripe_fee", -2_00)
    first = reconciler.run(seconds=LATER)
    events = len(world.events())
    again = reconciler.run()
    assert (first.booked, again.booked, len(world.events())) == (1, 0, events)
    assert [one.run.totals for one in again.accounts] == [one.run.totals for one in first.accounts]
    assert [one.run.fresh for one in again.accounts] == [0, 0]
    reconciler.clean(days=1)
