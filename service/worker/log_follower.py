"""Following a log for things to do, and waking those that wait for what it now tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

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
    """Plan what the events since last time ask for; return how many tasks are new."""
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
        for fact in facts:
            _wake(context, fact)


def _wake(context: PaymentContext, fact: RecordedEvent) -> None:
    kinds = _WAKES.get(type(fact.event))
    if kinds and fact.coop_id is not None:
        context.outbox.wake(context.slug, kinds, "coop_id", str(fact.coop_id), context.now())
