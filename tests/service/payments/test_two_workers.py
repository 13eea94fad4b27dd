"""Two web servers, two workers, and a provider that is far away, refuses some calls and tells things late or twice.

Some of what it tells is lost, and some links between its objects show late. However they share the work, each family
pays once, its money moves once, and nothing is parked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.api.late import LATE
from adapters.stripe_sandbox.testing import SECRETS, SandboxServer, run_sandbox
from benchmarks.load.parents import TIP, Basket, Parents, PaymentSite
from domain.chart_of_accounts import Account
from domain.events.contribution import FundsTransferred, PaymentCaptured, PaymentPutOnHold, ProviderFeeCharged
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.threads import WorkerThreads
from service.worker.worker import Worker
from tests.kit.api_server import MANDATAIRE, SLUG, create_token, run_web_server
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.run.extent import Extent
from tests.kit.service_world import PRICE, ServiceWorld, open_world
from tests.kit.stripe.provider_requests import settings_for
from tests.kit.waiting import wait_for

LATENCY, CALLS = 0.05, 60
"""Seconds that a call takes, and how many the provider takes in a second: fewer than two workers would make."""
CHAOS = {"max_delay": 2, "shuffle": True, "duplicate_rate": 0.3, "drop_rate": 0.1, "late_rate": 0.3, "late_seconds": 4}
_KINDS = (PaymentCaptured, ProviderFeeCharged, FundsTransferred)


@contextmanager
def _beside(world: ServiceWorld, database: str, folder: Path) -> Iterator[tuple[str, Worker]]:
    """Another web server and another worker on the same database: nothing in memory is shared with the first."""
    with (
        closing(StripeProvider(settings_for(world.sandbox.url), clock=world.now)) as provider,
        Runtime(Settings(secure_cookies=False, data_dir=folder), None, database) as runtime,
    ):
        worker = Worker(runtime, provider, world.now, ids=provider.ids)
        with run_web_server(runtime, worker) as url:
            yield url, worker


def test_two_workers_under_a_storm_of_refusals_lose_nothing_and_double_nothing(
    database: str, extent: Extent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    found_association(database)
    count = extent.count(ci=40, long=200)
    with ExitStack() as opened:
        sandbox = opened.enter_context(run_sandbox(fee_delay=1, latency=LATENCY, rate_limit=CALLS, deliveries=8))
        world = opened.enter_context(open_world(database, sandbox))
        account = world.certify()
        opened.callback(Projectors(world.runtime).close)
        other, second = opened.enter_context(_beside(world, database, tmp_path))
        url = opened.enter_context(run_web_server(world.runtime, world.worker))
        _tell_both(sandbox, url, other)
        token = create_token(database, MANDATAIRE, world.coop_id)
        site = PaymentSite(url, sandbox.url, SLUG, world.coop_id, world.campaign_id, token)
        parents = Parents(site, "storm")
        baskets = parents.open_pages(count // 2) + Parents(site.at(other), "other").open_pages(count // 2)
        sandbox.do("/chaos", **CHAOS)
        sandbox.do("/failures", kind="429", path="/v1/*", times=25)
        with _working(world.worker), _working(second):
            assert len(parents.pay(baskets)) == count
            sandbox.pass_time(seconds=90)
            world.worker.sweep()
            wait_for(
                lambda: Counter(map(type, world.events())),
                lambda kinds: _all_through(kinds, count),
                seconds=300,
                pause=0.1,
            )
        assert_once(world, baskets)
        assert len(sandbox.sandbox.state.table("transfer")) == count
        assert world.balance(Account.PSP_COOP) == world.worker.provider.balance(account).total == count * PRICE
        assert sandbox.sandbox.calls["429"] >= 25, "the storm was one"
        late = _moves_with_late_links(sandbox)
        assert _put_off(world) <= late, "what was refused was asked again, and no attempt counted: a late link alone is"
        world.check_money()


def _tell_both(sandbox: SandboxServer, *urls: str) -> None:
    """Have the provider tell everything to both web servers: whatever one of them hears, the other does too."""
    for url in urls:
        for kind, secret in SECRETS.items():
            sandbox.do("/endpoints", url=f"{url}/provider/notifications/{kind}", secrets=[secret], kind=kind)


def assert_once(world: ServiceWorld, baskets: Sequence[Basket]) -> None:
    """Each basket is paid once, for its price and its tip, its money moved once, and nothing is parked."""
    events, once = world.events(), {one.contribution_id: 1 for one in baskets}
    captured = [event for event in events if isinstance(event, PaymentCaptured)]
    assert Counter(event.contribution_id for event in captured) == once
    assert all((event.cents, event.tip_cents) == (PRICE, TIP) for event in captured)
    assert Counter(event.contribution_id for event in events if isinstance(event, FundsTransferred)) == once
    assert not any(isinstance(event, PaymentPutOnHold) for event in events)


@contextmanager
def _working(worker: Worker) -> Iterator[None]:
    """Let the threads of a worker work for a while."""
    threads = WorkerThreads(worker, threads=16)
    try:
        yield
    finally:
        threads.close()


def _put_off(world: ServiceWorld) -> set[tuple[str, str | None]]:
    """The tasks that ended in an error once, each with its payment."""
    query = "SELECT kind, facts ->> 'payment_id' FROM work.tasks WHERE attempts > 0 AND state = 'done'"
    with world.worker.outbox.pool.connection() as connection:
        return set(connection.execute(query).fetchall())


def _moves_with_late_links(sandbox: SandboxServer) -> set[tuple[str, str | None]]:
    """The tasks whose transfer showed at first no link to its charge or to the coop's account, as chance had it."""
    drawn, rate = sandbox.sandbox.drawn, float(CHAOS["late_rate"])
    return {
        ("align", transfer["source_transaction"])
        for name, transfer in sandbox.sandbox.state.table("transfer").items()
        if any(drawn(f"{name}:{link}") < rate for link in LATE["transfer"])
    }


def _all_through(kinds: Counter[type], count: int) -> bool:
    return min(kinds[kind] for kind in _KINDS) >= count
