"""Following a log for things to do, and waking those that wait for what it now tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final
from uuid import UUID

from adapters.jobs import NewTask
from domain.errors import Conflict
from domain.events.bank import AdjustmentTransferred, BankAccountConfirmed
from domain.events.base import Event
from domain.events.contribution import FundsTransferred
from domain.events.coop import CertificationRequested, Certified
from domain.provider_ids import ProviderIds
from domain.recorded_event import RecordedEvent
from service.payments.context import PaymentContext

Planner = Callable[[RecordedEvent, ProviderIds], Iterable[NewTask]]
"""Tells what is to be done because of one event."""
_BATCH: Final = 500
_WAKES: Final[dict[type[Event], tuple[str, ...]]] = {
    CertificationRequested: ("bank-account",),
    Certified: ("align", "align-all", "refund", "payout", "bank-account", "grant"),
    BankAccountConfirmed: ("payout",),
    FundsTransferred: ("align", "align-all", "refund", "take-back"),
    AdjustmentTransferred: ("align", "align-all", "refund", "take-back"),
}
"""What may go on because of an event of its coop: a certification lets money move, new money lets older come back."""


def follow(context: PaymentContext, planners: Sequence[Planner]) -> int:
    """Plan what the events since last time ask for; return how many tasks are new.

    What is stored while the last page is planned is announced, or planned by the next call.
    """
    planned, ids = 0, context.ids
    while True:
        before = context.outbox.followed(context.slug)
        facts = context.ledger.store.events(before + 1, _BATCH)
        if not facts:
            return planned
        tasks: list[NewTask] = [task for fact in facts for planner in planners for task in planner(fact, ids)]
        try:
            planned += context.outbox.follow(context.slug, before, facts[-1].position, tasks)
        except Conflict:
            continue  # another process follows this log too, and was faster
        _wake(context, facts)
        if len(facts) < _BATCH:
            return planned


def _wake(context: PaymentContext, facts: Sequence[RecordedEvent]) -> None:
    """Wake what may go on because of some events, once for each coop."""
    kinds: dict[UUID, set[str]] = {}
    for fact in facts:
        if fact.coop_id is not None and type(fact.event) in _WAKES:
            kinds.setdefault(fact.coop_id, set()).update(_WAKES[type(fact.event)])
    for coop_id, woken in kinds.items():
        context.outbox.wake(context.slug, sorted(woken), "coop_id", str(coop_id), context.now())
