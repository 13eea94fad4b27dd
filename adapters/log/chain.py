"""The hash chain of a log, recomputed outside Postgres: what it says must be what was stored."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.calendar import paris_date
from domain.events import EVENT_TYPES, decode

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


class ChainReport(NamedTuple):
    """What a verification found: how many events fit, the head, and the first position that does not."""

    events: int
    head: bytes
    broken_at: int | None
    reason: str

    @property
    def sound(self) -> bool:
        """Whether the whole log fits."""
        return self.broken_at is None


def genesis(association_id: UUID) -> bytes:
    """Return the hash before the first event: it binds the chain to its association."""
    return hashlib.sha256(f"coopledger:1:{association_id}".encode()).digest()


def _field(data: bytes) -> bytes:
    """One length-prefixed field, so that no two different rows have the same bytes."""
    return struct.pack(">i", len(data)) + data


def chain_hash(previous: bytes, row: ChainRow) -> bytes:
    """Return the hash of an event after ``previous``; the same bytes as in ``ledger_append``."""
    micros = (row.recorded_at - _EPOCH) // timedelta(microseconds=1)
    fields = (
        previous,
        struct.pack(">q", row.position),
        row.stream_id.bytes,
        struct.pack(">q", row.version),
        b"" if row.coop_id is None else row.coop_id.bytes,
        row.topic.encode(),
        row.state,
        struct.pack(">q", micros),
    )
    return hashlib.sha256(b"".join(map(_field, fields))).digest()


class _Verifier:
    """Follows the log event by event."""

    def __init__(self, association_id: UUID) -> None:
        self.head = genesis(association_id)
        self.position = 0
        self._versions: dict[UUID, int] = {}

    def fault(self, row: ChainRow, *, drains: bool, happened_on: date) -> str:
        """Take the next row, or say why it does not fit."""
        if row.position != self.position + 1:
            return f"position {self.position + 1} is missing"
        version = self._versions.get(row.stream_id, 0) + 1
        if row.version != version:
            return f"version {version} of its stream is missing"
        if row.hash != chain_hash(self.head, row):
            return "its content is not what was chained"
        # Outside the chain, because topic and content say it already; the guards of the append function read it.
        if drains != (row.topic in _DRAINING):
            return "it is marked as draining although it does not, or the reverse"
        if happened_on != paris_date(decode(row.topic, row.state).happened_at):
            return "it is marked with another day than its own"
        self.position, self.head = row.position, row.hash
        self._versions[row.stream_id] = version
        return ""

    def report(self, reason: str = "") -> ChainReport:
        """What was found so far; with a reason, the next position is where the log breaks."""
        return ChainReport(self.position, self.head, self.position + 1 if reason else None, reason)


def verify_chain(
    connection: Connection, schema: str, association_id: UUID, progress: Callable[[int], None] = lambda _: None
) -> ChainReport:
    """Recompute the chain of a whole log and compare it with what is stored and with the head.

    Finds a changed byte, a missing, added or moved event, and a cut tail. Reads one snapshot through a cursor of the
    server, so the connection must not be inside a transaction; ``progress`` hears every so many positions.
    """
    verifier = _Verifier(association_id)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        head = connection.execute(
            SQL("SELECT position, hash FROM {}.ledger_head").format(Identifier(schema))
        ).fetchone()
        with connection.cursor("verify_chain", binary=True) as cursor:
            cursor.itersize = _PAGE
            cursor.execute(_READ.format(Identifier(schema)))
            for *fields, drains, happened_on in cursor:
                reason = verifier.fault(ChainRow(*fields), drains=drains, happened_on=happened_on)
                if reason:
                    return verifier.report(reason)
                if verifier.position % _PAGE == 0:
                    progress(verifier.position)
    progress(verifier.position)
    if head is None:
        return verifier.report("the log has no head")
    last, stored_hash = int(head[0]), bytes(head[1])
    if last < verifier.position:
        return ChainReport(verifier.position, verifier.head, last + 1, "the head is before the last event")
    if (last, stored_hash) != (verifier.position, verifier.head):
        return verifier.report("the head is not the last event")
    return verifier.report()


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
    found by ``verify_chain`` against a hash that is kept elsewhere, on paper for instance.
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
