"""The work of all ledgers of a database: tasks planned from the logs and carried out, webhooks, sweeps.

An installation without a payment provider has one too: letters leave, papers are issued, and what only a provider can
do waits for one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final

from adapters.jobs import Outbox, ProviderAccountStore, QueuedItem, Selection, WebhookInbox
from adapters.payments.errors import ProviderModeMismatch
from adapters.payments.patience import PEOPLE
from adapters.payments.port import Endpoint, PaymentProvider
from adapters.payments.values import WebhookEvent
from adapters.postgres import DatabaseRole
from adapters.reconciliation.breaks import BreakStore
from domain.provider_ids import ProviderIds
from service.emails.email_plan import emails_for
from service.emails.sender import EmailSender, Handler, email_handlers
from service.exports.requests import EXPORT
from service.exports.tasks import ExportTasks
from service.logging import logger
from service.messages.dispatch import MESSAGE
from service.messages.tasks import MessageTasks
from service.payments.context import Clock, PaymentContext, ProviderAccess
from service.reconciliation.account_sweep import sweep
from service.reminders.plan import KIND as REMINDER
from service.reminders.plan import reminders_for
from service.reminders.sender import reminder_handlers
from service.runtime.runtime import Runtime
from service.worker import card_testing
from service.worker.clocks import machine_clock
from service.worker.crew import Duty
from service.worker.log_follower import Planner, follow
from service.worker.outbox_worker import OutboxWorker
from service.worker.paper_tasks import papers_for
from service.worker.task_handlers import HANDLERS, LOCAL
from service.worker.task_plan import tasks_for
from service.worker.webhook_worker import WebhookWorker

log = logger(__name__)
_PROVIDER: Final = "provider"
"""Looks and tasks that wait for the provider share their contexts."""
_FAMILIES: Final = "families"
"""So do the requests of families: with a context for each thread, each would read what all the others placed."""
_LOOKS_BREATH: Final = 0.03
"""Seconds between two rounds of looks, at least: a family on its way back from the payment page waits for one."""


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
        self._planners = planners if email_sender is None else (*planners, emails_for, reminders_for)
        messages: dict[str, Handler] = {}
        if email_sender is not None:
            messages = email_handlers(
                email_sender, lambda slug: runtime.ledger(slug).families, lambda slug: runtime.ledger(slug).members
            )
            messages |= reminder_handlers(email_sender, runtime.ledger)
            messages[MESSAGE] = MessageTasks(email_sender, runtime.ledger).message_task
            messages["card-refused"] = card_testing.refusal_and_email_task
        files: dict[str, Handler] = {
            EXPORT: ExportTasks(runtime.ledger, writes_letters=email_sender is not None).export_task
        }
        self._outbox_worker = OutboxWorker(self.outbox, self.context, clock, HANDLERS | messages | files)
        self._webhook_worker = (
            None if provider is None else WebhookWorker(self.inbox, provider, self.accounts, self.context, clock)
        )
        self._letters = tuple(messages.keys() - LOCAL.keys() - {REMINDER})
        self._mine = threading.local()
        self._shared: dict[tuple[str, str], PaymentContext] = {}
        self._opening = threading.Lock()

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
        """Return the calling thread's payment context of a ledger: its own, or the one that its crew shares.

        Raises:
            NotFound: no such ledger here.
            ProviderModeMismatch: its association is not of the provider's mode.

        """
        contexts: dict[str, PaymentContext] = self._mine.__dict__.setdefault("contexts", {})
        if slug not in contexts:
            sharing = getattr(self._mine, "sharing", "")
            contexts[slug] = self._shared_context(sharing, slug) if sharing else self._open_context(slug, PEOPLE)
        return contexts[slug]

    def share_contexts(self, sharing: str) -> None:
        """Have the calling thread share its contexts with all that said the same word: each uses them in its turn."""
        self._mine.sharing = sharing

    def family_context(self, slug: str) -> PaymentContext:
        """Return the payment context that families on their way to a payment page share: each in its turn.

        Raises:
            NotFound: no such ledger here.
            ProviderModeMismatch: its association is not of the provider's mode.

        """
        return self._shared_context(_FAMILIES, slug, PEOPLE)

    def _shared_context(self, sharing: str, slug: str, patience: float | None = None) -> PaymentContext:
        with self._opening:
            if (sharing, slug) not in self._shared:
                self._shared[sharing, slug] = self._open_context(slug, patience)
            return self._shared[sharing, slug]

    def _open_context(self, slug: str, patience: float | None) -> PaymentContext:
        opened = self.runtime.ledger(slug)
        return PaymentContext(
            opened.ledger,
            opened.vault,
            opened.tokens,
            self._access._replace(patience=patience),
            self.outbox,
            self.accounts,
            self.now,
            self.runtime.settings.address,
        )

    def receive(self, endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> bool:
        """Check a webhook event and keep it, to be looked into soon; False when it had come before.

        Raises:
            WebhookRefused: it is not the provider's.
            ProviderMissing: there is none.

        """
        now = self.now()
        # Signatures are as old as the machine says, even where everybody follows the sandbox's clock.
        webhook_event = self.provider.parse_webhook(endpoint, body, headers, machine_clock())
        kept = self.keep(endpoint.value, webhook_event, body)
        if kept and not self.provider.supports(webhook_event):
            log.warning("notification of another version", kind=webhook_event.kind, version=webhook_event.api_version)
            self.inbox.park(webhook_event.event, "another version of the provider's interface", now)
        elif kept and webhook_event.live is not self.provider.live:
            log.warning("notification of the other mode", kind=webhook_event.kind, live=webhook_event.live)
            self.inbox.park(webhook_event.event, "of the other mode: real money and money for trials never mix", now)
        return kept

    def keep(self, endpoint: str, webhook_event: WebhookEvent, body: bytes | None) -> bool:
        """Keep a webhook event that is the provider's; False when it had come before."""
        return self.inbox.keep(endpoint, webhook_event, body, self.now(), self.provider.subject_of(webhook_event))

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

    def duties(self) -> tuple[Duty, ...]:
        """Return the sorts of work that there are: none of them waits for what another waits for."""
        looks = () if self._webhook_worker is None else (self._looks(self._webhook_worker),)
        letters, local = self._letters, tuple(LOCAL)
        return (
            *looks,
            self._tasks("payments", (*letters, *local, EXPORT, REMINDER), others=True, sharing=_PROVIDER),
            self._tasks("letters", letters, places=4, sharing="letters"),
            self._tasks("reminders", (REMINDER,), places=1),
            self._tasks("desk", local, places=2),
            self._tasks("exports", (EXPORT,), places=1),
        )

    def _looks(self, webhook_worker: WebhookWorker) -> Duty:
        due, lanes = self.inbox.due, self.inbox.lanes
        return Duty(
            "looks",
            "notifications",
            lanes,
            lambda which: due(self.now(), which),
            webhook_worker.look_in_lane,
            sharing=_PROVIDER,
            breath=_LOOKS_BREATH,
        )

    def _tasks(
        self, name: str, kinds: tuple[str, ...], *, others: bool = False, places: int | None = None, sharing: str = ""
    ) -> Duty:
        def due(which: Selection) -> list[QueuedItem]:
            return self.outbox.due(self.now(), which._replace(kinds=kinds, others=others))

        return Duty(name, "tasks", self.outbox.lanes, due, self._outbox_worker.carry_out_in_lane, places, sharing)

    def work(self) -> int:
        """Do what is due now and no other worker is doing, one after the other; return how many things were done."""
        done = 0
        if self._webhook_worker is not None:
            done = sum(map(self._webhook_worker.look_into, self.inbox.due(self.now())))
        return done + sum(map(self._outbox_worker.carry_out, self.outbox.due(self.now())))

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
        return sweep(self, whole=whole, stopping=stopping)

    def close(self) -> None:
        """Close what was opened for the worker alone; the queues are on the process's connections."""
        for close in self._closing:
            close()
