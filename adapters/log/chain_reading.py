"""Reading a whole log along its chain: whatever does not fit is named, and the reading goes on behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.log.chain import EPOCH, MICROSECOND, genesis, link, readable
from domain.calendar import paris_date
from domain.events import EVENT_TYPES, Event
from domain.recorded_event import RecordedEvent

_PAGE: Final = 4_000
# Streams, coops and instants as the bytes that Postgres sends: those that the chain covers, or nearly.
_READ: Final = SQL(
    "SELECT position, uuid_send(originator_id), originator_version, uuid_send(coop_id), topic, state,"
    " timestamptz_send(recorded_at), hash, drains, happened_on"
    " FROM {}.ledger_events ORDER BY position"
)
_HEAD: Final = SQL("SELECT position, hash, timestamptz_send(nullif(recorded_at, '-infinity')) FROM {}.ledger_head")
_SENT_FROM: Final = (datetime(2000, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
"""Postgres sends instants as microseconds since 2000, the chain covers those since 1970."""
_FIRST: Final = (datetime.min.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICROSECOND
_INFINITY: Final = 2**63 - 1
_DRAINING: Final = frozenset(event.TOPIC for event in EVENT_TYPES if event.DRAINS)
"""No retired topic drains; one that did would have to be added here."""


Listener = Callable[[RecordedEvent], object]
"""Hears each stored event, in order, except those whose bytes cannot be read."""
_StoredRow = tuple[int, bytes, int, bytes | None, str, bytes, bytes, bytes, bool, date]
"""A row of the log as it is read."""


class ChainFault(NamedTuple):
    """A position at which the log does not fit, and why, in French for auditors; ``head`` when it is its head."""

    position: int
    reason: str
    head: bool = False


class ChainReport(NamedTuple):
    """What a verification found: how many events there are, the last one with its hash, and all that does not fit."""

    events: int
    last: int
    hash: bytes
    faults: tuple[ChainFault, ...]

    @property
    def sound(self) -> bool:
        """Whether the whole log fits."""
        return not self.faults


class _Verifier:
    """Follows the log event by event; after one that does not fit it goes on from what is stored there."""

    def __init__(self, association_id: UUID) -> None:
        self.hash = genesis(association_id)
        self.position = 0
        self.events = 0
        self.at = _FIRST
        """When the last event was recorded, in microseconds since 1970."""
        self._versions: dict[bytes, int] = {}

    def faults(self, row: _StoredRow, event: Event | None, at: int) -> list[ChainFault]:
        """Take the next row with its event, None where it cannot be read, and say what does not fit."""
        position, stream, version, coop, topic, state, _, stored, drains, happened_on = row
        found: list[ChainFault] = []
        follows, following = position == self.position + 1, self._versions.get(stream, 0) + 1
        if not follows:
            found.append(ChainFault(self.position + 1, _missing(self.position + 1, position - 1)))
        if version != following:
            found.append(ChainFault(position, f"la version {following} de son flux manque"))
        # What follows a hole was chained to an event that is not there: it cannot be checked.
        if follows and stored != link(self.hash, position, stream, version, coop, topic, state, at):
            found.append(ChainFault(position, "son contenu n’est pas celui qui a été chaîné"))
        # Outside the chain, because topic and content say it already; the guards of the append function read it.
        if drains != (topic in _DRAINING):
            found.append(ChainFault(position, "il est marqué à tort comme diminuant le disponible, ou l’inverse"))
        # Bytes that cannot be read say no day.
        if event is not None and happened_on != paris_date(event.happened_at):
            found.append(ChainFault(position, "il est marqué d’un autre jour que le sien"))
        if at < self.at:
            found.append(ChainFault(position, "il est daté d’avant l’événement qui le précède"))
        self.events += 1
        self.position, self.hash, self.at = position, stored, at
        self._versions[stream] = version
        return found

    def head_faults(self, head: tuple[Any, ...] | None) -> Iterator[ChainFault]:
        """Compare the head (position, hash, instant) with the last event."""
        if head is None:
            yield ChainFault(self.position, "le registre n’a pas de tête", head=True)
            return
        position, stored, sent = head
        if position > self.position:
            yield ChainFault(self.position + 1, _missing(self.position + 1, position), head=True)
        elif position < self.position:
            yield ChainFault(position + 1, f"la tête du registre est avant, à {position}", head=True)
        elif stored != self.hash:
            yield ChainFault(position, "l’empreinte de la tête n’est pas celle du dernier événement", head=True)
        elif (_FIRST if sent is None else _microseconds(sent)) != self.at:
            yield ChainFault(position, "l’heure de la tête n’est pas celle du dernier événement", head=True)


def _missing(first: int, last: int) -> str:
    """Say which events are not there."""
    return "l’événement manque" if first == last else f"les événements {first} à {last} manquent"


class _Interned:
    """Ids and instants as objects, made once for all the events that share them."""

    def __init__(self) -> None:
        self._ids: dict[bytes, UUID] = {}
        self._sent, self._at, self._instant = b"", _FIRST, EPOCH

    def id(self, sent: bytes) -> UUID:
        """The id that Postgres sent."""
        known = self._ids.get(sent)
        if known is None:
            known = self._ids[sent] = UUID(bytes=sent)
        return known

    def instant(self, sent: bytes) -> tuple[int, datetime]:
        """An instant in microseconds since 1970, and itself; one that no calendar has is the next that it has."""
        if sent != self._sent:
            self._sent, self._at = sent, _microseconds(sent)
            self._instant = EPOCH + timedelta(microseconds=min(max(self._at, _FIRST), _LAST))
        return self._at, self._instant


def read_chain(
    connection: Connection,
    schema: str,
    association_id: UUID,
    progress: Callable[[int], None] = lambda _: None,
    listener: Listener = lambda *_: None,
) -> ChainReport:
    """Recompute the chain of a whole log and compare it with what is stored and with the head.

    Finds a changed byte, a missing, added or moved event, and a cut tail, and goes on behind each. Reads through a
    cursor of the server, inside the transaction of the connection; ``progress`` hears every so many positions,
    ``listener`` every event that can be read.
    """
    verifier, interned = _Verifier(association_id), _Interned()
    faults: list[ChainFault] = []
    with connection.cursor("read_chain", binary=True) as cursor:
        cursor.execute(_READ.format(Identifier(schema)))
        while page := cursor.fetchmany(_PAGE):
            for row in page:
                position, stream, version, coop, topic, state, sent, *_ = row
                event = readable(topic, state)
                at, instant = interned.instant(sent)
                if found := verifier.faults(row, event, at):
                    faults += found
                if event is not None:
                    coop_id = None if coop is None else interned.id(coop)
                    listener(RecordedEvent(position, interned.id(stream), version, coop_id, instant, event))
            progress(verifier.position)
    with connection.cursor(binary=True) as one:
        head = one.execute(_HEAD.format(Identifier(schema))).fetchone()
    faults += verifier.head_faults(head)
    return ChainReport(verifier.events, verifier.position, verifier.hash, tuple(faults))


def _microseconds(sent: bytes) -> int:
    """An instant that Postgres sent, in microseconds since 1970; its infinity is the last that eight bytes hold."""
    return min(int.from_bytes(sent, "big", signed=True) + _SENT_FROM, _INFINITY)
