"""The names of people who run campaigns: members as their association knows them, mandate holders from the vault."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from reports.parts.wording import ERASED_NAME
from service import people
from service.runtime.open_ledger import OpenLedger

_PROGRAM: Final = "program:"


def person_names(opened: OpenLedger, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of people by id; who is known no more is said to be."""
    wanted = list(dict.fromkeys(ids))
    held = people.full_names(opened.vault, wanted)
    found = {}
    for one in wanted:
        name = held[one]
        member = opened.members.members.by_id(one) if name == ERASED_NAME else None
        found[one] = f"{member.profile.first_name} {member.profile.last_name}" if member else name
    return found


def actor_names(opened: OpenLedger, actors: Iterable[str]) -> dict[str, str]:
    """Return who actors of events are: a person by name, a program, or the service itself."""
    ids = {actor: _as_id(actor) for actor in actors}
    names = person_names(opened, [one for one in ids.values() if one is not None])
    return {
        actor: names[one] if one is not None else "Un programme" if actor.startswith(_PROGRAM) else "Le service"
        for actor, one in ids.items()
    }


def _as_id(actor: str) -> UUID | None:
    try:
        return UUID(actor)
    except ValueError:
        return None
