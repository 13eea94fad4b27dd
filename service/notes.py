"""Notes beside decisions: kept once the decision stands, so that nothing lies in the vault for what was refused."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from adapters.people_vault import NoteVault, Purpose, retention_end
from domain.calendar import paris_date
from domain.events import Event


def keep_note(vault: NoteVault, coop_id: UUID, events: Iterable[Event], text: str) -> None:
    """Keep a note that the events of a decision name; without such an event nothing was decided, and nothing is kept.

    It is kept for the school year of the decision and one more, in which its accounts are inspected. A request that is
    sent again keeps it too, if the first attempt could not; a note that was erased meanwhile stays erased.
    """
    named = {
        note_id: retention_end(Purpose.CLASS_LIFE, paris_date(event.at))
        for event in events
        if (note_id := getattr(event, "note_id", None)) is not None
    }
    for note_id, expires_on in named.items():
        vault.put(note_id, coop_id, text, expires_on)
