"""Writing folded rows, many at once: by one statement over arrays, or packed in Postgres's binary COPY format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from struct import Struct
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from domain.errors import LedgerCorrupt

_LENGTH: Final = Struct(">i")
_NULL: Final = _LENGTH.pack(-1)
_UUID: Final = Struct(">i16s")
_INSTANT: Final = Struct(">iq")
_COPY_BEGINS: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_ENDS: Final = b"\xff\xff"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(2000, 1, 1).toordinal()
_DAY_SECONDS: Final = 86_400
_MICROSECONDS: Final = 1_000_000


def microseconds(instant: datetime) -> int:
    """Return an instant as Postgres counts it: microseconds since 2000, UTC."""
    since = instant - _EPOCH
    return (since.days * _DAY_SECONDS + since.seconds) * _MICROSECONDS + since.microseconds


def days(day: date) -> int:
    """Return a day as Postgres counts it: days since 2000."""
    return day.toordinal() - _EPOCH_DAY


def text(value: str | None) -> bytes:
    """Pack a text or none, with its length."""
    if value is None:
        return _NULL
    data = value.encode()
    return _LENGTH.pack(len(data)) + data


def uuid(value: UUID | None) -> bytes:
    """Pack a UUID or none, with its length."""
    return _NULL if value is None else _UUID.pack(16, value.bytes)


def instant(value: datetime | None) -> bytes:
    """Pack an instant or none, with its length."""
    return _NULL if value is None else _INSTANT.pack(8, microseconds(value))


def copy_rows(connection: Connection[Any], statement: LiteralString, packed: bytes) -> None:
    """Insert packed rows by a statement ``COPY … FROM STDIN (FORMAT binary)``.

    A row is its number of columns in two bytes, then each value with its length in four; the caller packs all columns
    of a fixed length at once.
    """
    if packed:
        with connection.cursor().copy(statement) as copy:
            copy.write(b"".join((_COPY_BEGINS, packed, _COPY_ENDS)))


def write_rows(connection: Connection[Any], statement: LiteralString, rows: Sequence[Sequence[Any]]) -> int:
    """Run a statement once for all rows, given to it as one array for each column; returns the rows it changed.

    The statement is planned each time: during a rebuild, a plan kept from an empty table would read all of a full one.
    """
    if not rows:
        return 0
    return connection.execute(statement, [list(column) for column in zip(*rows, strict=True)], prepare=False).rowcount


def update_rows(connection: Connection[Any], statement: LiteralString, rows: Sequence[Sequence[Any]]) -> None:
    """Update exactly the rows given.

    Raises:
        LedgerCorrupt: some of them do not exist: an event is about something that never began.

    """
    changed = write_rows(connection, statement, rows)
    if changed != len(rows):
        raise LedgerCorrupt(statement=statement.split(maxsplit=2)[1], expected=len(rows), changed=changed)
