"""What a sandbox remembers: plain JSON values, so that it fits in one file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from adapters.stripe_sandbox.errors import Json

PLATFORM = ""  # the owner of what belongs to no connected account
Moment = list[Any]  # [instant, order, what]: a list, because JSON has no tuples, compared by its first two


@dataclass
class State:
    """Everything a sandbox knows.

    ``objects``: kind (Stripe's ``object``) → id → the object as the API shows it, ids not expanded, oldest first.
    ``owners``: id → connected account, for what is not the platform's. ``hidden``: id → what the API never shows.
    ``funds``: account → cents ``pending`` and ``available``, kept beside the balance transactions that explain them.
    ``due``: what is to happen, a heap of instant, order and action. ``outbox``: for each endpoint (its place in
    ``endpoints``), the deliveries to make, a heap of instant, order and delivery.
    ``replies``: idempotency keys with what was answered. ``lines``: lines of the simulated bank's statements.
    ``offset``: seconds the virtual clock is ahead of the real one.
    """

    seed: int = 0
    counter: int = 0
    offset: float = 0
    objects: dict[str, dict[str, Json]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, Json] = field(default_factory=dict)
    funds: dict[str, dict[str, int]] = field(default_factory=dict)
    due: list[Moment] = field(default_factory=list)
    outbox: dict[str, list[Moment]] = field(default_factory=dict)
    endpoints: list[Json] = field(default_factory=list)
    chaos: Json = field(default_factory=dict)
    replies: dict[str, Json] = field(default_factory=dict)
    failures: list[Json] = field(default_factory=list)
    lines: list[Json] = field(default_factory=list)

    def table(self, kind: str) -> dict[str, Json]:
        """Return the objects of a kind by id, oldest first."""
        return self.objects.setdefault(kind, {})

    def owner(self, identifier: str) -> str:
        """Return the connected account an object belongs to, or the platform."""
        return self.owners.get(identifier, PLATFORM)


def load(path: Path) -> State | None:
    """Read a state from its file, or return nothing where there is no file."""
    if not path.exists():
        return None
    state = msgspec.json.decode(path.read_bytes(), type=State)
    # What was being answered when the sandbox stopped never will be: its keys are free again.
    state.replies = {key: one for key, one in state.replies.items() if one["status"] is not None}
    return state


def save(state: State, path: Path) -> None:
    """Write a state so that a crash leaves the old file or the new one, never half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    with draft.open("wb") as file:
        file.write(msgspec.json.encode(state))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
