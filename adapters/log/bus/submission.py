"""What is asked of the bus, and what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from domain.aggregate import Intent
from domain.errors import InvalidInput
from domain.events import Event

MAX_KEY: Final = 400
"""The longest idempotency key, in characters."""
_encode: Final = msgspec.json.Encoder(order="sorted").encode
_ANY_TIME: Final = "1970-01-01T00:00:00Z"
_READ: Final = (
    *("note_id", "known_classes", "ties", "provider", "deferring_since", "papers", "limits"),
    *("published_charter", "template"),
)
"""What we read or make for an attempt, which may differ at the next one: nobody asked for it."""
_HELD_EMPTY: Final[dict[str, dict[str, object]]] = {"PlaceContribution": {"known_classes": {}}}
"""What the first fingerprints of a kind held of it."""


class CommandOutcome(NamedTuple):
    """What a command did: its stream and version, its events and their positions; ``replayed`` if its key was used."""

    stream_id: UUID
    version: int
    first_position: int | None
    last_position: int | None
    events: tuple[Event, ...]
    replayed: bool


class Submission(NamedTuple):
    """A command, with the key that makes it safe to repeat and the fingerprint of what was asked under it."""

    command: Intent[Any]
    key: str | None
    fingerprint: bytes


CommandOutcomes = tuple[CommandOutcome, ...]


def submission(command: Intent[Any], key: str | None = None, fingerprint: bytes | None = None) -> Submission:
    """A command as the bus takes it; only a keyed one needs a fingerprint."""
    if key is None:
        return Submission(command, None, b"")
    return Submission(command, key, fingerprint or fingerprint_of(command))


def check_keys(submissions: Sequence[Submission]) -> tuple[Submission, ...]:
    """Refuse a key that the log cannot hold, before it meets the commands of others in one batch."""
    for one in submissions:
        if one.key is not None and not (0 < len(one.key) <= MAX_KEY and one.key.isprintable()):
            raise InvalidInput(key=one.key)
    return tuple(submissions)


def fingerprint_of(command: Intent[Any]) -> bytes:
    """Identify what a command asks for, whenever it is asked: SHA-256 of its kind and its fields, ``at`` levelled.

    Keys outlive the code: the kind and the fields' stored names make it, never the name of a Python class. What we read
    or make for each attempt (the coop's classes, the id of a note) says nothing of what is asked.
    """
    asked = msgspec.to_builtins(command, str_keys=True)
    fields = {name: value for name, value in asked.items() if name not in _READ}
    fields |= {**fields.pop("stamp"), "at": _ANY_TIME} | _HELD_EMPTY.get(command.KIND, {})
    return hashlib.sha256(f"{command.KIND}:".encode() + _encode(fields)).digest()
