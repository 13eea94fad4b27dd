"""The threads of a running service: what they do by themselves, without anybody asking."""

from __future__ import annotations

from uuid import UUID

from domain.reconciliation.expected import PLATFORM
from service.reconciliation.reconciler import Reconciler
from service.worker.threads import WorkerThreads
from service.worker.worker import Worker
from tests.kit.service_world import ServiceWorld
from tests.kit.waiting import wait_until


def test_workers_hear_what_happened_before_they_came_and_compare_it_with_the_provider(world: ServiceWorld) -> None:
    world.certify()
    assert world.submit(world.page(world.place("CP A"))) == "Paid"
    world.sandbox.pass_time(seconds=3)
    workers = WorkerThreads(world.worker, threads=2)
    try:
        wait_until(lambda: "FundsTransferred" in world.kinds(), seconds=30, pause=0.05)
        crawler = Reconciler(world.worker)
        wait_until(lambda: bool(crawler.book.runs(PLATFORM, 1)), seconds=30, pause=0.05)
        assert not crawler.due(world.now())
    finally:
        workers.close()
    world.check_money()


def test_a_sweep_that_the_provider_keeps_waiting_delays_no_reconciliation(world: ServiceWorld) -> None:
    world.sandbox.do("/failures", kind="timeout", method="GET", path="/v1/events", seconds=20, times=1)
    workers = WorkerThreads(world.worker, threads=1)
    try:
        crawler = Reconciler(world.worker)
        wait_until(lambda: bool(crawler.book.runs(PLATFORM, 1)), seconds=15, pause=0.05)
        assert world.worker.inbox.swept_at(None) is None
    finally:
        world.sandbox.control.delete("/_sandbox/failures")
        workers.close()


def test_of_two_workers_either_plans_when_the_other_has_ended(world: ServiceWorld) -> None:
    other = Worker(world.runtime, world.worker.provider, world.now, ids=world.worker.provider.ids)
    working = [WorkerThreads(world.worker, threads=1), WorkerThreads(other, threads=1)]
    try:
        _wait_until_planned(world, world.place("CP A"))
        working.pop(0).close()
        _wait_until_planned(world, world.place("CP A"))
        working.append(WorkerThreads(world.worker, threads=1))
        working.pop(0).close()
        _wait_until_planned(world, world.place("CP A"))
    finally:
        for threads in working:
            threads.close()


def _wait_until_planned(world: ServiceWorld, contribution_id: UUID) -> None:
    """Wait until a basket's end is a task."""
    outbox, slug = world.worker.outbox, world.context.slug
    wait_until(lambda: outbox.named(slug, "expire", str(contribution_id)) is not None, seconds=30, pause=0.05)
