"""The states that a process remembers, of all its associations together: those of its requests, those of its writers.

A hundred associations in one process share the room, and those that are asked for now have it.
"""

from __future__ import annotations

import asyncio

from adapters.log.bus.state_shelf import ROOM, StateShelf
from service.runtime.folded_names import NameShelf


class RememberedStates:
    """The shelves of a process: one for each event loop that runs, and one for its buses and payment contexts."""

    def __init__(self, room: int = ROOM) -> None:
        """Begin with none; ``room`` is how many bytes of states each may hold."""
        self._room = room
        self._shelves: dict[asyncio.AbstractEventLoop, StateShelf] = {}
        self.writers = StateShelf(room)
        """The states of those that decide, each with its own: whatever thread they are used by."""
        self.names = NameShelf()
        """The names of the campaigns whose lists are being looked at."""

    def here(self) -> StateShelf:
        """Return the shelf of the running loop."""
        loop = asyncio.get_running_loop()
        shelf = self._shelves.get(loop)
        if shelf is None:
            self._shelves = {one: kept for one, kept in self._shelves.items() if not one.is_closed()}
            shelf = self._shelves[loop] = StateShelf(self._room)
        return shelf
