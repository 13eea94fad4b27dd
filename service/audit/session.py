"""The sessions of a verification: three connections that read, all on one snapshot, as a role that may not write.

The role reads logs and read models and makes temporary tables; once these are made, the sessions are read-only as well,
so that nothing stays even of a mistake of ours. No key of the vault is asked for (ADR 34).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.log.append import booking_key
from adapters.log.append_records import Booking
from domain.association.state import Association
from domain.errors import LedgerCorrupt, LedgerError
from domain.events import Event, decode
from domain.events.association import AssociationRegistered, PolicyChanged
from domain.recorded_event import RecordedEvent
from projections.base.read_model import BookedEvent, set_schema
from projections.catalogue import stored_versions
from projections.engine.runner import head, tracked
from projections.engine.temporary import make_temporary
from service.audit.place import AuditPlace, PrintedHead

E = TypeVar("E", bound=Event)
_PAGE: Final = 2_000
_PATIENCE: Final = 5.0
_GLANCE: Final = 0.05
_OF_COOP: Final = SQL(
    "SELECT position, originator_id, originator_version, recorded_at, topic, state FROM {}.ledger_events"
    " WHERE coop_id = %s AND position > %s AND position <= %s ORDER BY position LIMIT %s"
)
ASSOCIATION_EVENTS: Final = (AssociationRegistered, PolicyChanged)
"""What checks need of the association's stream: its name and its policies."""
_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class Heard(NamedTuple):
    """An event that a check asked for: where it stands, whose it is, and itself."""

    position: int
    coop_id: UUID | None
    event: Event


@dataclass
class Audit:
    """What checks ask: ``log`` reads the log, ``live`` the read models as they are, ``replayed`` the replay.

    ``expected`` is the position that the read models must have reached, ``position`` the one where both are compared,
    ``end`` that of the last event. ``heard`` holds what the replay met of the events that a check names, ``bookings``
    what events book at the provider. ``proven`` says that the read models are the replay, row by row. ``examined``
    counts what each check looked at.
    """

    place: AuditPlace
    log: Connection[Any]
    live: Connection[Any]
    replayed: Connection[Any]
    expected: int
    end: int
    position: int
    printed: Sequence[PrintedHead] = ()
    events: int = 0
    last_hash: bytes = b""
    proven: bool = False
    kept: tuple[type[Event], ...] = ()
    heard: dict[int, Heard] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    examined: Counter[str] = field(default_factory=Counter)

    def listen(self, page: Sequence[BookedEvent]) -> None:
        """Keep of a page of the log what checks ask for."""
        for fact in page:
            event = fact.event
            use = booking_key(event, 0)
            if use is not None:
                self.bookings[use.key] = Booking(fact.position, use.fingerprint)
            if isinstance(event, self.kept):
                self.heard[fact.position] = Heard(fact.position, fact.coop_id, event)

    def association(self) -> Association:
        """Return the association's name and policies; without a name where the log does not say it."""
        state = Association(self.place.association_id)
        for heard in self.heard.values():
            if isinstance(heard.event, ASSOCIATION_EVENTS):
                state.evolve(heard.event)
        return state

    def coop_events(self, coop_id: UUID, up_to: int) -> Iterator[RecordedEvent]:
        """Yield the events of a coop, of any stream, up to a position, in order.

        What cannot be read is left out: the replay tells of it.
        """
        query, after = _OF_COOP.format(Identifier(self.place.slug)), 0
        while page := self.replayed.execute(query, (coop_id, after, up_to, _PAGE), binary=True).fetchall():
            for position, stream_id, version, recorded_at, topic, state in page:
                try:
                    event = decode(topic, state)
                except (LedgerError, ValueError):
                    continue
                yield RecordedEvent(position, stream_id, version, coop_id, recorded_at, event)
            after = page[-1][0]

    def of_kind(self, kind: type[E]) -> Iterator[tuple[int, UUID | None, E]]:
        """Give the events of a kind that were heard, in the order of the log."""
        for position, coop_id, event in self.heard.values():
            if isinstance(event, kind):
                yield position, coop_id, event


@contextmanager
def open_audit(
    place: AuditPlace, *, printed: Sequence[PrintedHead] = (), patience: float = _PATIENCE
) -> Iterator[Audit]:
    """Open the sessions once the read models have had ``patience`` seconds to reach the end of the log.

    Raises:
        LedgerCorrupt: there is no log at all.

    """
    with ExitStack() as stack:
        log, live, replayed = (stack.enter_context(psycopg.connect(place.dsn, autocommit=True)) for _ in range(3))
        make_temporary(replayed)
        set_schema(live, place.read_schema)
        expected = _wait_for_readers(log, live, place, patience)
        _begin(log, live, replayed, place)
        try:
            end = head(log, place.slug)
            yield Audit(place, log, live, replayed, expected, end, end, printed)
        finally:
            for connection in (log, live, replayed):
                if not connection.closed:
                    connection.execute("ROLLBACK")


def _wait_for_readers(log: Connection[Any], live: Connection[Any], place: AuditPlace, patience: float) -> int:
    """Give the projector the time to apply what there is now; return the position that it must have reached."""
    try:
        expected = head(log, place.slug)
    except psycopg.ProgrammingError as error:
        raise LedgerCorrupt(missing="log", cause=type(error).__name__) from error
    until = monotonic() + patience
    while monotonic() < until and (not stored_versions(live) or tracked(live) < expected):
        sleep(_GLANCE)
    return expected


def _begin(log: Connection[Any], live: Connection[Any], replayed: Connection[Any], place: AuditPlace) -> None:
    """Begin one read-only transaction on each connection, all on one snapshot.

    The live tables are held before, as any reader does: a rebuild waits before it swaps them.
    """
    log.execute(_SNAPSHOT)
    with psycopg.connect(place.dsn, autocommit=True) as other:
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (place.read_schema,)).fetchall()
    for (table,) in tables:
        log.execute(SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(Identifier(place.read_schema, table)))
    row = log.execute("SELECT pg_export_snapshot()").fetchone()
    for connection in (live, replayed):
        connection.execute(_SNAPSHOT)
        connection.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(row[0] if row else ""))
