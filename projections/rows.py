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
_INSTANT: Final = Struct(">iq")
_DAY: Final = Struct(">ii")
_UUID_LENGTH: Final = _LENGTH.pack(16)
NULL: Final = _LENGTH.pack(-1)
"""No value."""
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(2000, 1, 1).toordinal()
_DAY_SECONDS: Final = 86_400
_MICROSECONDS: Final = 1_000_000


def text_field(text: str) -> bytes:
    """Pack a text."""
    data = text.encode()
    return _LENGTH.pack(len(data)) + data


def uuid_field(value: UUID | None) -> bytes:
    """Pack a UUID, or none."""
    return NULL if value is None else _UUID_LENGTH + value.bytes


def instant_field(instant: datetime) -> bytes:
    """Pack an instant: microseconds since 2000, UTC."""
    since = instant - _EPOCH
    return _INSTANT.pack(8, (since.days * _DAY_SECONDS + since.seconds) * _MICROSECONDS + since.microseconds)


def day_field(day: date) -> bytes:
    """Pack a day: days since 2000."""
    return _DAY.pack(4, day.toordinal() - _EPOCH_DAY)


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
