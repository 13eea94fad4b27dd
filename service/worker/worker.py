"""The work of all ledgers of a database: tasks planned from the logs and carried out, webhooks, sweeps.

An installation without a payment provider has one too: letters leave, papers are issued, and what only a provider can
do waits for one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from adapters.jobs import Outbox, ProviderAccountStore, WebhookInbox
from adapters.payments.errors import ProviderModeMismatch
from adapters.payments.port import Endpoint, PaymentProvider
from adapters.postgres import DatabaseRole
from adapters.reconciliation.breaks import BreakStore
from domain.provider_ids import ProviderIds
from service.emails.email_plan import emails_for
from service.emails.sender import EmailSender, Handler, email_handlers
from service.logging import logger
from service.payments.context import Clock, PaymentContext, ProviderAccess
from service.reconciliation.account_sweep import sweep
from service.runtime.runtime import Runtime
from service.worker import card_testing
from service.worker.clocks import machine_clock
from service.worker.log_follower import Planner, follow
from service.worker.outbox_worker import OutboxWorker
from service.worker.paper_tasks import papers_for
from service.worker.task_handlers import HANDLERS
from service.worker.task_plan import tasks_for
from service.worker.webhook_worker import WebhookWorker

log = logger(__name__)


class Worker:
    """Everything there is to do, and who does it; shared by threads, each with payment contexts of its own."""

    def __init__(
        self,
        runtime: Runtime,
        provider: PaymentProvider | None,
        clock: Clock,
        *,
        ids: ProviderIds,
        email_sender: EmailSender | None = None,
        closing: tuple[Callable[[], None], ...] = (),
    ) -> None:
        """Open the queues; ``closing`` is what to call at the end, ``ids`` tells whose an object in a log is.

        Without an ``email_sender`` no e-mail is planned, nor ever will be for what happened meanwhile.
        """
        self._closing = closing
        self.runtime = runtime
        self._access = ProviderAccess(provider, ids)
        self.now = clock
        pool = runtime.pool(DatabaseRole.WORKER)
        self.outbox, self.inbox, self.accounts = Outbox(pool), WebhookInbox(pool), ProviderAccountStore(pool)
        self.breaks = BreakStore(pool)
        planners: tuple[Planner, ...] = (tasks_for, papers_for)
        self.sends_email = email_sender is not None
        self._planners = planners if email_sender is None else (*planners, emails_for)
        messages: dict[str, Handler] = {}
        if email_sender is not None:
            messages = email_handlers(
                email_sender, lambda slug: runtime.ledger(slug).families, lambda slug: runtime.ledger(slug).members
            )
            messages["card-refused"] = card_testing.refusal_and_email_task
        self._outbox_worker = OutboxWorker(self.outbox, self.context, clock, HANDLERS | messages)
        self._webhook_worker = (
            None if provider is None else WebhookWorker(self.inbox, provider, self.accounts, self.context, clock)
        )
        self._mine = threading.local()
        self.wakeup = threading.Event()
        """Set when there may be something new to do."""

    @property
    def takes_payments(self) -> bool:
        """Whether this installation has a payment provider."""
        return self._access.provider is not None

    @property
    def provider(self) -> PaymentProvider:
        """The payment provider.

        Raises:
            ProviderMissing: this installation has none.

        """
        return self._access.needed()

    def context(self, slug: str) -> PaymentContext:
        """Return the calling thread's payment context of a ledger.

        Raises:
            NotFound: no such ledger here.
            ProviderModeMismatch: its association is not of the provider's mode.

        """
        contexts: dict[str, PaymentContext] = self._mine.__dict__.setdefault("contexts", {})
        if slug not in contexts:
            opened = self.runtime.ledger(slug)
            contexts[slug] = PaymentContext(
                opened.ledger,
                opened.vault,
                opened.tokens,
                self._access,
                self.outbox,
                self.accounts,
                self.now,
                self.runtime.settings.address,
            )
        return contexts[slug]

    def receive(self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> bool:
        """Check a webhook event and keep it, to be looked into soon; False when it had come before.

        Raises:
            WebhookRefused: it is not the provider's.
            ProviderMissing: there is none.

        """
        now = self.now()
        # Signatures are as old as the machine says, even where everybody follows the sandbox's clock.
        webhook_event = self.provider.parse_webhook(endpoint, body, headers, machine_clock())
        kept = self.inbox.keep(endpoint.value, webhook_event, body, now)
        if kept and not self.provider.supports(webhook_event):
            log.warning("notification of another version", kind=webhook_event.kind, version=webhook_event.api_version)
            self.inbox.park(webhook_event.event, "another version of the provider's interface", now)
        elif kept and webhook_event.live is not self.provider.live:
            log.warning("notification of the other mode", kind=webhook_event.kind, live=webhook_event.live)
            self.inbox.park(webhook_event.event, "of the other mode: real money and money for trials never mix", now)
        self.wakeup.set()
        return kept

    def plan(self) -> int:
        """Plan what the logs ask for; return how many tasks are new."""
        return sum(self.follow(entry.slug) for entry in self.runtime.associations())

    def follow(self, slug: str) -> int:
        """Plan what one log asks for; return how many tasks are new. One of the other mode is left as it is."""
        try:
            return follow(self.context(slug), self._planners)
        except ProviderModeMismatch as mismatch:
            log.error("association of the other mode", ledger=slug, reason=str(mismatch))  # noqa: TRY400 - says it all
            return 0

    def work(self, start: int = 0) -> int:
        """Do what is due now and no other worker is doing; return how many things were done.

        ``start`` has several threads begin at different ends of the list.
        """
        return self._look_into_webhooks(start) + self._carry_out_tasks(start)

    def _look_into_webhooks(self, start: int) -> int:
        if self._webhook_worker is None:
            return 0
        webhooks = self.inbox.due(self.now())
        return sum(self._webhook_worker.look_into(one) for one in webhooks[start:] + webhooks[:start])

    def _carry_out_tasks(self, start: int) -> int:
        tasks = self.outbox.due(self.now())
        return sum(self._outbox_worker.carry_out(one) for one in tasks[start:] + tasks[:start])

    def work_off(self) -> int:
        """Plan and do until nothing more is due; return how many things were done."""
        total = 0
        while self.plan() + (done := self.work()):
            total += done
        return total

    def sweep(self, *, whole: bool = False, stopping: Callable[[], bool] = lambda: False) -> int:
        """List the provider's latest webhooks, and look at the accounts whose turn it is, or at all of them.

        Returns:
            How many webhook events had not come by themselves; none where there is no provider.

        """
        if not self.takes_payments:
            return 0
        missed = sweep(self, whole=whole, stopping=stopping)
        self.wakeup.set()
        return missed

    def close(self) -> None:
        """Close what was opened for the worker alone; the queues are on the process's connections."""
        for close in self._closing:
            close()
