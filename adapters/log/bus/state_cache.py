"""What the bus remembers between batches: states of streams and funds of coops."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from adapters.log.bus.state_shelf import StateShelf
from adapters.log.event_store import EventStore, NewEvent
from adapters.log.funds_reader import FundsReader
from domain.aggregate import State
from domain.funds import CoopFunds


class StateCache:
    """States as of the last append, and coop funds as last read: both bounded.

    The states are the cache's own, and change where it is used. The room for them may be shared with other caches: what
    another one needs it for is read again here, so whoever goes on with a state after asking for it holds it itself.
    """

    def __init__(self, store: EventStore, shelf: StateShelf) -> None:
        """Begin empty, with room on a shelf."""
        self._store = store
        self._shelf = shelf
        self._funds = FundsReader(store)

    def state(self, state_class: type[State], stream_id: UUID) -> State:
        """Return the state of a stream, reading a cold one once."""
        found = self._shelf.find((self, stream_id))
        if found is None:
            found = self._store.load(state_class, stream_id)
            # One that does not exist is not kept: asking for invented ids must not drive the real ones out.
            if found.version:
                self.keep(found)
        return found

    def keep(self, state: State) -> None:
        """Remember a state, at the expense of those that were not used for the longest time."""
        self._shelf.keep((self, state.id), state)

    def refresh(self, stream_ids: Iterable[UUID]) -> None:
        """Catch up with what other processes wrote to streams whose state is remembered and as stored."""
        found = (self._shelf.find((self, stream_id)) for stream_id in stream_ids)
        self.catch_up([state for state in found if state is not None])

    def catch_up(self, states: Iterable[State]) -> None:
        """Bring states that are as stored to what is stored now, whether they are remembered or not."""
        known = {state.id: state for state in states}
        versions = {stream_id: state.version for stream_id, state in known.items()}
        for new_event in self._store.newer(versions) if versions else ():
            known[new_event.originator_id].evolve(new_event.event)

    def overtaken(self, stream_id: UUID, version: int) -> bool:
        """Tell whether a stream goes on after a version."""
        return bool(self._store.newer({stream_id: version}))

    def funds(self, coop_id: UUID) -> tuple[int, CoopFunds]:
        """Return the position of a coop's last event, and a copy of what it may spend, caught up with the log."""
        return self._funds.read(coop_id)

    def evict(self, new_events: Iterable[NewEvent]) -> None:
        """Forget the states that a batch which was not stored has moved."""
        for stream_id in {new_event.originator_id for new_event in new_events}:
            self._shelf.drop((self, stream_id))

    def forget(self) -> None:
        """Forget everything: it may be about another history than the log now tells."""
        self._shelf.drop_all(self)
        self._funds = FundsReader(self._store)
