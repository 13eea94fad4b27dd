"""A process that forks a service for each line it is given, and says what became of it; run by the crash matrix.

It only imports: everything is warm and there is one thread, so that a fork is a service that has just been started.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
import traceback
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx2
import msgspec

from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.app import new_sandbox
from adapters.stripe_sandbox.settings import SandboxSettings
from adapters.stripe_sandbox.testing import KEY, SandboxServer, client_of
from domain.chart_of_accounts import Account
from domain.journal import postings
from service.runtime.runtime import Runtime
from service.settings import Settings
from service.worker.worker import Worker
from tests.crash.crash_points import CrashPoints
from tests.crash.scenarios import SCENARIOS
from tests.kit.service_world import ServiceWorld
from tests.kit.stripe.provider_requests import settings_for


class Job(msgspec.Struct, frozen=True):
    """What a service is to do, where, and at which point it dies (none: it works off and lives)."""

    scenario: str
    database: str
    coop_id: UUID
    campaign_id: UUID
    contribution_id: UUID | None
    deadly: int | None = None


class FinalState(msgspec.Struct, frozen=True):
    """What a service leaves in the ledger and the queues once all is quiet."""

    facts: list[tuple[str, int, int]]
    balances: dict[str, int]
    tasks: dict[str, int]


class RunOutcome(msgspec.Struct, frozen=True):
    """What became of a service: the points it passed, what it left if it lived, why not if it failed.

    ``modules`` is all it had to import: what the next need not import again.
    """

    points: list[str]
    left: FinalState | None = None
    failure: str = ""
    signal: int = 0
    modules: list[str] = []


class _Service:
    """The parts of a service that are ready before a fork: clients that have asked nothing yet."""

    def __init__(self, sandbox: str) -> None:
        """Make them ready."""
        self._offset = timedelta()
        self._provider = StripeProvider(settings_for(sandbox), clock=self.now)
        # The sandbox itself runs in the parent; nothing here looks at the one that holds its place.
        absent = new_sandbox(SandboxSettings(key=KEY))
        self._served = SandboxServer(sandbox, absent, client_of(sandbox), httpx2.Client(base_url=sandbox, timeout=30))

    def now(self) -> datetime:
        """The sandbox's clock as it was when looked at last; only ``pass_time`` moves it."""
        return datetime.now(UTC) + self._offset

    def look(self) -> None:
        """Look at the sandbox's clock."""
        told = self._served.control.get("/_sandbox/clock").raise_for_status().json()
        self._offset = datetime.fromisoformat(told["now"]) - datetime.now(UTC)

    def pass_time(self, **time: float) -> None:
        """Let time pass for everybody."""
        self._served.pass_time(**time)
        self.look()

    def open(self, job: Job, points: CrashPoints) -> ServiceWorld:
        """Open a world that exists, its writes counted; nothing closes it but the end of the process."""
        self.look()
        runtime = Runtime(Settings(secure_cookies=False), None, job.database)
        worker = Worker(runtime, self._provider, self.now, ids=self._provider.ids)
        world = ServiceWorld(self._served, worker, runtime, job.coop_id, job.campaign_id)
        points.watch_all(worker, world.context)
        return world


def _work_off(world: ServiceWorld, service: _Service) -> None:
    """Let time pass until everything that is under way has arrived, and work it off, with what was not heard."""
    for seconds in (700, 5 * 86_400):
        service.pass_time(seconds=seconds)
        world.worker.work_off()
        world.worker.sweep(whole=True)
        world.worker.work_off()


def _left(world: ServiceWorld) -> FinalState:
    """Check that all is quiet and sound, and say what is there."""
    world.check_money()
    assert world.worker.plan() + world.worker.work() == 0
    assert world.worker.inbox.count().get("waiting", 0) == 0
    facts = [
        (type(event).__name__, getattr(event, "cents", 0), getattr(event, "tip_cents", 0)) for event in world.events()
    ]
    balances = dict.fromkeys(map(str, Account), 0)
    for event in world.events():
        for leg in postings(event):
            balances[str(leg.account)] += leg.debit - leg.credit
    return FinalState(sorted(facts), balances, _tasks(world))


def _tasks(world: ServiceWorld) -> dict[str, int]:
    """How many tasks are in each state; without those of a day's late papers, which a longer absence spreads."""
    with world.worker.outbox.pool.connection() as connection:
        rows = connection.execute("SELECT state, count(*) FROM work.tasks WHERE kind <> 'late-papers' GROUP BY state")
        return dict(rows.fetchall())


def live(service: _Service, job: Job, ending: int) -> None:
    """Do a job, and write what became of it to a pipe; may die on the way."""

    def write(life: RunOutcome) -> None:
        os.write(ending, msgspec.json.encode(life))

    points = CrashPoints(job.deadly, lambda names: write(RunOutcome(names)))
    try:
        world = service.open(job, points)
        SCENARIOS[job.scenario].ask(world, points, job.contribution_id)
        _work_off(world, service)
        passed = list(points.names)
        write(RunOutcome(passed, _left(world), modules=list(sys.modules)))
    except Exception:  # noqa: BLE001 - whatever it is, the one who waits must hear of it
        write(RunOutcome(points.names, failure=traceback.format_exc()))


def _warm(modules: list[str]) -> None:
    """Import what a service imported on its way, for those to come."""
    for name in modules:
        if name not in sys.modules and not name.startswith("__"):
            importlib.import_module(name)
    gc.freeze()


def main(sandbox: str) -> None:
    """Fork a service for each line, one after the other."""
    service = _Service(sandbox)
    # What a service logs goes where errors go: the answers have a line of their own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    gc.freeze()
    while line := sys.stdin.readline():
        job = msgspec.json.decode(line, type=Job)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            live(service, job, writing)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        life = msgspec.json.decode(told, type=RunOutcome)
        died = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        _warm(life.modules)
        answers.write(msgspec.json.encode(msgspec.structs.replace(life, signal=died, modules=[])).decode() + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
