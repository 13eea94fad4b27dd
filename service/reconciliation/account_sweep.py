"""Asking the provider what it told lately, and what each account may do: what was lost on the way is found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Protocol

from adapters.jobs import WebhookInbox
from adapters.payments.errors import ProviderMisuse, ProviderModeMismatch
from adapters.payments.values import WebhookEvent
from adapters.postgres import DatabaseRole
from adapters.reconciliation.activity import ActivityStore
from domain.errors import NotFound
from domain.reconciliation.visits import Sweep, sweeps
from service.logging import logger
from service.payments.accounts import apply_account
from service.reconciliation.awaited_events import follow_awaited
from service.reconciliation.unexplained import ReconciliationContext

log = logger(__name__)
MOST: Final = 500
"""How many accounts are asked in a round at most, three calls each: what is left comes in the next."""
_OVERLAP: Final = timedelta(hours=3)
"""How far before the last sweep a sweep begins: nothing slips between two."""
_MEMORY: Final = timedelta(days=30)
"""How long the provider remembers its webhooks."""


class SweepContext(ReconciliationContext, Protocol):
    """What a sweep needs of a worker."""

    @property
    def inbox(self) -> WebhookInbox:
        """Where webhooks are kept."""

    def keep(self, endpoint: str, webhook_event: WebhookEvent, body: bytes | None) -> bool:
        """Keep a webhook event that is the provider's; False when it had come before."""


def sweep(worker: SweepContext, *, whole: bool = False, stopping: Callable[[], bool] = lambda: False) -> int:
    """List what the provider told lately of the platform, and ask the accounts whose turn it is.

    The platform's list has nothing about accounts of coops: each account has its own. ``whole`` asks them all.

    Returns:
        How many webhook events had not come by themselves.

    """
    missed = _listed(worker, None)
    activity = ActivityStore(worker.runtime.pool(DatabaseRole.WORKER))
    for entry in worker.runtime.associations():
        follow_awaited(activity, worker.runtime.ledger(entry.slug).ledger)
    known = [one.account for one in worker.accounts.all()]
    every = [Sweep(account, listed=True, looked=True) for account in known]
    for account, listed, looked in every if whole else sweeps(activity.of(known, worker.now()), worker.now(), MOST):
        if stopping():
            break
        try:
            missed += _listed(worker, account) if listed else 0
            if looked:
                _look_at(worker, account)
        except ProviderMisuse as unknown:
            log.warning("account unknown to the provider", account=account, reason=str(unknown))
            worker.inbox.note_sweep(account, worker.now())
        if looked:
            activity.note_look(account, worker.now())
    return missed


def _listed(worker: SweepContext, account: str | None) -> int:
    """List the webhooks of an account since its last sweep; return how many had not come."""
    now = worker.now()
    last = worker.inbox.swept_at(account)
    since = now - _MEMORY if last is None else max(last - _OVERLAP, now - _MEMORY)
    listed = worker.provider.webhook_events(account, since)
    missed = sum(worker.keep("sweep", webhook_event, None) for webhook_event in listed)
    worker.inbox.note_sweep(account, now)
    return missed


def _look_at(worker: SweepContext, account: str) -> None:
    """Record what an account may do, and where it pays out to."""
    known = worker.accounts.of_account(account)
    if known is None:
        return
    try:
        apply_account(worker.context(known.ledger), worker.provider.account(account))
    except (NotFound, ProviderModeMismatch) as unknown:
        log.warning("account of no coop here", account=account, reason=str(unknown))
