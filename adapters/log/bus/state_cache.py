"""What the bus remembers between batches: states of streams and funds of coops."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from adapters.log.event_store import EventStore, NewEvent
from adapters.log.funds_reader import FundsReader
from domain.aggregate import State
from domain.funds import CoopFunds


class StateCache:
    """States as of the last append, and coop funds as last read: both bounded."""

    def __init__(self, store: EventStore, size: int) -> None:
        """Begin empty."""
        self._store = store
        self.size = size
        self._states: OrderedDict[UUID, State] = OrderedDict()
        self._funds = FundsReader(store)

    def state(self, state_class: type[State], stream_id: UUID) -> State:
        """Return the state of a stream, reading a cold one once."""
        found = self._states.get(stream_id)
        if found is None:
            found = self._store.load(state_class, stream_id)
            # One that does not exist is not kept: asking for invented ids must not drive the real ones out.
            if found.version:
                self.keep(found)
        else:
            self._states.move_to_end(stream_id)
        return found

    def keep(self, state: State) -> None:
        """Remember a state, at the expense of the one that was not used for the longest time."""
        self._states[state.id] = state
        if len(self._states) > self.size:
            self._states.popitem(last=False)

    def refresh(self, stream_ids: Iterable[UUID]) -> None:
        """Catch up with what other processes wrote to streams whose state is remembered and as stored."""
        known = {stream_id: self._states[stream_id].version for stream_id in stream_ids if stream_id in self._states}
        for new_event in self._store.newer(known) if known else ():
            self._states[new_event.originator_id].evolve(new_event.event)

    def overtaken(self, stream_id: UUID, version: int) -> bool:
        """Tell whether a stream goes on after a version."""
        return bool(self._store.newer({stream_id: version}))

    def funds(self, coop_id: UUID) -> tuple[int, CoopFunds]:
        """Return the position of a coop's last event, and a copy of what it may spend, caught up with the log."""
        return self._funds.read(coop_id)

    def evict(self, new_events: Iterable[NewEvent]) -> None:
        """Forget the states that a batch which was not stored has moved."""
        for new_event in new_events:
            self._states.pop(new_event.originator_id, None)
