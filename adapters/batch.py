"""Deciding a batch of commands on cached states, before anything is stored."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from adapters.event_store import EventStore, Fact, KeyUse
from domain.aggregate import Command, FundsCommand, Intent, State
from domain.errors import KeyReused, LedgerCorrupt
from domain.events import Event
from domain.funds import CoopFunds

_encode: Final = msgspec.json.Encoder(order="sorted").encode
_ANY_TIME: Final = datetime.fromtimestamp(0, UTC)


class Outcome(NamedTuple):
    """What a command did: its stream and version, its events and their positions; ``replayed`` if its key was used."""

    stream_id: UUID
    version: int
    first_position: int | None
    last_position: int | None
    events: tuple[Event, ...]
    replayed: bool


class Ask(NamedTuple):
    """A command, with the key that makes it safe to repeat and the fingerprint of what was asked under it."""

    command: Intent[Any]
    key: str | None
    fingerprint: bytes


class Decided:
    """The answer to one ask, before (``offset`` in the batch) or after it was stored."""

    __slots__ = ("ask", "events", "offset", "outcome", "replayed", "version")

    def __init__(self, ask: Ask, version: int, offset: int, events: tuple[Event, ...]) -> None:
        """Remember what was decided."""
        self.ask = ask
        self.version = version
        self.offset = offset
        self.events = events
        self.replayed = False
        self.outcome: Outcome | None = None

    def stored(self, before: int, *, replayed: bool = False) -> Outcome:
        """The outcome, once the batch stands after the position ``before``."""
        if self.outcome is None:
            first = before + 1 + self.offset if self.events else None
            last = before + self.offset + len(self.events) if self.events else None
            self.outcome = Outcome(self.ask.command.stream_id, self.version, first, last, self.events, replayed=False)
        return self.outcome._replace(replayed=True) if replayed else self.outcome


def fingerprint_of(command: Intent[Any]) -> bytes:
    """Identify what a command asks for, whenever it is asked: SHA-256 of its kind and its fields, ``at`` levelled."""
    timeless = msgspec.structs.replace(command, at=_ANY_TIME)
    return hashlib.sha256(f"{type(command).__name__}:".encode() + _encode(timeless)).digest()


class StateCache:
    """States and coop funds as of the last append: bounded, and dropped as soon as they may be wrong."""

    def __init__(self, store: EventStore, size: int) -> None:
        """Begin empty; funds are complete through the head of now."""
        self._store = store
        self.size = size
        self._states: OrderedDict[UUID, State] = OrderedDict()
        self._funds: dict[UUID, CoopFunds] = {}
        self.known_through = -1

    def state(self, command: Intent[Any]) -> State:
        """Return the state a command addresses, reading a cold stream once."""
        found = self._states.get(command.stream_id)
        if found is None:
            found = self._store.load(command.STATE, command.stream_id)
            self._states[command.stream_id] = found
            if len(self._states) > self.size:
                self._states.popitem(last=False)
        else:
            self._states.move_to_end(command.stream_id)
        if not isinstance(found, command.STATE):
            raise LedgerCorrupt(stream=command.stream_id, expected=command.STATE.__name__)
        return found

    def funds(self, coop_id: UUID, pending: list[Fact]) -> CoopFunds:
        """Return what a coop may spend, the undecided facts of this batch included."""
        found = self._funds.get(coop_id)
        if found is None:
            head, _ = self._store.head()
            if head != self.known_through:
                self._funds.clear()
                self.known_through = head
            found = CoopFunds()
            for recorded in self._store.coop_events(coop_id, head):
                found.apply(recorded.event)
            for fact in pending:
                if fact.coop_id == coop_id:
                    found.apply(fact.event)
            self._funds[coop_id] = found
        return found

    def apply(self, fact: Fact) -> None:
        """Keep the funds of a coop in step with a decided fact."""
        if fact.coop_id is not None and (funds := self._funds.get(fact.coop_id)) is not None:
            funds.apply(fact.event)

    def stored(self, before: int, count: int) -> None:
        """Learn where a batch landed; a gap before it means that another process wrote, so funds are not known."""
        if before != self.known_through:
            self._funds.clear()
        self.known_through = before + count

    def evict(self, facts: list[Fact]) -> None:
        """Forget whatever a batch that was not stored has touched; all funds, which span streams."""
        for fact in facts:
            self._states.pop(fact.originator_id, None)
        self._funds.clear()


class Batch:
    """Commands decided one after the other, each on what the ones before it left."""

    def __init__(self, cache: StateCache) -> None:
        """Begin empty."""
        self._cache = cache
        self.facts: list[Fact] = []
        self.keys: list[KeyUse] = []
        self.guards: dict[UUID, int] = {}
        self._by_key: dict[str, Decided] = {}

    def decide(self, ask: Ask) -> Decided:
        """Decide one command.

        Raises:
            LedgerError: refused; nothing of it stays in the batch.

        """
        known = self._by_key.get(ask.key) if ask.key is not None else None
        if known is not None:
            if known.ask.fingerprint != ask.fingerprint:
                raise KeyReused(key=ask.key)
            twin = Decided(ask, known.version, known.offset, known.events)
            twin.replayed = True
            return twin
        command = ask.command
        state = self._cache.state(command)
        command.check_stream(state)
        events = tuple(self._events(command, state))
        offset = len(self.facts)
        for event in events:
            state.evolve(event)
            fact = Fact(command.stream_id, state.version, state.coop_id, event)
            self.facts.append(fact)
            self._cache.apply(fact)
        decided = Decided(ask, state.version, offset, events)
        if ask.key is not None:
            self._by_key[ask.key] = decided
            self.keys.append(KeyUse(ask.key, ask.fingerprint, offset, len(events)))
        return decided

    def stream_of(self, key: str) -> UUID:
        """Return the stream that a keyed command of this batch addresses."""
        return self._by_key[key].ask.command.stream_id

    def _events(self, command: Intent[Any], state: State) -> Iterator[Event]:
        """Let the command decide, with the coop's funds when it needs them."""
        if isinstance(command, FundsCommand):
            if state.coop_id is None:
                raise LedgerCorrupt(stream=command.stream_id, coop=None)
            funds = self._cache.funds(state.coop_id, self.facts)
            events = command.decide_with_funds(state, funds)
            self.guards[state.coop_id] = self._cache.known_through
        elif isinstance(command, Command):
            events = command.decide(state)
        else:
            raise LedgerCorrupt(command=type(command).__name__)
        yield from events
