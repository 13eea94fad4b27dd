"""The hash chain of a log, recomputed outside Postgres: what it says must be what was stored."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from domain.errors import LedgerError
from domain.events import Event, decode

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LINKS: Final = SQL(
    "SELECT mine.position, mine.originator_id, mine.originator_version, mine.coop_id, mine.topic, mine.state,"
    " mine.recorded_at, mine.hash, before.hash"
    " FROM {log}.ledger_events AS mine LEFT JOIN {log}.ledger_events AS before ON before.position = mine.position - 1"
    " WHERE mine.position = ANY(%s) ORDER BY mine.position"
)
_LENGTH: Final = struct.Struct(">i")
_PLACE: Final = struct.Struct(">iqi16siqi16s")
_PLACE_OF_NO_COOP: Final = struct.Struct(">iqi16siqi")
_INSTANT: Final = struct.Struct(">iq")
MICROSECOND: Final = timedelta(microseconds=1)


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
    """Return the hash of an event after ``previous``; the same bytes as in ``ledger_append``."""
    coop = None if row.coop_id is None else row.coop_id.bytes
    at = (row.recorded_at - EPOCH) // MICROSECOND
    return link(previous, row.position, row.stream_id.bytes, row.version, coop, row.topic, row.state, at)


def link(
    previous: bytes, position: int, stream: bytes, version: int, coop: bytes | None, topic: str, state: bytes, at: int
) -> bytes:
    """Hash all fields, each after its length, so that no two different rows have the same bytes; ``at`` in µs."""
    place = (
        _PLACE_OF_NO_COOP.pack(8, position, 16, stream, 8, version, 0)
        if coop is None
        else _PLACE.pack(8, position, 16, stream, 8, version, 16, coop)
    )
    head = _LENGTH.pack(len(previous)), previous, place, _topic_field(topic)
    return hashlib.sha256(b"".join((*head, _LENGTH.pack(len(state)), state, _INSTANT.pack(8, at)))).digest()


def readable(topic: str, stored: bytes) -> Event | None:
    """Read stored bytes as an event of today; None where they cannot be read."""
    try:
        return decode(topic, stored)
    except (LedgerError, ValueError):
        return None


def hash_at(connection: Connection[Any], schema: str, position: int) -> bytes:
    """Return the chain hash of the event at a position; empty at position 0, before the first event."""
    query = SQL("SELECT hash FROM {}.ledger_events WHERE position = %s").format(Identifier(schema))
    row = connection.execute(query, (position,)).fetchone()
    return b"" if row is None else bytes(row[0])


def hashes_at(connection: Connection[Any], schema: str, positions: Collection[int]) -> dict[int, bytes]:
    """Return the chain hashes of the events at some positions, those that there are."""
    query = SQL("SELECT position, hash FROM {}.ledger_events WHERE position = ANY(%s)").format(Identifier(schema))
    return dict(connection.execute(query, (list(positions),), binary=True).fetchall())


class ChainExcerpt(NamedTuple):
    """Some events of a log as they are stored, and the positions at which the chain does not hold or has no event."""

    rows: tuple[ChainRow, ...]
    broken: tuple[int, ...]


def chain_excerpt(
    connection: Connection[Any], schema: str, association_id: UUID, positions: Collection[int]
) -> ChainExcerpt:
    """Recompute the chain hash of the events at some positions, each from its content and the hash stored before it.

    This finds what was changed, removed or put in at these positions. A forger who also wrote every later hash anew is
    found by reading the whole chain against a hash that is kept elsewhere, on paper for instance.
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
