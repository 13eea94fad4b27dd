"""States of streams for the requests of an event loop: remembered, and brought up to now each time they are asked for.

What is new is read in a thread, together with what others ask, and applied in the loop: between two awaits nothing
changes under a reader. It costs the same however long a stream is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from adapters.log.event_store import EventStore
from adapters.log.state_reader import StateAnswer, StateQuestion, catch_up, read_states
from domain.aggregate import State
from domain.errors import NotFound
from service.grouped_calls import GroupedCalls
from service.runtime.remembered_states import RememberedStates

S = TypeVar("S", bound=State)


class LiveStates:
    """The states of one ledger."""

    def __init__(self, store: EventStore, remembered: RememberedStates | None = None) -> None:
        """Share the room of ``remembered`` with other ledgers, or have one alone."""
        self._schema = store.schema
        self._remembered = remembered or RememberedStates()

        def together(questions: Sequence[StateQuestion]) -> list[StateAnswer | Exception]:
            return read_states(store, questions)

        self._calls: GroupedCalls[StateQuestion, StateAnswer] = GroupedCalls(together)

    async def current(self, kind: type[S], stream_id: UUID) -> S:
        """Return what a stream adds up to, as committed now; its version is 0 when it does not exist.

        It is everybody's: read it before the next await, and change nothing.

        Raises:
            NotFound: the stream is another kind of aggregate.

        """
        states, key = self._remembered.here(), (self._schema, stream_id)
        known = states.find(key)
        answer = await self._calls.ask(StateQuestion(kind, stream_id, 0 if known is None else known.version))
        # Another request may have brought it further meanwhile, or it was forgotten.
        state = states.find(key) or known
        if isinstance(answer, State):
            state = answer if state is None or state.version < answer.version else state
        elif state is not None:
            states.drop(key)  # one that cannot be caught up is read anew next time
            catch_up(state, answer)
        if not isinstance(state, kind):
            raise NotFound(stream=stream_id, expected=kind.__name__)
        if state.version:
            states.keep(key, state)
        return state
