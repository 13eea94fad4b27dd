"""The threads of a running service: what they do by themselves, without anybody asking."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from adapters.family_accounts import Profile
from adapters.people_vault import BasketVault, Person, Purpose
from domain.calendar import paris_date
from domain.reconciliation.expected import PLATFORM
from service.reconciliation.reconciler import Reconciler
from service.worker.threads import WorkerThreads
from tests.kit.service_world import SLUG, ServiceWorld
from tests.kit.waiting import wait_until


def test_workers_hear_what_happened_before_they_came_and_compare_it_with_the_provider(world: ServiceWorld) -> None:
    world.certify()
    assert world.submit(world.page(world.place("CP A"))) == "Paid"
    world.sandbox.pass_time(seconds=3)
    workers = WorkerThreads(world.worker, threads=2)
    try:
        wait_until(lambda: "FundsTransferred" in world.kinds(), seconds=30, pause=0.05)
        with Reconciler(world.worker) as crawler:
            wait_until(lambda: bool(crawler.book.runs(PLATFORM, 1)), seconds=30, pause=0.05)
            assert not crawler.due(world.now())
    finally:
        workers.close()
    world.check_money()


def test_workers_erase_what_nobody_may_keep_any_more(world: ServiceWorld) -> None:
    opened, now = world.runtime.ledger(SLUG), world.now()
    left, fresh = BasketVault.new_token(), BasketVault.new_token()
    opened.baskets.write(left, b"left", now - timedelta(days=1))
    opened.baskets.write(fresh, b"fresh", now)
    account_id = uuid4()
    opened.families.accounts.create(account_id, Profile("A", "B", "a@famille.example"), now - timedelta(days=8))
    past, kept = uuid4(), uuid4()
    for person_id, until in ((past, paris_date(now) - timedelta(days=1)), (kept, paris_date(now))):
        person, purpose = Person("Marie", "GALANTE"), Purpose.CLASS_LIFE
        opened.vault.put(person, person_id=person_id, coop_id=world.coop_id, purpose=purpose, expires_on=until)
    workers = WorkerThreads(world.worker, threads=1)
    try:
        wait_until(lambda: opened.families.accounts.by_id(account_id) is None, seconds=30, pause=0.05)
        assert opened.baskets.read(left, now - timedelta(minutes=1)) is None
        assert opened.baskets.read(fresh, now) is not None
        assert opened.vault.get_many([past, kept]).keys() == {kept}
    finally:
        workers.close()
