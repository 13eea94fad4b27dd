"""What a reconciliation run reads: page after page, whatever moves meanwhile, however often it is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.payments.errors import ProviderUnavailable
from adapters.payments.values import ProviderBalance
from adapters.stripe_provider import StripeProvider
from domain.chart_of_accounts import Account
from domain.reconciliation.run import ReconciliationRun
from service.reconciliation.account_reading import OVERLAP, read_account
from service.reconciliation.reconciler import reconcile_when_due
from tests.kit.service_world import PRICE, SLUG, ServiceWorld
from tests.kit.stripe.provider_requests import settings_for
from tests.service.reconciliation.checked_reconciler import LATER, CheckedReconciler


class BusyProvider(StripeProvider):
    """The sandbox, where money moves at each request of the platform's balance, so many times."""

    times = 0
    world: ServiceWorld

    def balance(self, account: str | None) -> ProviderBalance:
        """Look at what an account holds, and let some more come after it."""
        told = super().balance(account)
        if self.times:
            self.times -= 1
            self.world.sandbox.do("/topups", cents=1_00)
        return told


@pytest.fixture
def busy(world: ServiceWorld) -> Iterator[BusyProvider]:
    """A provider where money moves while it is read."""
    provider = BusyProvider(settings_for(world.sandbox.url), clock=world.now)
    provider.world = world
    yield provider
    provider.close()


def test_a_balance_that_changes_while_it_is_read_is_read_again(
    world: ServiceWorld, reconciler: CheckedReconciler, busy: BusyProvider
) -> None:
    busy.times = 1
    reading = read_account(busy, reconciler.crawler.mirror, "", None, world.now())
    assert (reading.steady, reading.balance, reading.fresh) == (True, 1_00, 1)
    assert reconciler.crawler.mirror.sums("") == (0, 1_00)


def test_a_balance_that_never_stands_still_judges_nothing(
    world: ServiceWorld, reconciler: CheckedReconciler, busy: BusyProvider
) -> None:
    busy.times = 100
    reading = read_account(busy, reconciler.crawler.mirror, "", None, world.now())
    assert not reading.steady
    reconciler.run(seconds=LATER)
    assert reconciler.clean(days=1).accounts[0].gap == 0


def test_a_crawl_begins_three_days_before_the_last_one(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    world.pay("CP A")
    first = reconciler.run(seconds=LATER)
    second = reconciler.run(days=10)
    assert second.accounts[0].run.since == first.at - OVERLAP == first.at - timedelta(days=3)
    assert (first.accounts[0].run.fresh, second.accounts[0].run.fresh) == (1, 0)


def test_more_movements_than_a_page_holds_are_all_read(reconciler: CheckedReconciler) -> None:
    for cents in range(1, 121):
        reconciler.move_unannounced("reserve_hold", -cents)
    done = reconciler.run(seconds=60)
    assert (done.accounts[0].run.found, done.accounts[0].run.fresh) == (120, 120)
    assert done.accounts[0].run.totals.movements == done.accounts[0].run.totals.balance == -sum(range(1, 121))


def test_a_crawl_goes_on_after_the_provider_was_away(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    world.certify()
    world.pay("CP A", card="instant")
    failure = {"method": "GET", "path": "/v1/balance_transactions", "times": 20}
    world.sandbox.do("/failures", kind="500_before", **failure)
    with pytest.raises(ProviderUnavailable):
        reconciler.run(seconds=LATER)
    world.sandbox.control.delete("/_sandbox/failures")
    assert reconciler.crawler.book.runs("") == []
    reconciler.clean(seconds=1)


def test_an_account_that_the_provider_does_not_know_is_said_and_the_others_are_read(
    world: ServiceWorld, reconciler: CheckedReconciler
) -> None:
    account = world.certify()
    world.pay("CP A", card="instant")
    world.worker.accounts.add("acct_gone", SLUG, world.campaign_id)
    done = reconciler.run(seconds=LATER)
    assert done.unread == ("acct_gone",)
    assert [one.run.account for one in done.accounts] == ["", account]
    assert (done.breaks, done.sound) == ((), False)
    assert world.balance(Account.PSP_COOP) == PRICE


def test_called_again_and_again_it_crawls_once_a_day(world: ServiceWorld, reconciler: CheckedReconciler) -> None:
    world.certify()
    assert reconcile_when_due(world.worker, world.now()) is not None
    for hour in range(1, 24):
        assert reconcile_when_due(world.worker, world.now() + timedelta(hours=hour)) is None
    again = reconcile_when_due(world.worker, world.now() + timedelta(days=1))
    assert again is not None
    assert len(again.accounts) == 2
    assert len(reconciler.crawler.book.runs("")) == 2


def test_a_crawl_that_was_stopped_before_its_end_is_still_due(
    world: ServiceWorld, reconciler: CheckedReconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = world.certify()
    keep = reconciler.crawler.book.record_run

    def keep_coops_only(run: ReconciliationRun) -> None:
        if not run.account:
            raise KeyboardInterrupt
        keep(run)

    monkeypatch.setattr(reconciler.crawler.book, "record_run", keep_coops_only)
    with pytest.raises(KeyboardInterrupt):
        reconciler.run(seconds=LATER)
    assert len(reconciler.crawler.book.runs(account)) == 1
    assert reconciler.crawler.due(world.now())
