"""Following a log for what it waits for the provider to tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from adapters.log.ledger import Ledger
from adapters.reconciliation.activity import ActivityStore, AwaitedChange
from domain.errors import Conflict
from domain.reconciliation.awaited import begins, ends
from domain.recorded_event import RecordedEvent

_BATCH: Final = 500


def follow_awaited(activity: ActivityStore, ledger: Ledger) -> None:
    """Keep what the events of a log since last time wait for."""
    while True:
        before = activity.followed(ledger.slug)
        facts = ledger.store.events(before + 1, _BATCH)
        if not facts:
            return
        try:
            activity.follow(ledger.slug, before, facts[-1].position, list(_changes(facts)))
        except Conflict:
            continue  # another process follows this log too, and was faster


def _changes(facts: Iterable[RecordedEvent]) -> Iterator[AwaitedChange]:
    for fact in facts:
        if fact.coop_id is None:
            continue
        if (begun := begins(fact)) is not None:
            yield AwaitedChange(begun, fact.coop_id, fact.event.at)
        if (ended := ends(fact)) is not None:
            yield AwaitedChange(ended, fact.coop_id, None)
