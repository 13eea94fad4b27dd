"""Accounts where nothing moves cost one call a day; what moves there without a word is found all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from adapters.payments.errors import ProviderUnavailable
from adapters.payments.values import NewAccount
from adapters.reconciliation.breaks import BreakStore
from domain.coop.state import PayoutStatus
from domain.reconciliation.expected import PLATFORM
from domain.reconciliation.matching import MatchState
from domain.reconciliation.run import Reconciliation, ReconciliationRun
from service.reconciliation import reconciler as crawling
from service.reconciliation.pace import ReconciliationPace
from service.reconciliation.reconciler import reconcile_when_due
from tests.kit.service_world import PRICE, SLUG, ServiceWorld
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler, seen

BALANCE = "GET /v1/balance"
MOVEMENTS = "GET /v1/balance_transactions"
EVENTS = "GET /v1/events"
BANKS = "GET /v1/accounts/{account}/external_accounts"
ACCOUNT = "GET /v2/core/accounts/{id}"


def example_coop(number: int) -> UUID:
    """A coop of which the ledger knows nothing but its number."""
    return UUID(int=number + 1)


def calls_of(world: ServiceWorld, doing: Callable[[], object]) -> dict[str, int]:
    """The calls of the provider that something makes, by kind."""
    calls = world.sandbox.sandbox.calls
    calls.clear()
    doing()
    return dict(calls)


def quiet(world: ServiceWorld, reconciler: CheckedReconciler) -> str:
    """A coop's account with money, on which all is compared and nothing is open; return its name."""
    account = world.certify()
    world.pay("CP A", card="instant")
    world.settle(days=8)
    reconciler.clean(seconds=LATER)
    reconciler.clean(days=1)
    return account


def run_of(done: Reconciliation, account: str) -> ReconciliationRun:
    """What a run says of an account."""
    (one,) = (checked.run for checked in done.accounts if checked.run.account == account)
    return one


def add_quiet_accounts(world: ServiceWorld, count: int) -> list[str]:
    """More accounts of coops, where nothing ever moves; return their names."""
    made = []
    for number in range(count):
        wanted = NewAccount(ledger=SLUG, coop_id=example_coop(number), name="Coop", email="coop@ecole.example")
        account = world.worker.provider.create_account(wanted, key=f"quiet:{number}").account
        world.worker.accounts.add(account, SLUG, wanted.coop_id)
        made.append(account)
    return made


def test_an_account_where_nothing_moved_costs_one_call_a_day_and_is_in_the_proof(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = quiet(world, reconciler)
    others = add_quiet_accounts(world, 2)
    reconciler.run(days=1)
    done: list[Reconciliation] = []
    spent = calls_of(world, lambda: done.append(reconciler.run(days=1)))
    assert {one.run.account for one in done[0].accounts} == {PLATFORM, account, *others}
    # The platform and one idle account in seven are read whole.
    assert (done[0].by_balance, spent) == (2, {BALANCE: 4, MOVEMENTS: 2})
    assert done[0].sound
    done += [reconciler.run(days=1) for _ in range(6)]
    assert {one.run.account for run in done for one in run.accounts if one.run.whole} >= {account, *others}


def test_money_that_moves_without_a_word_on_an_idle_account_is_found_the_same_day(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = quiet(world, reconciler)
    add_quiet_accounts(world, 8)
    reconciler.run(days=1)
    assert not run_of(reconciler.run(days=1), account).whole
    payout = reconciler.pay_out_by_hand(account, 5_00)
    done = reconciler.run(seconds=LATER)
    assert run_of(done, account).whole
    assert [(one.key.object_id, one.kind) for one in done.breaks] == [(payout, MatchState.PROVIDER_ONLY)]
    # As long as a difference is open the account is read whole every day.
    assert seen(reconciler.run(days=1).breaks) == [(MatchState.PROVIDER_ONLY, "persisting", 0, -5_00)]


def test_movements_that_cancel_each_other_on_an_idle_account_are_found_within_a_week(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = quiet(world, reconciler)
    add_quiet_accounts(world, 8)
    reconciler.run(days=1)
    reconciler.move_unannounced("reserve_hold", -4_00, account)
    reconciler.move_unannounced("reserve_release", 4_00, account)
    assert not run_of(reconciler.run(days=1), account).whole
    booked = [reconciler.run(days=1).booked for _ in range(7)]
    assert sum(booked) == 2


def test_what_is_told_of_an_idle_account_has_it_read_whole(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    account = quiet(world, reconciler)
    add_quiet_accounts(world, 8)
    reconciler.run(days=1)
    assert not run_of(reconciler.run(days=1), account).whole
    reconciler.pay_out_by_hand(account, 5_00)
    for told in world.worker.provider.webhook_events(account, world.now() - timedelta(hours=1)):
        world.worker.keep("connect", told, None)
    world.worker.work_off()
    spent = calls_of(world, lambda: reconciler.run(seconds=LATER))
    assert spent[BALANCE] == 10  # known before its balance is asked: it is not asked twice


def test_everything_is_read_whole_for_who_asks_so(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    quiet(world, reconciler)
    add_quiet_accounts(world, 8)
    reconciler.run(days=1)
    assert reconciler.run(days=1).by_balance == 8 - 1
    done = reconciler.crawler.run(world.now(), whole=True)
    assert done is not None
    assert done.by_balance == 0


def test_a_payout_whose_webhook_is_lost_is_known_to_have_arrived_within_hours(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    payout_id = world.payout(PRICE)
    world.settle()
    assert world.context.coop(world.coop_id).payouts[payout_id].status is PayoutStatus.SENT
    world.sandbox.pass_time(days=5)
    world.worker.sweep()
    world.worker.work_off()
    assert world.context.coop(world.coop_id).payouts[payout_id].status is PayoutStatus.PAID
    # Nothing is waited for any more: what remains is compared, and then only the platform is asked for its webhooks.
    reconciler.run(seconds=LATER)
    world.sandbox.pass_time(days=1)
    assert calls_of(world, world.worker.sweep) == {EVENTS: 1, ACCOUNT: 1, BANKS: 1}


def test_a_certification_whose_webhook_is_lost_is_known_within_hours(world: ServiceWorld) -> None:
    add_quiet_accounts(world, 5)
    account = world.certify()
    world.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    world.sandbox.pass_time(seconds=7 * 3_600)
    world.settle()
    assert not world.context.coop(world.coop_id).certified
    world.sandbox.do(f"/accounts/{account}/certification", action="accept")
    world.sandbox.pass_time(seconds=7 * 3_600)
    world.worker.sweep()
    assert world.context.coop(world.coop_id).certified


def test_an_account_that_the_provider_does_not_know_keeps_no_other_from_being_swept(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    world.worker.accounts.add("acct_gone", SLUG, example_coop(9))
    others = add_quiet_accounts(world, 3)
    world.worker.sweep()
    known = reconciler.crawler.activity.of(["acct_gone", *others], world.now())
    assert [one.account for one in known if one.looked_at is None] == []


def test_a_run_that_was_stopped_goes_on_where_it_was(
    world: ServiceWorld, reconciler: CheckedReconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "_TOGETHER", 3)
    others = add_quiet_accounts(world, 7)
    asked: list[int] = []

    def stop_after_two(accounts: int) -> bool:
        asked.append(accounts)
        return len(asked) < 2

    assert reconcile_when_due(world.worker, world.now(), stop_after_two) is None
    book: BreakStore = reconciler.crawler.book
    done = {account for account in others if book.runs(account)}
    assert (len(done), book.runs(PLATFORM)) == (6, [])
    again = reconcile_when_due(world.worker, world.now())
    assert again is not None
    assert {one.run.account for one in again.accounts} == {PLATFORM, *others} - done
    assert reconcile_when_due(world.worker, world.now()) is None


def test_a_run_that_the_provider_broke_off_goes_on_where_it_was(
    world: ServiceWorld, reconciler: CheckedReconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "_TOGETHER", 3)
    add_quiet_accounts(world, 7)

    def away(_: int) -> bool:
        world.sandbox.do("/failures", kind="500_before", method="GET", path="/v1/balance", times=20)
        return True

    with pytest.raises(ProviderUnavailable):
        reconcile_when_due(world.worker, world.now(), away)
    world.sandbox.control.delete("/_sandbox/failures")
    again = reconcile_when_due(world.worker, world.now())
    assert again is not None
    assert len(again.accounts) == 5
    assert reconciler.run().sound


def test_a_run_that_takes_hours_begins_so_early_that_each_account_is_read_every_day(
    world: ServiceWorld, reconciler: CheckedReconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_quiet_accounts(world, 6)
    monkeypatch.setattr(crawling, "PER_SECOND", 6 / (2 * 3_600))
    reconciler.run()
    assert not reconciler.crawler.due(world.now() + timedelta(hours=21))
    assert reconciler.crawler.due(world.now() + timedelta(hours=22, minutes=1))


def test_its_pace_lets_so_many_accounts_a_second_pass_and_ends_when_it_is_told() -> None:
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return len(waited) > 1

    pace = ReconciliationPace(wait, per_second=2.0)
    assert pace(200)
    assert not pace(200)
    assert all(90 < seconds <= 100 for seconds in waited)
