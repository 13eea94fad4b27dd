"""The threads that keep a worker going: one plans, some work, one sweeps, one reconciles."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

import psycopg

from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import LedgerError
from projections.engine.ears import Bell, Precedence, hear
from service.logging import logger
from service.reconciliation.pace import ReconciliationPace
from service.reconciliation.reconciler import reconcile_when_due
from service.worker.crew import Crew
from service.worker.worker import Worker

log = logger(__name__)
_BREATH: Final = 0.1
"""Seconds between two rounds at least: tasks of several events are planned together, those of the first at once."""
_BEHIND: Final = 2.0
"""Seconds that a planner leaves news to the one of another process that goes first (``Precedence``)."""
_LOOK_AROUND: Final = 5.0
_LOOK_FOR_OTHERS: Final = 60.0
"""How often logs that are not heard here are looked at, and how often it is asked whether there are any."""
_POLL: Final = 0.5
_AWAY: Final = 1.0
"""Seconds between two attempts while the database is away."""
_ROUND: Final = 600.0
"""How often every log is followed all the same: while the connection lasts, Postgres loses no announcement."""


class WorkerThreads:
    """Threads that keep a worker going until closed: one plans, some work, one sweeps, one reconciles.

    A day's reconciliation may take hours: what was lost on the way is found meanwhile.
    """

    def __init__(self, worker: Worker, *, threads: int = 32, sweep_every: timedelta = timedelta(hours=1)) -> None:
        """Start them: of each sort of work that waits for the provider, ``threads`` may be under way at once."""
        self._worker = worker
        self._sweep_every = sweep_every
        self._stopping = threading.Event()
        self._bell = Bell()
        self._crews = [
            Crew(duty, min(threads, duty.places or threads), self._attempt, worker.share_contexts)
            for duty in worker.duties()
        ]
        jobs: list[tuple[Callable[[], None], str]] = [(self._plan, "planner"), (self._sweep, "sweeper")]
        jobs += [(self._reconcile, "reconciler"), (self._hear, "ears")]
        self._threads = [threading.Thread(target=job, name=name, daemon=True) for job, name in jobs]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Finish what is being done, then end."""
        self._stopping.set()
        self._bell.ring()
        for crew in self._crews:
            crew.close()
        for thread in self._threads:
            thread.join()
        self._bell.close()

    def _plan(self) -> None:
        """Follow the logs, each when it announces events."""
        while not self._stopping.is_set():
            self._attempt(self._listen)

    def _listen(self) -> int:
        """Hear announcements until closed or the connection is lost; return how many tasks were planned.

        A log in a database of its own is not heard here: it is looked at every few seconds.
        """
        dsn, planned = conninfo_for(self._worker.runtime.database_url, DatabaseRole.WORKER), 0
        with psycopg.connect(dsn, autocommit=True) as ears:
            ears.execute("LISTEN ledger_events")
            precedence, heard = Precedence("planner", behind=_BEHIND), set[str]()
            look_at = round_at = 0.0
            while not self._stopping.is_set():
                now = time.monotonic()
                if now > look_at:
                    entries = self._worker.runtime.associations()
                    elsewhere = {entry.slug for entry in entries if entry.dsn is not None}
                    heard |= {entry.slug for entry in entries} if now > round_at else elsewhere
                    round_at = now + _ROUND if now > round_at else round_at
                    look_at = now + (_LOOK_AROUND if elsewhere else _LOOK_FOR_OTHERS)
                behind = precedence.wait(ears) if heard else look_at - now
                if behind:
                    heard |= {notice.payload for notice in hear(ears, self._bell, behind)}
                    continue
                planned += sum(self._worker.follow(slug) for slug in heard)
                heard.clear()
                precedence.done()
                self._stopping.wait(now + _BREATH - time.monotonic())
        return planned

    def _hear(self) -> None:
        """Tell the crews that there may be something to do, whichever process added it."""
        while not self._stopping.is_set():
            self._attempt(self._tell_crews)

    def _tell_crews(self) -> int:
        """Hear what is added until closed or the connection is lost."""
        dsn = conninfo_for(self._worker.runtime.database_url, DatabaseRole.WORKER)
        with psycopg.connect(dsn, autocommit=True) as ears:
            ears.execute("LISTEN work_due")
            while not self._stopping.is_set():
                told = {notice.payload for notice in hear(ears, self._bell, _LOOK_FOR_OTHERS)}
                for crew in self._crews:
                    if crew.duty.table in told:
                        crew.tell()
        return 0

    def _sweep(self) -> None:
        """Sweep once in a while, from the first moment on: webhooks may have come while the service was down."""
        while not self._stopping.is_set():
            self._attempt(partial(self._worker.sweep, stopping=self._stopping.is_set))
            self._stopping.wait(self._sweep_every.total_seconds())

    def _reconcile(self) -> None:
        """Compare the ledgers with the provider's books once a day, slowly."""
        while not self._stopping.is_set():
            if self._worker.takes_payments:
                self._attempt(self._compare)
            self._stopping.wait(self._sweep_every.total_seconds())

    def _compare(self) -> int:
        """Reconcile when it is due; return how many differences there are."""
        found = reconcile_when_due(self._worker, self._worker.now(), ReconciliationPace(self._stopping.wait))
        return 0 if found is None else len(found.breaks)

    def _attempt(self, job: Callable[[], int]) -> int:
        """Do one round of a job; a lost database or provider ends the round, never the thread."""
        try:
            return job()
        except psycopg.OperationalError as error:
            log.warning("work waits for the database", thread=_name(), kind=type(error).__name__)
            self._stopping.wait(_AWAY)
            return 0
        except Exception as error:
            told = str(error) if isinstance(error, LedgerError) else type(error).__name__
            log.exception("round of work failed", thread=_name(), reason=told)
            self._stopping.wait(_POLL)
            return 0


def _name() -> str:
    """The name of the calling thread."""
    return threading.current_thread().name
