"""The hash chain of a log, recomputed outside Postgres: what it says must be what was stored."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PAGE: Final = 5_000
_COLUMNS: Final = SQL("position, originator_id, originator_version, coop_id, topic, state, recorded_at, hash")


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

    def fault(self, row: ChainRow) -> str:
        """Take the next row, or say why it does not fit."""
        if row.position != self.position + 1:
            return f"position {self.position + 1} is missing"
        version = self._versions.get(row.stream_id, 0) + 1
        if row.version != version:
            return f"version {version} of its stream is missing"
        if row.hash != chain_hash(self.head, row):
            return "its content is not what was chained"
        self.position, self.head = row.position, row.hash
        self._versions[row.stream_id] = version
        return ""


def verify_chain(
    connection: Connection, schema: str, association_id: UUID, progress: Callable[[int], None] = lambda _: None
) -> ChainReport:
    """Recompute the chain of a whole log, page by page, and compare it with what is stored and with the head.

    Finds a changed byte, a missing, added or moved event, and a cut tail; ``progress`` hears positions.
    """
    log, verifier = Identifier(schema), _Verifier(association_id)
    query = SQL("SELECT {} FROM {}.ledger_events WHERE position > %s ORDER BY position LIMIT %s").format(_COLUMNS, log)
    head = connection.execute(SQL("SELECT position, hash FROM {}.ledger_head").format(log)).fetchone()
    last, stored_head = (0, b"") if head is None else (int(head[0]), bytes(head[1]))
    while rows := connection.execute(query, (verifier.position, _PAGE), binary=True).fetchall():
        for raw in rows:
            row = ChainRow(*raw)
            if row.position > last:
                break  # written since the head was read
            reason = verifier.fault(row)
            if reason:
                return ChainReport(verifier.position, verifier.head, verifier.position + 1, reason)
        progress(verifier.position)
        if verifier.position >= last:
            break
    if verifier.position != last or verifier.head != stored_head:
        return ChainReport(verifier.position, verifier.head, verifier.position + 1, "the head is not the last event")
    return ChainReport(verifier.position, verifier.head, None, "")
