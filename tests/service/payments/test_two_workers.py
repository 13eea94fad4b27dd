"""Two workers and a provider that is far away, answers some calls with « too many » and tells things late or twice.

However they share the work, each family pays once, its money moves once, and nothing is parked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SECRETS, run_sandbox
from benchmarks.load.parents import TIP, Parents, PaymentSite
from domain.chart_of_accounts import Account
from domain.events.contribution import FundsTransferred, PaymentCaptured, PaymentPutOnHold, ProviderFeeCharged
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.threads import WorkerThreads
from service.worker.worker import Worker
from tests.kit.api_server import MANDATAIRE, SLUG, create_token, run_web_server
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.service_world import PRICE, ServiceWorld, open_world
from tests.kit.stripe.provider_requests import settings_for
from tests.kit.waiting import wait_for

PARENTS = 40
LATENCY, CALLS = 0.05, 60
"""Seconds that a call takes, and how many the provider takes in a second: fewer than two workers would make."""
_KINDS = (PaymentCaptured, ProviderFeeCharged, FundsTransferred)


@contextmanager
def _beside(world: ServiceWorld, database: str, folder: Path) -> Iterator[Worker]:
    """Another worker on the same database, with connections and a client of the provider of its own."""
    with (
        closing(StripeProvider(settings_for(world.sandbox.url), clock=world.now)) as provider,
        Runtime(Settings(secure_cookies=False, data_dir=folder), None, database) as runtime,
    ):
        yield Worker(runtime, provider, world.now, ids=provider.ids)


def test_two_workers_under_a_storm_of_refusals_lose_nothing_and_double_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    found_association(database)
    with ExitStack() as opened:
        sandbox = opened.enter_context(run_sandbox(fee_delay=1, latency=LATENCY, rate_limit=CALLS, deliveries=8))
        world = opened.enter_context(open_world(database, sandbox))
        account = world.certify()
        opened.callback(Projectors(world.runtime).close)
        second = opened.enter_context(_beside(world, database, tmp_path))
        url = opened.enter_context(run_web_server(world.runtime, world.worker))
        for kind, secret in SECRETS.items():
            sandbox.do("/endpoints", url=f"{url}/provider/notifications/{kind}", secrets=[secret], kind=kind)
        token = create_token(database, MANDATAIRE, world.coop_id)
        parents = Parents(PaymentSite(url, sandbox.url, SLUG, world.coop_id, world.campaign_id, token), "storm")
        baskets = parents.open_pages(PARENTS)
        sandbox.do("/chaos", max_delay=2, duplicate_rate=0.3, drop_rate=0.1)
        sandbox.do("/failures", kind="429", path="/v1/*", times=25)
        with _working(world.worker), _working(second):
            assert len(parents.pay(baskets)) == PARENTS
            sandbox.pass_time(seconds=30)
            world.worker.sweep()
            wait_for(lambda: Counter(map(type, world.events())), _all_through, seconds=120, pause=0.1)
        events = world.events()
        captured = [event for event in events if isinstance(event, PaymentCaptured)]
        assert Counter(event.contribution_id for event in captured) == {one.contribution_id: 1 for one in baskets}
        assert all((event.cents, event.tip_cents) == (PRICE, TIP) for event in captured)
        moved = Counter(event.contribution_id for event in events if isinstance(event, FundsTransferred))
        assert moved == {one.contribution_id: 1 for one in baskets}
        assert not any(isinstance(event, PaymentPutOnHold) for event in events)
        assert len(sandbox.sandbox.state.table("transfer")) == PARENTS
        assert world.balance(Account.PSP_COOP) == world.worker.provider.balance(account).total == PARENTS * PRICE
        assert sandbox.sandbox.calls["429"] >= 25, "the storm was one"
        assert not _put_off(world), "and nobody was shown it: what was refused was asked again, and no attempt counted"
        world.check_money()


@contextmanager
def _working(worker: Worker) -> Iterator[None]:
    """Let the threads of a worker work for a while."""
    threads = WorkerThreads(worker, threads=16)
    try:
        yield
    finally:
        threads.close()


def _put_off(world: ServiceWorld) -> list[str]:
    """Tasks that ended in an error once."""
    with world.worker.outbox.pool.connection() as connection:
        rows = connection.execute("SELECT kind FROM work.tasks WHERE attempts > 0 AND state = 'done'").fetchall()
    return [kind for (kind,) in rows]


def _all_through(kinds: Counter[type]) -> bool:
    return min(kinds[kind] for kind in _KINDS) >= PARENTS
