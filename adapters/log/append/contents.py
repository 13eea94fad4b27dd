"""What one append holds, and how it may fail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.events import Event


class NewEvent(NamedTuple):
    """A decided event on its way to the log: its stream, its version there, its coop."""

    originator_id: UUID
    originator_version: int
    coop_id: UUID | None
    event: Event


class KeyUse(NamedTuple):
    """An idempotency key, what was asked under it, and where its first outcome stands."""

    key: str
    fingerprint: bytes
    first_position: int
    events: int


class LogHead(NamedTuple):
    """The end of a log at some moment: its last position and the chain hash there."""

    position: int
    hash: bytes


class Count(NamedTuple):
    """A guard of what was counted: no event of the coop up to a Paris day may stand after the position counted at."""

    coop_id: UUID
    position: int
    through: date


class Append(NamedTuple):
    """One atomic append: facts, keys (``first_position`` is an offset in the facts) and guards (coop, position).

    ``known`` is the end of the log after the last append that this process knows of; ``counts`` are guards of what was
    counted up to a day.
    """

    batch: UUID
    new_events: Sequence[NewEvent]
    keys: Sequence[KeyUse]
    guards: Sequence[tuple[UUID, int]]
    known: LogHead | None = None
    counts: Sequence[Count] = ()


def booking_key(event: Event, offset: int) -> KeyUse | None:
    """Return the key of the provider's object that an event books, if it books one: it is booked once in a ledger."""
    booking = event.booking
    return None if booking is None else KeyUse(booking, event.at.isoformat().encode(), offset, 1)


class StoredBatch(NamedTuple):
    """Where a batch stands: the position before its first event, and an end of the log that it is part of."""

    before: int
    end: LogHead


class AppendRefusal(StrEnum):
    """Why the append function refused a batch; nothing was stored."""

    VERSION = "ledger_events_version"
    KEY = "ledger_keys_key"
    FENCED = "ledger_appends_batch"
    GUARD = "LG001"
    OTHER_LOG = "LG002"
    COUNT = "LG003"


class AppendRefusedError(Exception):
    """The batch met another writer's work."""

    def __init__(self, refusal: AppendRefusal) -> None:
        """Say which."""
        super().__init__(refusal.value)
        self.refusal = refusal


class AppendUncertainError(Exception):
    """The answer was lost: what was sent may or may not be stored; ``resolve`` tells."""


class AppendNotSentError(AppendUncertainError):
    """There was no connection to send it on: the batch is not stored, and never will be unless it is sent again."""
