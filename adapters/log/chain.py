"""The hash chain of a log, recomputed outside Postgres: what it says must be what was stored."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.calendar import paris_date
from domain.errors import LedgerError
from domain.events import EVENT_TYPES, Event, decode

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE: Final = 5_000
_READ: Final = SQL(
    "SELECT position, originator_id, originator_version, coop_id, topic, state, recorded_at, hash, drains, happened_on"
    " FROM {}.ledger_events ORDER BY position"
)
_LINKS: Final = SQL(
    "SELECT mine.position, mine.originator_id, mine.originator_version, mine.coop_id, mine.topic, mine.state,"
    " mine.recorded_at, mine.hash, before.hash"
    " FROM {log}.ledger_events AS mine LEFT JOIN {log}.ledger_events AS before ON before.position = mine.position - 1"
    " WHERE mine.position = ANY(%s) ORDER BY mine.position"
)
_LENGTH: Final = struct.Struct(">i")
_PLACE: Final = struct.Struct(">iqi16siq")
_COOP: Final = struct.Struct(">i16s")
_INSTANT: Final = struct.Struct(">iq")
_NO_COOP: Final = _LENGTH.pack(0)
_MICROSECOND: Final = timedelta(microseconds=1)
_DRAINING: Final = frozenset(event.TOPIC for event in EVENT_TYPES if event.DRAINS)
"""No retired topic drains; one that did would have to be added here."""


class ChainRow(NamedTuple):
    """One stored event, as the chain covers it."""

    position: int
    stream_id: UUID
    version: int
    coop_id: UUID | None
    topic: str
    state: bytes
    recorded_at: datetime
    hash: bytes


Listener = Callable[[ChainRow, Event | None], object]
"""Hears each stored event, in order, with what it says; None where its bytes cannot be read."""


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


def genesis(association_id: UUID) -> bytes:
    """Return the hash before the first event: it binds the chain to its association."""
    return hashlib.sha256(f"coopledger:1:{association_id}".encode()).digest()


def _field(data: bytes) -> bytes:
    """One field after its length."""
    return _LENGTH.pack(len(data)) + data


@lru_cache(maxsize=256)
def _topic_field(topic: str) -> bytes:
    """The field of a topic: there are few."""
    return _field(topic.encode())


def chain_hash(previous: bytes, row: ChainRow) -> bytes:
    """Return the hash of an event after ``previous``; the same bytes as in ``ledger_append``.

    Every field is preceded by its length, so that no two different rows have the same bytes.
    """
    state = row.state
    return hashlib.sha256(
        b"".join(
            (
                _field(previous),
                _PLACE.pack(8, row.position, 16, row.stream_id.bytes, 8, row.version),
                _NO_COOP if row.coop_id is None else _COOP.pack(16, row.coop_id.bytes),
                _topic_field(row.topic),
                _LENGTH.pack(len(state)),
                state,
                _INSTANT.pack(8, (row.recorded_at - _EPOCH) // _MICROSECOND),
            )
        )
    ).digest()


class _Verifier:
    """Follows the log event by event; after one that does not fit it goes on from what is stored there."""

    def __init__(self, association_id: UUID) -> None:
        self.hash = genesis(association_id)
        self.position = 0
        self.events = 0
        self.recorded_at: datetime | None = None
        self._versions: dict[UUID, int] = {}

    def faults(self, row: ChainRow, event: Event | None, *, drains: bool, happened_on: date) -> list[ChainFault]:
        """Take the next row with its event, None where it cannot be read, and say what does not fit."""
        position, stream_id, version, _, topic, _, recorded_at, stored = row
        found: list[ChainFault] = []
        follows, following = position == self.position + 1, self._versions.get(stream_id, 0) + 1
        if not follows:
            found.append(ChainFault(self.position + 1, _missing(self.position + 1, position - 1)))
        if version != following:
            found.append(ChainFault(position, f"la version {following} de son flux manque"))
        # What follows a hole was chained to an event that is not there: it cannot be checked.
        if follows and stored != chain_hash(self.hash, row):
            found.append(ChainFault(position, "son contenu n’est pas celui qui a été chaîné"))
        # Outside the chain, because topic and content say it already; the guards of the append function read it.
        if drains != (topic in _DRAINING):
            found.append(ChainFault(position, "il est marqué à tort comme diminuant le disponible, ou l’inverse"))
        # Bytes that cannot be read say no day.
        if event is not None and happened_on != paris_date(event.happened_at):
            found.append(ChainFault(position, "il est marqué d’un autre jour que le sien"))
        if self.recorded_at is not None and recorded_at < self.recorded_at:
            found.append(ChainFault(position, "il est daté d’avant l’événement qui le précède"))
        self.events += 1
        self.position, self.hash, self.recorded_at = position, stored, recorded_at
        self._versions[stream_id] = version
        return found

    def head_faults(self, head: tuple[Any, ...] | None) -> Iterator[ChainFault]:
        """Compare the head (position, hash, instant) with the last event."""
        if head is None:
            yield ChainFault(self.position, "le registre n’a pas de tête", head=True)
            return
        position, stored, recorded_at = head
        if position > self.position:
            yield ChainFault(self.position + 1, _missing(self.position + 1, position), head=True)
        elif position < self.position:
            yield ChainFault(position + 1, f"la tête du registre est avant, à {position}", head=True)
        elif stored != self.hash:
            yield ChainFault(position, "l’empreinte de la tête n’est pas celle du dernier événement", head=True)
        elif recorded_at != self.recorded_at:
            yield ChainFault(position, "l’heure de la tête n’est pas celle du dernier événement", head=True)


def readable(topic: str, stored: bytes) -> Event | None:
    """Read stored bytes as an event of today; None where they cannot be read."""
    try:
        return decode(topic, stored)
    except (LedgerError, ValueError):
        return None


def _missing(first: int, last: int) -> str:
    """Say which events are not there."""
    return "l’événement manque" if first == last else f"les événements {first} à {last} manquent"


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
    ``listener`` every event.
    """
    verifier = _Verifier(association_id)
    faults: list[ChainFault] = []
    query = SQL("SELECT position, hash, nullif(recorded_at, '-infinity') FROM {}.ledger_head").format(
        Identifier(schema)
    )
    with connection.cursor("read_chain", binary=True) as cursor:
        cursor.itersize = _PAGE
        cursor.execute(_READ.format(Identifier(schema)))
        for *fields, drains, happened_on in cursor:
            row = ChainRow(*fields)
            event = readable(row.topic, row.state)
            faults += verifier.faults(row, event, drains=drains, happened_on=happened_on)
            listener(row, event)
            if verifier.events % _PAGE == 0:
                progress(verifier.position)
    progress(verifier.position)
    with connection.cursor(binary=True) as one:
        head = one.execute(query).fetchone()
    faults += verifier.head_faults(head)
    return ChainReport(verifier.events, verifier.position, verifier.hash, tuple(faults))


def hash_at(connection: Connection[Any], schema: str, position: int) -> bytes:
    """Return the chain hash of the event at a position; empty at position 0, before the first event."""
    query = SQL("SELECT hash FROM {}.ledger_events WHERE position = %s").format(Identifier(schema))
    row = connection.execute(query, (position,)).fetchone()
    return b"" if row is None else bytes(row[0])


class ChainExcerpt(NamedTuple):
    """Some events of a log as they are stored, and the positions at which the chain does not hold or has no event."""

    rows: tuple[ChainRow, ...]
    broken: tuple[int, ...]


def chain_excerpt(
    connection: Connection[Any], schema: str, association_id: UUID, positions: Collection[int]
) -> ChainExcerpt:
    """Recompute the chain hash of the events at some positions, each from its content and the hash stored before it.

    This finds what was changed, removed or put in at these positions. A forger who also wrote every later hash anew is
    found by ``read_chain`` against a hash that is kept elsewhere, on paper for instance.
    """
    query = _LINKS.format(log=Identifier(schema))
    rows, broken = [], set(positions)
    with connection.cursor(binary=True) as cursor:
        for *fields, previous in cursor.execute(query, (list(positions),)):
            row = ChainRow(*fields)
            rows.append(row)
            before = genesis(association_id) if row.position == 1 else previous
            if before is not None and row.hash == chain_hash(before, row):
                broken.discard(row.position)
    return ChainExcerpt(tuple(rows), tuple(sorted(broken)))
