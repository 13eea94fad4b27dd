"""An installation without a payment provider: letters leave, and what only a provider can do waits for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from adapters.payments.errors import ProviderMissing
from adapters.payments.port import Endpoint
from adapters.stripe_provider import StripeIds
from adapters.stripe_sandbox.testing import IBAN
from domain.coop.certification import RequestCertification
from domain.rights.roles import Role
from service.bootstrap.worker import open_worker
from service.payments.accounts import open_account
from service.runtime.runtime import Runtime
from service.settings import PaymentSettings, Settings
from service.worker.threads import WorkerThreads
from service.worker.worker import Worker
from tests.kit.api_server import run_web_server
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.members.sessions import new_member
from tests.kit.service_world import SLUG, ServiceWorld
from tests.kit.waiting import wait_until


@pytest.fixture
def worker(world: ServiceWorld) -> Iterator[Worker]:
    """A worker of the same association that knows no provider, on the world's clock."""
    opened = Worker(world.runtime, None, world.now, ids=StripeIds())
    yield opened
    opened.close()


def test_what_needs_a_provider_waits_for_one_and_counts_no_failure(world: ServiceWorld, worker: Worker) -> None:
    account = open_account(world.context, world.coop_id, email="coop@ecole.example")
    world.do(RequestCertification, world.coop_id, provider_account=account)
    world.confirm_bank_account(IBAN)
    assert worker.plan() > 0
    for _ in range(12):
        while worker.work():
            pass
        world.sandbox.pass_time(seconds=660)
    assert worker.outbox.count() == {"waiting": 1}
    world.sandbox.pass_time(seconds=660)
    world.settle()
    assert "parked" not in world.worker.outbox.count()
    assert world.worker.outbox.count()["done"] == 1


def test_a_notification_is_refused_while_nobody_can_say_whose_it_is(worker: Worker) -> None:
    with pytest.raises(ProviderMissing):
        worker.receive(Endpoint.PLATFORM, b"{}", {})
    assert worker.inbox.count() == {}


def test_there_is_nothing_to_sweep_and_nothing_to_reconcile(worker: Worker) -> None:
    assert not worker.takes_payments
    assert worker.sweep() == 0
    with pytest.raises(ProviderMissing):
        assert worker.provider.live


def test_a_member_signs_in_and_a_family_opens_an_account_where_nothing_is_paid_by_card(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    found_association(database)
    settings = Settings(secure_cookies=False, data_dir=tmp_path)
    with Runtime(settings, None, database) as runtime:
        worker = open_worker(runtime, PaymentSettings())
        assert not worker.takes_payments
        opened = runtime.ledger(SLUG)
        member_id = new_member(opened, Role.STAFF)
        workers = WorkerThreads(worker, threads=1)
        try:
            with run_web_server(runtime, worker) as url, httpx2.Client(base_url=url, timeout=20) as visit:
                asked = visit.post(f"/{SLUG}/connexion", data={"email": f"{member_id}@ecole.example"})
                assert asked.status_code == 200
                family = {"first_name": "Zoé", "last_name": "QUATREBARBES", "email": "zoe@famille.example"}
                account = visit.post(f"/{SLUG}/compte/creer", data={**family, "password": "cerise tracteur lundi"})
                assert account.status_code == 200, account.text
                wait_until(lambda: len(list(tmp_path.rglob("*.eml"))) == 2, seconds=20)
        finally:
            workers.close()
            worker.close()
