"""Raw rows of a log, as they are stored, and the day on which each of them counts."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.sql import SQL, Identifier

PARIS: Final = ZoneInfo("Europe/Paris")
_INSTANTS: Final = (
    *("paid_at", "settled_at", "failed_at", "refunded_at", "opened_at", "closed_at", "charged_at", "moved_at"),
    *("returned_at", "sent_at"),
)
_DAYS: Final = ("paid_on", "returned_on", "deposited_on", "booked_on", "entered_on")
_COLUMNS: Final[LiteralString] = "position, originator_id, topic, state, recorded_at, hash"


class Difference(NamedTuple):
    """Something that does not fit: at which position, of which kind, and why."""

    position: int
    kind: str
    what: str


@dataclass(frozen=True)
class Row:
    """One stored event: where it stands, what it says, when it was written, and its chain hash if that is known."""

    position: int
    stream: str
    topic: str
    state: dict[str, Any]
    recorded: datetime | None = None
    head: str = ""

    @property
    def name(self) -> str:
        """The topic without its version, as the contents of payouts write it."""
        return self.topic.rpartition(".")[0]

    @property
    def day(self) -> date:
        """The day in Paris on which it happened; what names no instant of its own happened when it was said."""
        for field in _DAYS:
            if self.state.get(field):
                return date.fromisoformat(self.state[field])
        for field in _INSTANTS:
            if self.state.get(field):
                return paris_day(self.state[field])
        return paris_day(self.state["at"])

    def cents(self, field: str = "cents") -> int:
        """An amount, 0 when the event does not name it."""
        return int(self.state.get(field) or 0)

    def text(self, field: str) -> str:
        """A text, empty when the event does not name it."""
        return str(self.state.get(field) or "")

    def shares(self, field: str = "shares") -> list[dict[str, Any]]:
        """How its cents are split between the children."""
        return list(self.state.get(field) or ())


Raw = Row | tuple[int, UUID | str, str, dict[str, Any] | str | bytes | memoryview]
"""A row, or its position, stream, topic and stored JSON."""


def paris_day(instant: str) -> date:
    """The day in Paris of an instant, written with a Z or an offset."""
    return datetime.fromisoformat(instant).astimezone(PARIS).date()


def exercise_of(day: date) -> int:
    """The accounting year of a day, 1 September to 31 August, named by the year that it begins in."""
    return day.year if day.month >= 9 else day.year - 1


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def as_rows(raw: Iterable[Raw]) -> tuple[Row, ...]:
    """Read rows, or tuples of a position, a stream, a topic and bytes, text or a dictionary of JSON."""
    read = []
    for one in raw:
        if isinstance(one, Row):
            read.append(one)
            continue
        position, stream, topic, state = one
        decoded = state if isinstance(state, dict) else json.loads(state if isinstance(state, str) else bytes(state))
        read.append(Row(position, str(stream), topic, decoded))
    return tuple(read)


def from_postgres(connection: Connection[Any], schema: str) -> Iterator[Row]:
    """Read the whole log of one association in the order of its positions."""
    query = SQL("SELECT {columns} FROM {log}.ledger_events ORDER BY position")
    asked = query.format(columns=SQL(_COLUMNS), log=Identifier(schema))
    for position, stream, topic, state, recorded, head in connection.execute(asked):
        yield Row(position, str(stream), topic, json.loads(bytes(state)), recorded, bytes(head).hex())


def canonical(value: object) -> bytes:
    """The bytes under which a value of JSON is stored: keys in order, no space, letters as they are."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes of a value of JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def chained(rows: Iterable[Row], association: str, coops: dict[str, str]) -> tuple[Row, ...]:
    """Give rows made by hand the chain hash that the log would have stored with them; they were written when said."""
    head = hashlib.sha256(f"coopledger:1:{association}".encode()).digest()
    versions: dict[str, int] = {}
    done = []
    for row in rows:
        versions[row.stream] = versions.get(row.stream, 0) + 1
        said = row.recorded or datetime.fromisoformat(row.state["at"])
        micros = (said - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        coop = coops.get(row.stream)
        fields = (
            head,
            struct.pack(">q", row.position),
            UUID(row.stream).bytes,
            struct.pack(">q", versions[row.stream]),
            UUID(coop).bytes if coop else b"",
            row.topic.encode(),
            canonical(row.state),
            struct.pack(">q", micros),
        )
        head = hashlib.sha256(b"".join(struct.pack(">i", len(field)) + field for field in fields)).digest()
        done.append(Row(row.position, row.stream, row.topic, row.state, said, head.hex()))
    return tuple(done)
