"""Who acted on a campaign, as its history names them: a person, a program, or the service itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from service.members.names import person_names
from service.runtime.open_ledger import OpenLedger

_PROGRAM: Final = "program:"


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
