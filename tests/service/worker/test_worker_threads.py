"""The threads of a running service: what they do by themselves, without anybody asking."""

from __future__ import annotations

from domain.reconciliation.expected import PLATFORM
from service.reconciliation.reconciler import Reconciler
from service.worker.threads import WorkerThreads
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
