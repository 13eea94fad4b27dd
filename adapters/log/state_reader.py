"""What many readers ask of streams at the same moment, read together: what is new since the version that each knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from adapters.log.event_store import EventStore, NewEvent
from domain.aggregate import State
from domain.errors import LedgerError

_NONE: Final[tuple[NewEvent, ...]] = ()


class StateQuestion(NamedTuple):
    """A stream, and the version that the asker knows: 0 for nothing, then the whole state is read."""

    kind: type[State]
    stream_id: UUID
    version: int


StateAnswer = State | Sequence[NewEvent]
"""The whole state, new and the asker's own; or what was stored after the version that the asker knows."""


def read_states(store: EventStore, questions: Sequence[StateQuestion]) -> list[StateAnswer | Exception]:
    """Answer all questions, as committed now; one query serves all who know their stream already.

    An error of one question is its answer; a stream that does not exist is a state of version 0.
    """
    known: dict[UUID, int] = {}
    for one in questions:
        if one.version:
            known[one.stream_id] = min(one.version, known.get(one.stream_id, one.version))
    newer: dict[UUID, list[NewEvent]] = {}
    for fact in store.newer(known) if known else ():
        newer.setdefault(fact.originator_id, []).append(fact)
    return [newer.get(one.stream_id, _NONE) if one.version else _whole(store, one) for one in questions]


def _whole(store: EventStore, one: StateQuestion) -> State | Exception:
    try:
        state: State = store.load(one.kind, one.stream_id)
    except LedgerError as refusal:
        return refusal
    return state


def catch_up(state: State, news: Sequence[NewEvent]) -> None:
    """Apply what was stored after a state's version; what it holds already is passed over."""
    for fact in news:
        if fact.originator_version == state.version + 1:
            state.evolve(fact.event)
