"""The work of all ledgers of a database: tasks planned from the logs and carried out, webhooks, sweeps, erasures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

import psycopg
from psycopg_pool import ConnectionPool

from adapters.jobs import Outbox, ProviderAccountStore, WebhookInbox
from adapters.jobs.queue import Pool
from adapters.payments.port import Endpoint, PaymentProvider
from adapters.postgres import DatabaseRole, conninfo_for
from domain.calendar import paris_date
from domain.errors import LedgerError, NotFound
from service.emails.plan import emails_for
from service.emails.sender import EmailSender, email_handlers
from service.logging import logger
from service.payments.accounts import apply_account
from service.payments.context import Clock, PaymentContext
from service.reconciliation.reconciler import reconcile_when_due
from service.runtime.runtime import Runtime
from service.worker.clocks import machine_clock
from service.worker.log_follower import Planner, follow
from service.worker.outbox_worker import OutboxWorker
from service.worker.task_handlers import HANDLERS
from service.worker.task_plan import tasks_for
from service.worker.webhook_worker import WebhookWorker

log = logger(__name__)
_OVERLAP: Final = timedelta(hours=3)
"""How far before the last sweep a sweep begins: nothing slips between two."""
_MEMORY: Final = timedelta(days=30)
"""How long the provider remembers its webhooks."""
_EVIDENCE: Final = timedelta(days=7)
"""How long the body of a webhook event is kept (data minimisation)."""
_THREADS: Final = 8
_GLANCE: Final = 0.2
_LOOK_AROUND: Final = 5.0
_POLL: Final = 0.5


class Worker:
    """Everything there is to do, and who does it; shared by threads, each with payment contexts of its own."""

    def __init__(
        self,
        runtime: Runtime,
        provider: PaymentProvider,
        clock: Clock,
        *,
        email_sender: EmailSender | None = None,
        threads: int = _THREADS,
        closing: tuple[Callable[[], None], ...] = (),
    ) -> None:
        """Open the queues; ``threads`` is how many may work at once, ``closing`` what to call at the end.

        Without an ``email_sender`` no e-mail is planned, nor ever will be for what happened meanwhile.
        """
        self._closing = closing
        self.runtime = runtime
        self.provider = provider
        self.now = clock
        dsn = conninfo_for(runtime.database_url, DatabaseRole.WORKER)
        # A thread at work holds one connection for its lane and asks with another.
        size = 2 * threads + 4
        self._pool: Pool = ConnectionPool(dsn, min_size=1, max_size=size, kwargs={"autocommit": True}, open=True)
        self.outbox, self.inbox, self.accounts = (
            Outbox(self._pool),
            WebhookInbox(self._pool),
            ProviderAccountStore(self._pool),
        )
        self._planners: tuple[Planner, ...] = (tasks_for,) if email_sender is None else (tasks_for, emails_for)
        messages = (
            {} if email_sender is None else email_handlers(email_sender, lambda slug: runtime.ledger(slug).families)
        )
        self._clerk = OutboxWorker(self.outbox, self.context, clock, HANDLERS | messages)
        self._looker = WebhookWorker(self.inbox, provider, self.accounts, self.context, clock)
        self._mine = threading.local()
        self.wakeup = threading.Event()
        """Set when there may be something new to do."""

    def context(self, slug: str) -> PaymentContext:
        """Return the calling thread's payment context of a ledger.

        Raises:
            NotFound: no such ledger here.

        """
        contexts: dict[str, PaymentContext] = self._mine.__dict__.setdefault("offices", {})
        if slug not in contexts:
            opened = self.runtime.ledger(slug)
            contexts[slug] = PaymentContext(
                opened.ledger, opened.vault, self.provider, self.outbox, self.accounts, self.now
            )
        return contexts[slug]

    def receive(self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> bool:
        """Check a webhook event and keep it, to be looked into soon; False when it had come before.

        Raises:
            WebhookRefused: it is not the provider's.

        """
        now = self.now()
        # Signatures are as old as the machine says, even where everybody follows the sandbox's clock.
        webhook_event = self.provider.parse_webhook(endpoint, body, headers, machine_clock())
        kept = self.inbox.keep(endpoint.value, webhook_event, body, now)
        if kept and not self.provider.supports(webhook_event):
            log.warning("notification of another version", kind=webhook_event.kind, version=webhook_event.api_version)
            self.inbox.park(webhook_event.event, "another version of the provider's interface", now)
        self.wakeup.set()
        return kept

    def plan(self) -> int:
        """Plan what the logs ask for; return how many tasks are new."""
        return sum(self.follow(entry.slug) for entry in self.runtime.associations())

    def follow(self, slug: str) -> int:
        """Plan what one log asks for; return how many tasks are new."""
        return follow(self.context(slug), self._planners)

    def work(self, start: int = 0) -> int:
        """Do what is due now and no other worker is doing; return how many things were done.

        ``start`` has several threads begin at different ends of the list.
        """
        webhooks, tasks = self.inbox.due(self.now()), self.outbox.due(self.now())
        done = sum(self._looker.look_into(one) for one in webhooks[start:] + webhooks[:start])
        return done + sum(self._clerk.carry_out(one) for one in tasks[start:] + tasks[:start])

    def work_off(self) -> int:
        """Plan and do until nothing more is due; return how many things were done."""
        total = 0
        while self.plan() + (done := self.work()):
            total += done
        return total

    def sweep(self) -> int:
        """List the provider's latest webhooks, and look at every account: what was lost on the way is found.

        Returns:
            How many webhook events had not come by themselves.

        """
        missed, known = 0, self.accounts.all()
        for account in (None, *(one.account for one in known)):
            now = self.now()
            last = self.inbox.swept_at(account)
            since = now - _MEMORY if last is None else max(last - _OVERLAP, now - _MEMORY)
            for webhook_event in self.provider.webhook_events(account, since):
                missed += self.inbox.keep("sweep", webhook_event, None, now)
            self.inbox.note_sweep(account, now)
        for one in known:
            try:
                apply_account(self.context(one.ledger), self.provider.account(one.account))
            except NotFound:
                log.warning("account of an unknown coop", account=one.account)
        self.inbox.empty_bodies(self.now() - _EVIDENCE)
        self.wakeup.set()
        return missed

    def erase_expired(self) -> int:
        """Erase what must not be kept any longer: people past their day, baskets, accounts; return how many."""
        now, erased = self.now(), 0
        for entry in self.runtime.associations():
            opened = self.runtime.ledger(entry.slug)
            erased += len(opened.vault.erase_expired(paris_date(now)))
            erased += opened.baskets.erase_expired(now) + opened.families.erase_expired(now)
        return erased

    def close(self) -> None:
        """Close the queues, and what was opened for the worker alone."""
        self._pool.close()
        for close in self._closing:
            close()


class WorkerThreads:
    """Threads that keep a worker going until closed: one plans, some work, one sweeps, reconciles and erases."""

    def __init__(self, worker: Worker, *, threads: int = 4, sweep_every: timedelta = timedelta(hours=1)) -> None:
        """Start them."""
        self._worker = worker
        self._sweep_every = sweep_every
        self._stopping = threading.Event()
        jobs: list[tuple[Callable[[], None], str]] = [(self._plan, "planner"), (self._sweep, "sweeper")]
        jobs += [(partial(self._work, number), f"hand-{number}") for number in range(threads)]
        self._threads = [threading.Thread(target=job, name=name, daemon=True) for job, name in jobs]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Finish what is being done, then end."""
        self._stopping.set()
        self._worker.wakeup.set()
        for thread in self._threads:
            thread.join()

    def _plan(self) -> None:
        """Follow the logs: each when it announces events, all of them now and then."""
        while not self._stopping.is_set():
            self._attempt(self._listen)

    def _listen(self) -> int:
        """Hear announcements until closed or the connection is lost; return how many tasks were planned."""
        dsn, planned = conninfo_for(self._worker.runtime.database_url, DatabaseRole.WORKER), 0
        with psycopg.connect(dsn, autocommit=True) as ears:
            ears.execute("LISTEN ledger_events")
            looked_at = float("-inf")
            while not self._stopping.is_set():
                heard = {notice.payload for notice in ears.notifies(timeout=_GLANCE, stop_after=1)}
                if time.monotonic() - looked_at > _LOOK_AROUND:
                    heard, looked_at = {entry.slug for entry in self._worker.runtime.associations()}, time.monotonic()
                new = sum(self._worker.follow(slug) for slug in heard)
                planned += new
                if new:
                    self._worker.wakeup.set()
        return planned

    def _work(self, number: int) -> None:
        """Do what is due."""
        while not self._stopping.is_set():
            if not self._attempt(partial(self._worker.work, number)):
                self._worker.wakeup.wait(_POLL)
                self._worker.wakeup.clear()

    def _sweep(self) -> None:
        """Sweep once in a while, from the first moment on: webhooks may have come while the service was down."""
        while not self._stopping.is_set():
            self._attempt(self._worker.sweep)
            self._attempt(self._crawl)
            self._attempt(self._worker.erase_expired)
            self._stopping.wait(self._sweep_every.total_seconds())

    def _crawl(self) -> int:
        """Compare the ledgers with the provider's books once a day; return how many differences there are."""
        crawled = reconcile_when_due(self._worker, self._worker.now())
        return 0 if crawled is None else len(crawled.breaks)

    def _attempt(self, job: Callable[[], int]) -> int:
        """Do one round of a job; a lost database or provider ends the round, never the thread."""
        try:
            return job()
        except Exception as error:
            told = str(error) if isinstance(error, LedgerError) else type(error).__name__
            log.exception("round of work failed", thread=threading.current_thread().name, reason=told)
            self._stopping.wait(_POLL)
            return 0
