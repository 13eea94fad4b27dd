"""States of streams for the requests of an event loop: remembered, and brought up to now each time they are asked for.

What is new is read in a thread, together with what others ask, and applied in the loop: between two awaits nothing
changes under a reader. It costs the same however long a stream is.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, TypeVar
from uuid import UUID

from adapters.log.event_store import EventStore
from adapters.log.state_reader import StateAnswer, StateQuestion, catch_up, read_states
from domain.aggregate import State
from domain.errors import NotFound
from service.grouped_calls import GroupedCalls

S = TypeVar("S", bound=State)
REMEMBERED: Final = 200
"""How many states an event loop keeps: those of the collections that are busy now."""


class LiveStates:
    """The states of one ledger."""

    def __init__(self, store: EventStore) -> None:
        """Remember nothing yet."""

        def together(questions: Sequence[StateQuestion]) -> list[StateAnswer | Exception]:
            return read_states(store, questions)

        self._calls: GroupedCalls[StateQuestion, StateAnswer] = GroupedCalls(together)
        self._known: dict[asyncio.AbstractEventLoop, OrderedDict[UUID, State]] = {}

    async def current(self, kind: type[S], stream_id: UUID) -> S:
        """Return what a stream adds up to, as committed now; its version is 0 when it does not exist.

        It is everybody's: read it before the next await, and change nothing.

        Raises:
            NotFound: the stream is another kind of aggregate.

        """
        states = self._states()
        known = states.get(stream_id)
        answer = await self._calls.ask(StateQuestion(kind, stream_id, 0 if known is None else known.version))
        # Another request may have brought it further meanwhile, or it was forgotten.
        state = states.get(stream_id) or known
        if isinstance(answer, State):
            state = answer if state is None or state.version < answer.version else state
        elif state is not None:
            states.pop(stream_id, None)  # one that cannot be caught up is read anew next time
            catch_up(state, answer)
        if not isinstance(state, kind):
            raise NotFound(stream=stream_id, expected=kind.__name__)
        if state.version:
            states[stream_id] = state
            states.move_to_end(stream_id)
            if len(states) > REMEMBERED:
                states.popitem(last=False)
        return state

    def _states(self) -> OrderedDict[UUID, State]:
        """The states that this event loop remembers."""
        loop = asyncio.get_running_loop()
        states = self._known.get(loop)
        if states is None:
            self._known = {one: kept for one, kept in self._known.items() if not one.is_closed()}
            states = self._known[loop] = OrderedDict()
        return states
