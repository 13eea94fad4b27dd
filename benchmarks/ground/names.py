"""Names for the people of a log that was made: sealed in the vault, as families' own are."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from adapters.log.event_store import NewEvent
from adapters.people_vault import NewPerson, Person, Purpose, retention_end
from domain.events.contribution import ContributionPlaced

_FIRST: Final = ("Zoé", "Léo", "Inès", "Marie", "Julien", "Chloé", "Aïcha", "Noël", "Anaïs", "Malo", "Jeanne", "Gaël")
_SYLLABLES: Final = ("mar", "ti", "ber", "nard", "du", "bois", "tho", "mas", "ro", "bert", "pe", "tit", "lef", "èvre")
_MET: Final = date(2024, 7, 4)


def people_of(facts: Sequence[NewEvent], coop_id: UUID) -> Iterator[NewPerson]:
    """Name the payers and children of the baskets that some facts place."""
    drawn = random.Random(19)  # noqa: S311 - no secret
    for fact in facts:
        if isinstance(fact.event, ContributionPlaced):
            last = "".join(drawn.choices(_SYLLABLES, k=3)).upper()
            email = f"famille{drawn.randrange(10**9)}@example.org"
            yield _new(fact.event.payer_id, coop_id, Person(drawn.choice(_FIRST), last, email), Purpose.ACCOUNTING)
            for line in fact.event.lines:
                yield _new(line.participant_id, coop_id, Person(drawn.choice(_FIRST), last), Purpose.CLASS_LIFE)


def _new(person_id: UUID, coop_id: UUID, person: Person, purpose: Purpose) -> NewPerson:
    return NewPerson(person_id, coop_id, purpose, retention_end(purpose, _MET), person)
