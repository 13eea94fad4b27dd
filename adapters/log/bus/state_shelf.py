"""The states that a process remembers, of whatever ledgers and readers: as many as there is room for.

A collection of a thousand families takes three megabytes, one without a family 4 kB. So the room is counted in bytes
and not in states: estimated from what a state holds, since weighing it would take longer than reading it again. Whoever
shares a shelf shares the room, and those whose states are asked for now have it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final
from uuid import UUID

from domain.aggregate import State

ROOM: Final = 120 << 20
"""How many bytes of states a shelf keeps."""
_EMPTY, _EVENT, _ENTRY = 5_000, 300, 2_000
"""Bytes of a state that holds nothing, and what each of its events and each of its contributions adds to that."""
_STEP: Final = 4
"""Events after which a state that is in use is estimated again: a bus asks for one with each command."""
Key = tuple[Hashable, UUID]
"""Whose state it is, and of which stream: no cache is given another one's, since states change where they are used."""


def bytes_of(state: State) -> int:
    """Return about how many bytes a state takes."""
    return _EMPTY + _EVENT * state.version + _ENTRY * state.entries


class _ShelvedState:
    """A state, and how many bytes it took at a version: it grows where it is used."""

    __slots__ = ("size", "state", "version")

    def __init__(self, state: State) -> None:
        self.state = state
        self.version = state.version
        self.size = bytes_of(state)


class StateShelf:
    """States, those that were asked for last at its end. Any thread may ask; each for states of its own."""

    def __init__(self, room: int = ROOM) -> None:
        """Begin empty; ``room`` is how many bytes of states there may be."""
        self._room = room
        self._kept: OrderedDict[Key, _ShelvedState] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: Key) -> State | None:
        """Return a state, if it is here; then it is the one that was asked for last, with about the size it has now."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            self._kept.move_to_end(key)
            if kept.state.version >= kept.version + _STEP:
                self._bytes -= kept.size
                kept = self._kept[key] = _ShelvedState(kept.state)
                self._bytes += kept.size
                self._make_room()
            return kept.state

    def keep(self, key: Key, state: State) -> None:
        """Keep a state as the one that was asked for last; the others go first, whatever its own size."""
        with self._lock:
            self._drop(key)
            kept = self._kept[key] = _ShelvedState(state)
            self._bytes += kept.size
            self._make_room()

    def drop(self, key: Key) -> None:
        """Forget a state."""
        with self._lock:
            self._drop(key)

    def drop_all(self, owner: Hashable) -> None:
        """Forget all states of one owner."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == owner]:
                self._drop(key)

    def _make_room(self) -> None:
        while self._bytes > self._room and len(self._kept) > 1:
            _, kept = self._kept.popitem(last=False)
            self._bytes -= kept.size

    def _drop(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= kept.size
