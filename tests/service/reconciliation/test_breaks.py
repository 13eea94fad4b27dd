"""Each kind of difference, made for real: how it is found, how it lasts, and how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.campaign.payments import RecordProviderFee
from domain.campaign.refunds import RecordExternalRefund
from domain.chart_of_accounts import Account
from domain.reconciliation.matching import MatchState
from tests.kit.service_world import PRICE, ServiceWorld
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler, seen

DAY = 24 * 3600


def refund_that_waits_for_money(world: ServiceWorld, reconciler: CheckedReconciler) -> str:
    """Record a refund made by hand that the provider keeps waiting for funds; return its name."""
    contribution_id = world.pay("CP A", card="instant")
    reconciler.clean(seconds=LATER)
    (charge,) = world.contribution(contribution_id).payments
    refund = world.sandbox.stripe.v1.refunds.create({"charge": charge, "amount": PRICE})
    asked: dict[str, Any] = {"payment_id": charge, "provider_refund": refund.id, "cents": PRICE}
    world.do(RecordExternalRefund, refund_id=uuid4(), settled_at=world.now(), **asked)
    return refund.id


def test_what_only_the_ledger_knows_is_new_then_persists_then_is_resolved(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.certify()
    refund = refund_that_waits_for_money(world, reconciler)
    first = reconciler.run(seconds=LATER)
    assert seen(first.breaks) == [(MatchState.LEDGER_ONLY, "new", -PRICE, 0)]
    assert first.breaks[0].key.object_id == refund
    assert first.sound
    second = reconciler.run(days=1)
    assert seen(second.breaks) == [(MatchState.LEDGER_ONLY, "persisting", -PRICE, 0)]
    assert second.breaks[0].age(second.at) == second.at - first.at >= timedelta(days=1)
    assert not second.sound
    assert [one.run.totals.breaks for one in second.accounts] == [PRICE, 0]
    world.sandbox.do("/topups", cents=50_00)
    third = reconciler.run(days=1)
    assert seen(third.breaks) == [(MatchState.LEDGER_ONLY, "resolved", -PRICE, 0)]
    assert third.breaks[0].resolved_at == third.at
    assert third.breaks[0].age(third.at + timedelta(days=9)) == third.at - first.at
    assert third.sound
    reconciler.clean(days=1)
    assert reconciler.crawler.book.all() == list(third.breaks)


def test_a_payout_made_by_hand_is_a_break_for_four_days_and_then_in_suspense(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    reconciler.clean(seconds=LATER)
    payout = reconciler.pay_out_by_hand(account, 5_00)
    first = reconciler.run(seconds=LATER)
    assert seen(first.breaks) == [(MatchState.PROVIDER_ONLY, "new", 0, -5_00)]
    assert (first.breaks[0].key.account, first.breaks[0].key.object_id) == (account, payout)
    world.settle()
    second = reconciler.run(seconds=4 * DAY - 3 * LATER)
    assert seen(second.breaks) == [(MatchState.PROVIDER_ONLY, "persisting", 0, -5_00)]
    assert (second.booked, world.context.coop(world.coop_id).suspense) == (0, {})
    third = reconciler.run(seconds=3 * LATER)
    assert (third.booked, seen(third.breaks)) == (1, [(MatchState.PROVIDER_ONLY, "resolved", 0, -5_00)])
    assert list(world.context.coop(world.coop_id).suspense.values()) == [-5_00]
    assert third.sound
    world.check_money()
    reconciler.clean(days=1)


def test_a_payout_made_by_hand_that_fails_after_it_was_booked_is_booked_back(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    payout = reconciler.pay_out_by_hand(account, 5_00)
    reconciler.run(seconds=LATER)
    assert reconciler.daily(4) == [0, 0, 0, 1]
    world.sandbox.do(f"/payouts/{payout}", outcome="fail", failure_code="no_account")
    reconciler.run(seconds=LATER)
    assert reconciler.daily(4) == [0, 0, 0, 1]
    assert sorted(world.context.coop(world.coop_id).suspense.values()) == [-5_00, 5_00]
    world.check_money()
    reconciler.clean(days=1)


def test_a_payout_made_by_hand_that_fails_at_once_is_nothing(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    payout = reconciler.pay_out_by_hand(account, 5_00)
    world.sandbox.do(f"/payouts/{payout}", outcome="cancel")
    reconciler.clean(seconds=LATER)
    reconciler.clean(days=2)
    assert world.context.coop(world.coop_id).suspense == {}


def test_a_refund_made_by_hand_of_which_nobody_is_told_is_a_break_until_somebody_is(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    contribution_id = world.pay("CP A", card="instant")
    world.settle(days=1)
    (charge,) = world.contribution(contribution_id).payments
    world.sandbox.stripe.v1.refunds.create({"charge": charge, "amount": 3_00})
    first = reconciler.run(seconds=LATER)
    assert seen(first.breaks) == [(MatchState.PROVIDER_ONLY, "new", 0, -3_00)]
    world.settle()
    assert "ExternalRefundFound" in world.kinds()
    second = reconciler.run(seconds=LATER)
    assert seen(second.breaks) == [(MatchState.PROVIDER_ONLY, "resolved", 0, -3_00)]
    reconciler.clean(days=1)
    assert "PlatformMovementRecorded" not in world.kinds()


def test_a_fee_that_the_ledger_never_heard_of_is_another_amount_until_it_does(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.certify()
    assert world.submit(world.page(world.place("CP A", tip=0))) == "Paid"
    world.worker.sweep()
    world.worker.work_off()
    assert "PaymentCaptured" in world.kinds()
    assert "ProviderFeeCharged" not in world.kinds()
    first = reconciler.run(seconds=LATER)
    ((kind, state, ledger, provider),) = seen(first.breaks)
    assert (kind, state, ledger) == (MatchState.AMOUNT_DIFFERS, "new", PRICE)
    assert 0 < provider < PRICE
    assert reconciler.run(days=1).breaks[0].state.value == "persisting"
    world.settle()
    fee = world.balance(Account.PSP_FEES)
    assert fee == PRICE - provider
    # What resolves it was only just recorded: until then it is neither here nor there, and stays as it was.
    assert reconciler.run(seconds=LATER).breaks[0].state.value == "resolved"
    reconciler.clean(days=1)


def test_a_fee_one_cent_too_small_is_a_break_for_as_long_as_it_is(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.certify()
    contribution_id = world.place("CP A", tip=0)
    assert world.submit(world.page(contribution_id)) == "Paid"
    world.worker.sweep()
    world.worker.work_off()
    (charge,) = world.contribution(contribution_id).payments
    world.sandbox.pass_time(seconds=60)
    (moved,) = (
        one
        for one in world.worker.provider.balance_transactions(None, world.now() - timedelta(days=1), world.now())
        if one.source == charge
    )
    world.do(
        RecordProviderFee,
        contribution_id=contribution_id,
        payment_id=charge,
        cents=moved.fee - 1,
        charged_at=moved.created_at,
    )
    world.settle()
    for state in ("new", "persisting", "persisting"):
        done = reconciler.run(days=1)
        assert seen(done.breaks) == [(MatchState.AMOUNT_DIFFERS, state, moved.net + 1, moved.net)]
        assert (done.accounts[0].run.totals.breaks, done.accounts[0].run.totals.unexplained) == (-1, 0)
    assert done.breaks[0].age(done.at) >= timedelta(days=2)
