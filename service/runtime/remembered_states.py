"""The states that a process remembers, of all its associations together: as many as there is room for.

A state takes some 800 bytes for each event that it was folded from: three megabytes for a collection of a thousand
families. A hundred associations in one process share the room, and those that are asked for now have it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final
from uuid import UUID

from domain.aggregate import State

EVENTS: Final = 150_000
"""How many events' worth of states an event loop keeps: about 120 MiB."""
Key = tuple[str, UUID]
"""A stream, in a ledger."""


class Shelf:
    """The states of one event loop, those that were asked for last at its end; only that loop touches them."""

    def __init__(self, room: int) -> None:
        """Begin empty."""
        self._room = room
        self._kept: OrderedDict[Key, tuple[State, int]] = OrderedDict()
        self._events = 0

    def find(self, key: Key) -> State | None:
        """Return a state, if it is here."""
        kept = self._kept.get(key)
        return None if kept is None else kept[0]

    def keep(self, key: Key, state: State) -> None:
        """Keep a state as the one that was asked for last; the others go first, whatever its own size."""
        self.drop(key)
        self._kept[key] = (state, state.version)
        self._events += state.version
        while self._events > self._room and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))

    def drop(self, key: Key) -> None:
        """Forget a state."""
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._events -= kept[1]


class RememberedStates:
    """The shelves of a process, one for each event loop that runs."""

    def __init__(self, room: int = EVENTS) -> None:
        """Begin with none; ``room`` is how many events' worth of states each may hold."""
        self._room = room
        self._shelves: dict[asyncio.AbstractEventLoop, Shelf] = {}

    def here(self) -> Shelf:
        """Return the shelf of the running loop."""
        loop = asyncio.get_running_loop()
        shelf = self._shelves.get(loop)
        if shelf is None:
            self._shelves = {one: kept for one, kept in self._shelves.items() if not one.is_closed()}
            shelf = self._shelves[loop] = Shelf(self._room)
        return shelf
