"""The grammar of decisions: a State folds events, a Command decides new ones from a State, and nothing else happens.

Both are pure: ``decide`` reads the state and returns events or raises a LedgerError; ``evolve`` applies an event.
The bus (adapters) owns loading, storing and retrying.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, ClassVar, Generic, Self, TypeVar
from uuid import UUID

import msgspec

from domain.closings.totals import TotalsAt
from domain.errors import AlreadyExists, LedgerCorrupt, NotFound, StaleVersion
from domain.events.base import Event
from domain.funds import CoopFunds
from domain.vocabulary.keys import check_keys


class State:
    """What one stream's events add up to; mutated by ``evolve`` only, and thrown away when a write fails."""

    HANDLERS: ClassVar[dict[type[Event], Callable[[Any, Any], None]]] = {}
    """How each event of the stream changes the state; filled by each aggregate's module."""

    def __init__(self, stream_id: UUID) -> None:
        """Begin an empty stream."""
        self.id = stream_id
        self.version = 0
        self.coop_id: UUID | None = None

    @property
    def entries(self) -> int:
        """How many things it keeps, each with a state of its own: what it takes of memory grows with them."""
        return 0

    def evolve(self, event: Event) -> None:
        """Apply the next event of the stream.

        Raises:
            LedgerCorrupt: an event of another aggregate.

        """
        handler = self.HANDLERS.get(type(event))
        if handler is None:
            raise LedgerCorrupt(stream=self.id, topic=event.TOPIC)
        handler(self, event)
        self.version += 1

    @classmethod
    def from_events(cls, stream_id: UUID, events: Iterable[Event]) -> Self:
        """Fold a stream from its first event."""
        state = cls(stream_id)
        for event in events:
            state.evolve(event)
        return state


S = TypeVar("S", bound=State)


class Stamp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks for a command, when, and for which part of the association; the same for all commands of one request."""

    at: datetime
    """The instant of the request, in UTC."""
    by: str
    """The opaque actor, never a name: a person's id, ``family``, or a program."""
    scope: UUID | None = None
    """The only coop that the asker may touch; None for the whole association (ADR 9)."""


class Intent(msgspec.Struct, Generic[S], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wish addressed to one stream: who wants it and when (``stamp``), and on which state it was decided."""

    KIND: ClassVar[str]
    """What the command is called in fingerprints of idempotency keys: kept for ever, whatever the class is called."""
    STATE: ClassVar[type[State]]
    """The aggregate that decides."""
    CREATES: ClassVar[bool] = False
    """Whether it begins the stream; all others need it to exist."""

    stream_id: UUID
    stamp: Stamp
    expected_version: int | None = None

    def __post_init__(self) -> None:
        """Refuse a key that is empty, whoever asks."""
        check_keys(self)

    @property
    def at(self) -> datetime:
        """When it was asked, in UTC."""
        return self.stamp.at

    @property
    def by(self) -> str:
        """The opaque actor who asked."""
        return self.stamp.by

    @property
    def scope(self) -> UUID | None:
        """The only coop that the asker may touch; None for the whole association."""
        return self.stamp.scope

    @property
    def begins_in(self) -> UUID | None:
        """The coop in which a new stream begins; None when it is the association's own affair."""
        return None

    def check_scope(self, state: State) -> None:
        """Refuse a foreign coop's stream as if it did not exist: its id tells nothing (S-01)."""
        coop_id = self.begins_in if self.CREATES else state.coop_id
        if self.scope not in (None, coop_id):
            raise NotFound(stream=self.stream_id, scope=self.scope)

    def check_stream(self, state: S) -> None:
        """Refuse a missing, already existing or foreign stream, and a decision taken on an older version of it."""
        self.check_scope(state)
        if self.CREATES and state.version:
            raise AlreadyExists(stream=self.stream_id)
        if not self.CREATES and not state.version:
            raise NotFound(stream=self.stream_id)
        if self.expected_version is not None and self.expected_version != state.version:
            raise StaleVersion(expected=self.expected_version, actual=state.version)


class Command(Intent[S], frozen=True, kw_only=True):
    """A wish that one stream's state is enough to decide."""

    def decide(self, state: S) -> tuple[Event, ...]:
        """Return the events that fulfil the wish, or raise a LedgerError; an empty tuple means already done."""
        raise LedgerCorrupt(command=type(self).__name__)


class FundsCommand(Intent[S], frozen=True, kw_only=True):
    """A wish that also depends on what the coop may spend, stored with a guard against any later draining event."""

    def decide_with_funds(self, state: S, funds: CoopFunds) -> tuple[Event, ...]:
        """Return the events that fulfil the wish, or raise a LedgerError."""
        raise LedgerCorrupt(command=type(self).__name__)


class TotalsCommand(Intent[S], frozen=True, kw_only=True):
    """A wish that depends on what the coop's account came to up to a day, by the ledger's own running totals.

    It is stored with a guard against any event of the coop, of that day or an earlier one, that the totals do not hold:
    then it is decided again.
    """

    @property
    def counts_through(self) -> date:
        """The last Paris day that the decision counts."""
        raise LedgerCorrupt(command=type(self).__name__)

    def decide_with_totals(self, state: S, at: TotalsAt) -> tuple[Event, ...]:
        """Return the events that fulfil the wish, or raise a LedgerError."""
        raise LedgerCorrupt(command=type(self).__name__)
