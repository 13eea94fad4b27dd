"""The reason that a form asks for, from its list, and words of one's own beside it, which go to the vault."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

from starlette.concurrency import run_in_threadpool

from adapters.log.command_bus import CommandOutcome
from domain.aggregate import Intent
from service.fields import FieldError, read_long_text
from service.notes import keep_note
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import CampaignVisit

LONGEST_NOTE: Final = 500
"""Characters of a note, as the API takes them."""


class Reasoned(NamedTuple):
    """Why something is asked for: a code of a list, and a note, which may be empty."""

    reason: str
    note: str

    def note_id(self, of: UUID) -> UUID | None:
        """Return the id under which the decision names its note, made from the id of what is decided."""
        return uuid5(of, "note") if self.note else None


def read_reasoned(typed: TypedForm, reasons: Mapping[str, str]) -> Reasoned:
    """Read the reason and the note of a form."""
    return Reasoned(
        typed.read("motif", lambda written: _listed(written, reasons), ""),
        typed.read("note", _note, "", LONGEST_NOTE),
    )


def _listed(written: str, reasons: Mapping[str, str]) -> str:
    if written not in reasons:
        raise FieldError("Choisissez un motif de la liste.")
    return written


def _note(written: str) -> str:
    read = read_long_text(written).strip()
    if len(read) > LONGEST_NOTE:
        raise FieldError(f"La note est de {LONGEST_NOTE} caractères au plus.")
    return read


async def do_noted(visit: CampaignVisit, command: Intent[Any], note: str) -> CommandOutcome:
    """Carry out a decision, wait until pages show it, and keep its note."""
    outcome = await visit.do(command)
    if note:
        await run_in_threadpool(keep_note, visit.opened.notes, visit.coop.coop_id, outcome.events, note)
    return outcome
