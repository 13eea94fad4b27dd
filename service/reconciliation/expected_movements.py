"""Following a log for what it expects of the provider."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.log.ledger import Ledger
from adapters.reconciliation.movements import MovementStore
from domain.errors import Conflict
from domain.provider_ids import ProviderIds
from domain.reconciliation.expected import expectations, names_given, names_wanted

_BATCH: Final = 500


def follow_expected(mirror: MovementStore, ledger: Ledger, ids: ProviderIds) -> None:
    """Keep what the events of a log since last time expect; ``ids`` tells what the provider has."""
    while True:
        before = mirror.followed(ledger.slug)
        facts = ledger.store.events(before + 1, _BATCH)
        if not facts:
            return
        names, placed = mirror.names(ledger.slug, names_wanted(facts)), []
        given: dict[UUID, str] = {}
        for fact in facts:
            told = names_given(fact)
            names |= told
            given |= told
            placed += [(fact.position, part, wish) for part, wish in enumerate(expectations(fact, names, ids))]
        try:
            mirror.expect(ledger.slug, before, facts[-1].position, placed, given)
        except Conflict:
            continue  # another process follows this log too, and was faster
