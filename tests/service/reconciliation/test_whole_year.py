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


def test_contributions_tips_fees_and_transfers_match(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    waiting = town.pay("CP A")
    account = town.certify()
    town.pay("CP A", "CE1", instalments=3)
    for _ in range(2):
        town.settle(days=35)
        town.settle(seconds=3)  # the fee comes late
    assert {"ProviderFeeCharged", "FundsTransferred"} <= set(town.kinds())
    done = auditor.clean(seconds=LATER)
    platform, coop = done.accounts
    assert (platform.crawl.account, coop.crawl.account) == (PLATFORM, account)
    assert platform.crawl.totals.ledger == town.balance(Account.PSP_PLATFORM)
    assert coop.crawl.totals.ledger == town.balance(Account.PSP_COOP) == 3 * PRICE
    assert town.contribution(waiting).payments


def test_a_whole_story_matches_to_the_last_cent(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    account = town.certify()
    refunded, won, lost, unlucky = (town.pay("CP A", "CE1", card="instant") for _ in range(4))
    town.refund(refunded, PRICE, TIP)
    town.settle(seconds=3)
    for contribution_id, decision in ((won, True), (lost, False)):
        (charge,) = town.contribution(contribution_id).payments
        dispute = town.sandbox.do(f"/charges/{charge}/dispute")["dispute"]
        town.settle(seconds=3)
        town.sandbox.do(f"/disputes/{dispute}/decision", won=decision)
        town.settle(seconds=3)
    town.payout(PRICE)
    town.settle(days=5)
    town.confirm_bank_account(CLOSED_IBAN)
    town.payout(PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    town.confirm_bank_account(OTHER_IBAN)
    town.payout(PRICE)
    town.settle(seconds=3)
    town.settle(days=5)
    last = list(town.sandbox.sandbox.state.table("payout"))[-1]
    town.sandbox.do(f"/payouts/{last}", outcome="fail", failure_code="no_account")
    town.settle(seconds=3)
    # A fund for what the platform owes: no event tells of it, so the ledger learns of it from a crawl.
    town.sandbox.do("/topups", cents=100_00)
    assert auditor.crawl(seconds=LATER).booked == 1
    (charge,) = town.contribution(unlucky).payments
    town.sandbox.stripe.v1.refunds.create({"charge": charge, "amount": PRICE})
    town.settle(seconds=3)
    told = set(town.kinds())
    assert {"RefundSettled", "DisputeWon", "DisputeLost", "PayoutPaid", "PayoutFailed", "PayoutReturned"} <= told
    assert {"TransferReversed", "ExternalRefundFound"} <= told
    town.check_money()
    done = auditor.clean(seconds=LATER)
    assert [one.crawl.account for one in done.accounts] == [PLATFORM, account]
    assert auditor.clean(days=1).accounts[0].crawl.fresh == 0


def test_what_goes_wrong_with_money_that_left_matches_too(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    town.certify()
    refunded = town.pay("CP A", "CE1", card="instant")
    contested = town.pay("CP A", tip=50_00, card="instant")
    town.refund(refunded, PRICE)
    town.settle(seconds=3)
    (settled,) = (event for event in town.events() if isinstance(event, RefundSettled))
    town.sandbox.do(f"/refunds/{settled.provider_refund}/failure")
    town.settle(seconds=3)
    assert "RefundFailed" in town.kinds()
    auditor.clean(seconds=LATER)
    town.payout(2 * PRICE)
    town.settle(days=5)
    (charge,) = town.contribution(contested).payments
    dispute = town.sandbox.do(f"/charges/{charge}/dispute")["dispute"]
    town.settle(seconds=3)
    town.sandbox.do(f"/disputes/{dispute}/decision", won=False)
    town.settle(seconds=3)
    assert "NegativeBalanceCovered" in town.kinds()
    auditor.clean(seconds=LATER)
    town.pay("CE1", "CP A", tip=60_00, card="instant")
    town.settle(days=1)
    made_good = {"cents": 3_00, "approvers": ("a", "b"), "reason": "Erreur d’affichage"}
    town.do(ApproveAdjustment, town.coop_id, adjustment_id=uuid4(), **made_good)
    town.settle(days=1)
    assert {"DebtRecovered", "AdjustmentTransferred"} <= set(town.kinds())
    auditor.clean(seconds=LATER)
    town.check_money()


def test_a_payment_nobody_expected_and_its_return_match(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    town.sandbox.do("/topups", cents=10_00)
    assert auditor.crawl(seconds=LATER).booked == 1
    contribution_id = town.place("CP A", tip=0)
    assert town.submit(town.page(contribution_id), "instant") == "Paid"
    town.sandbox.pass_time(seconds=3)
    charge = next(iter(town.sandbox.sandbox.state.table("charge")))
    town.worker.sweep()
    surprise: dict[str, Any] = {"payment_id": charge, "cents": PRICE, "reason": "twice", "paid_at": town.now()}
    town.do(RecordPaymentOnHold, contribution_id=contribution_id, **surprise)
    town.settle(seconds=3)
    town.settle(seconds=3)
    assert {"PaymentSuspended", "SuspendedPaymentReturned"} <= set(town.kinds())
    auditor.clean(seconds=LATER)


def test_what_just_happened_is_on_its_way_on_either_side_and_no_break(
    town: ServiceWorld, auditor: CheckedReconciler
) -> None:
    town.certify()
    session = town.page(town.place("CP A"))
    assert town.submit(session) == "Paid"
    town.sandbox.pass_time(seconds=60)
    done = auditor.crawl()
    assert (done.breaks, done.accounts[0].crawl.totals.breaks) == ((), 0)
    assert done.accounts[0].crawl.totals.in_flight == town.worker.provider.balance(None).total > 0
    assert done.sound
    town.settle(seconds=LATER)
    auditor.clean(seconds=LATER)


def test_the_invented_story_of_the_demonstration_is_outside_the_comparison(
    town: ServiceWorld, auditor: CheckedReconciler
) -> None:
    town.certify()
    town.pay("CP A", card="instant")
    DemoScenario(town.runtime.ledger(SLUG)).play()
    done = auditor.clean(seconds=LATER)
    assert done.accounts[0].crawl.totals.ledger == town.worker.provider.balance(None).total
    assert len(done.accounts) == 2


def test_crawling_twice_finds_and_books_nothing_new(town: ServiceWorld, auditor: CheckedReconciler) -> None:
    town.certify()
    town.pay("CP A", card="instant")
    auditor.move_unannounced("stripe_fee", -2_00)
    first = auditor.crawl(seconds=LATER)
    events = len(town.events())
    again = auditor.crawl()
    assert (first.booked, again.booked, len(town.events())) == (1, 0, events)
    assert [one.crawl.totals for one in again.accounts] == [one.crawl.totals for one in first.accounts]
    assert [one.crawl.fresh for one in again.accounts] == [0, 0]
    auditor.clean(days=1)
