"""Deciding a batch of commands on cached states, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from adapters.log.append import booking_key
from adapters.log.bus.state_cache import StateCache
from adapters.log.bus.submission import CommandOutcome, Submission
from adapters.log.bus.totals_cache import TotalsCache
from adapters.log.event_store import Count, KeyUse, NewEvent
from domain.aggregate import Command, FundsCommand, Intent, State, TotalsCommand
from domain.errors import Conflict, KeyReused, LedgerCorrupt, LedgerError, NotFound
from domain.events import Event
from domain.funds import CoopFunds

__all__ = ["Admission", "CommandBatch", "CommandOutcome", "Decided", "OvertakenError", "Submission"]

Admission = Callable[[Event], None]
"""Refuses, by a LedgerError, an event that does not belong in this ledger."""


class Decided:
    """The answer to one ask, before (``offset`` in the batch) or after it was stored."""

    __slots__ = ("ask", "events", "offset", "outcome", "replayed", "version")

    def __init__(self, ask: Submission, version: int, offset: int, events: tuple[Event, ...]) -> None:
        """Remember what was decided."""
        self.ask = ask
        self.version = version
        self.offset = offset
        self.events = events
        self.replayed = False
        self.outcome: CommandOutcome | None = None

    def stored(self, before: int, *, replayed: bool = False) -> CommandOutcome:
        """The outcome, once the batch stands after the position ``before``."""
        if self.outcome is None:
            first = before + 1 + self.offset if self.events else None
            last = before + self.offset + len(self.events) if self.events else None
            self.outcome = CommandOutcome(
                self.ask.command.stream_id, self.version, first, last, self.events, replayed=False
            )
        return self.outcome._replace(replayed=True) if replayed else self.outcome


class OvertakenError(Exception):
    """Another process wrote to a stream that this batch has already moved: the batch must be decided anew."""


class CommandBatch:
    """Commands decided one after the other, each on what the ones before it left."""

    def __init__(
        self, cache: StateCache, totals: TotalsCache, admit: Admission, booked: AbstractSet[str] = frozenset()
    ) -> None:
        """Begin empty; ``booked`` are objects of the provider that the log is known to hold already."""
        self._cache = cache
        self._totals = totals
        self._admit = admit
        self._booked = booked
        self.bookings: set[str] = set()
        self.new_events: list[NewEvent] = []
        self.keys: list[KeyUse] = []
        self.guards: dict[UUID, int] = {}
        self.counts: list[Count] = []
        self._by_key: dict[str, Decided] = {}
        self._funds: dict[UUID, tuple[int, CoopFunds]] = {}
        self._confirmed: set[UUID] = set()
        self._moved: dict[UUID, State] = {}

    def decide(self, ask: Submission) -> Decided:
        """Decide one command.

        Raises:
            LedgerError: refused; what the batch holds of its pending reply must be thrown away with the batch.
            OvertakenError: the whole batch must be.

        """
        known = self._by_key.get(ask.key) if ask.key is not None else None
        if known is not None:
            if known.ask.fingerprint != ask.fingerprint:
                raise KeyReused(key=ask.key)
            ask.command.check_scope(self._state(ask.command))
            twin = Decided(ask, known.version, known.offset, known.events)
            twin.replayed = True
            return twin
        state = self._state(ask.command)
        events = self._answer(ask.command, state)
        for event in events:
            self._admit(event)
        offset = len(self.new_events)
        for event in events:
            self._book(event)
            self._add(state, event)
        decided = Decided(ask, state.version, offset, events)
        if ask.key is not None:
            self._by_key[ask.key] = decided
            self.keys.append(KeyUse(ask.key, ask.fingerprint, offset, len(events)))
        return decided

    def _state(self, command: Intent[Any]) -> State:
        """Return the state a command addresses; one that this batch has moved stays, however small the cache.

        Raises:
            NotFound: the stream is another kind of aggregate.

        """
        found = self._moved.get(command.stream_id) or self._cache.state(command.STATE, command.stream_id)
        if not isinstance(found, command.STATE):
            raise NotFound(stream=command.stream_id, expected=command.STATE.__name__)
        return found

    def _answer(self, command: Intent[Any], state: State) -> tuple[Event, ...]:
        """Decide; before « no » or « nothing to do » stands, make sure that no other process has changed the state.

        A « yes » needs no such care: the append would refuse its version.
        """
        try:
            events = self._events(command, state)
        except LedgerError:
            if not self._caught_up(state):
                raise
        else:
            if events or not self._caught_up(state):
                return events
        return self._events(command, state)

    def _caught_up(self, state: State) -> bool:
        """Catch up with the log, once a batch for each stream; tells whether there was anything new."""
        if state.id in self._confirmed:
            return False
        self._confirmed.add(state.id)
        mine = sum(new_event.originator_id == state.id for new_event in self.new_events)
        version = state.version
        if mine:
            if self._cache.overtaken(state.id, version - mine):
                raise OvertakenError(state.id)
        else:
            self._cache.catch_up((state,))
        return state.version != version

    @property
    def commands(self) -> dict[str, Intent[Any]]:
        """The keyed commands of this batch, by key."""
        return {key: decided.ask.command for key, decided in self._by_key.items()}

    def _events(self, command: Intent[Any], state: State) -> tuple[Event, ...]:
        """Let the command decide, with the coop's funds or its account's totals when it needs them."""
        command.check_stream(state)
        if isinstance(command, Command):
            return tuple(command.decide(state))
        if isinstance(command, TotalsCommand) and state.coop_id is not None:
            return self._counted(command, state, state.coop_id)
        if not isinstance(command, FundsCommand) or state.coop_id is None:
            raise LedgerCorrupt(stream=command.stream_id, command=type(command).__name__, coop=state.coop_id)
        position, funds = self._funds_of(state.coop_id)
        events = tuple(command.decide_with_funds(state, funds))
        if events:
            self.guards[state.coop_id] = position
        return events

    def _counted(self, command: TotalsCommand[Any], state: State, coop_id: UUID) -> tuple[Event, ...]:
        """Let the command decide on what is stored; the append refuses it if that is not all, in this batch or not."""
        at = self._totals.at(coop_id)
        events = tuple(command.decide_with_totals(state, at))
        if events:
            self.counts.append(Count(coop_id, at.position, command.counts_through))
        return events

    def _funds_of(self, coop_id: UUID) -> tuple[int, CoopFunds]:
        """What a coop may spend: read once a batch, with the batch's own facts on top."""
        if coop_id not in self._funds:
            position, funds = self._cache.funds(coop_id)
            for new_event in self.new_events:
                if new_event.coop_id == coop_id:
                    funds.apply(new_event.event)
            self._funds[coop_id] = position, funds
        return self._funds[coop_id]

    def _book(self, event: Event) -> None:
        """Claim the provider's object that an event books, for the whole ledger .

        Within one stream the state knows it; this is for another campaign or coop that names the same object.

        Raises:
            Conflict: another event books it.

        """
        use = booking_key(event, len(self.new_events))
        if use is None:
            return
        if use.key in self.bookings or use.key in self._booked:
            raise Conflict(booked=use.key)
        self.bookings.add(use.key)
        self.keys.append(use)

    def _add(self, state: State, event: Event) -> None:
        """Move the state, and the funds if this batch has read them, by one decided event."""
        # Noted before it is applied: if the state fails half-way, its stream is among those to forget.
        self.new_events.append(NewEvent(state.id, state.version + 1, state.coop_id, event))
        if not state.version:
            self._cache.keep(state)
        self._moved[state.id] = state
        state.evolve(event)
        if state.coop_id != self.new_events[-1].coop_id:  # the event that begins the stream names its coop
            self.new_events[-1] = self.new_events[-1]._replace(coop_id=state.coop_id)
        if state.coop_id in self._funds:
            self._funds[state.coop_id][1].apply(event)
