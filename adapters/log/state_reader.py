"""What streams add up to now, for readers: remembered states, caught up with the log by one query for all who ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from adapters.log.event_store import EventStore
from domain.aggregate import State
from domain.errors import NotFound

_REMEMBERED: Final = 500


class StateQuestion(NamedTuple):
    """Which stream is asked about, and what of its state: ``view`` gets it for a moment, and keeps nothing of it."""

    kind: type[State]
    stream_id: UUID
    view: Callable[[Any], object]


class StateReader:
    """States of one ledger as committed now; what it costs does not grow with their history."""

    def __init__(self, store: EventStore) -> None:
        """Remember nothing yet."""
        self._store = store
        self._states: OrderedDict[UUID, State] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, questions: Sequence[StateQuestion]) -> list[object | Exception]:
        """Answer questions, each by its own view or by the error that it met; a stream without events has version 0."""
        with self._lock:
            known = {one.stream_id for one in questions if one.stream_id in self._states}
            self._catch_up(known)
            return [self._answer(one) for one in questions]

    def _catch_up(self, known: set[UUID]) -> None:
        try:
            versions = {stream_id: self._states[stream_id].version for stream_id in known}
            for fact in self._store.newer(versions) if versions else ():
                self._states[fact.originator_id].evolve(fact.event)
        except BaseException:
            # Half of it may be applied: read anew next time.
            for stream_id in known:
                self._states.pop(stream_id, None)
            raise

    def _answer(self, one: StateQuestion) -> object | Exception:
        try:
            return one.view(self._state(one.kind, one.stream_id))
        except Exception as error:  # noqa: BLE001 - it is handed to the one who asked
            return error

    def _state(self, kind: type[State], stream_id: UUID) -> State:
        known = self._states.get(stream_id)
        if known is None:
            state = self._store.load(kind, stream_id)
            # One that does not exist is not kept: asking for invented ids must not drive the real ones out.
            if state.version:
                self._states[stream_id] = state
                if len(self._states) > _REMEMBERED:
                    self._states.popitem(last=False)
            return state
        if not isinstance(known, kind):
            raise NotFound(stream=stream_id, expected=kind.__name__)
        self._states.move_to_end(stream_id)
        return known
