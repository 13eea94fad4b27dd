"""The sessions of a verification: connections that read, all on one snapshot, as a role that may not write.

The role reads logs and read models and makes temporary tables; once these are made, the sessions are read-only as well,
so that nothing stays even of a mistake of ours. No key of the vault is asked for (ADR 34).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.log.chain import readable
from domain.errors import LedgerCorrupt, LedgerError
from domain.events import Event, topics_of
from domain.journal import postings
from projections.base.read_model import set_schema
from projections.catalogue import stored_versions
from projections.engine.runner import head, tracked
from projections.engine.temporary import make_temporary
from service.audit.audit_check import CheckOutcome
from service.audit.findings import AuditFinding
from service.audit.log.contents import Heard, LogReading, ReadingPlan
from service.audit.log.reading import SNAPSHOT
from service.audit.place import AuditPlace, PrintedHead

E = TypeVar("E", bound=Event)
_PATIENCE: Final = 5.0
_GLANCE: Final = 0.05
_OF_TOPICS: Final = SQL(
    "SELECT position, coop_id, topic, state FROM {}.ledger_events"
    " WHERE topic = ANY(%s) AND position <= %s ORDER BY position"
)


_UNREAD: Final = LogReading([], 0, b"", {}, (CheckOutcome("documents", "", 0, 0), []), frozenset())


@dataclass
class Audit:
    """What checks ask: ``log`` reads the log, ``live`` the read models as they are, ``replayed`` the replay.

    ``expected`` is the position that the read models must have reached, ``position`` the one where both are compared,
    ``end`` that of the last event. ``heard`` holds the events that a check names; ``reading`` is what was found while
    the log was read beside the replay, ``invariants`` what was asked of the read models as they are. ``proven`` says
    that these are the replay, row by row, ``level`` that they say so of their position too. ``stated`` has, for shares
    of the coops, how many documents that wait for no log are made, and what was found in them. ``examined`` counts what
    each check looked at.
    """

    place: AuditPlace
    log: Connection[Any]
    live: Connection[Any]
    replayed: Connection[Any]
    snapshot: str
    expected: int
    end: int
    position: int
    printed: Sequence[PrintedHead] = ()
    proven: bool = False
    level: bool = False
    stated: dict[int, tuple[int, Sequence[AuditFinding]]] = field(default_factory=dict)
    heard: Sequence[Heard] = ()
    reading: LogReading = _UNREAD
    invariants: Sequence[AuditFinding] = ()
    examined: Counter[str] = field(default_factory=Counter)

    @property
    def plan(self) -> ReadingPlan:
        """How the log is read beside the replay."""
        return ReadingPlan(self.place, self.snapshot, self.end, self.position, self.printed, self.heard)

    def hear(self, kinds: Sequence[type[Event]]) -> None:
        """Keep the events of some kinds, as far as they can be read and booked: the replay tells of the others."""
        rows = self.log.execute(
            _OF_TOPICS.format(Identifier(self.place.slug)), (topics_of(*kinds), self.position), binary=True
        )
        self.heard = [
            Heard(position, coop_id, event)
            for position, coop_id, topic, state in rows
            if (event := readable(topic, state)) is not None and _bookable(event)
        ]

    def of_kind(self, kind: type[E]) -> Iterator[tuple[int, UUID | None, E]]:
        """Give the events of a kind that were heard, in the order of the log."""
        for position, coop_id, event in self.heard:
            if isinstance(event, kind):
                yield position, coop_id, event


def _bookable(event: Event) -> bool:
    try:
        postings(event)
    except (LedgerError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False
    return True


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
        snapshot = _begin(log, live, replayed, place)
        try:
            end = head(log, place.slug)
            yield Audit(place, log, live, replayed, snapshot, expected, end, end, printed)
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


def _begin(log: Connection[Any], live: Connection[Any], replayed: Connection[Any], place: AuditPlace) -> str:
    """Begin one read-only transaction on each connection, all on one snapshot; return its name for further ones.

    The live tables are held before, as any reader does: a rebuild waits before it swaps them.
    """
    log.execute(SNAPSHOT)
    with psycopg.connect(place.dsn, autocommit=True) as other:
        tables = other.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (place.read_schema,)).fetchall()
    for (table,) in tables:
        log.execute(SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(Identifier(place.read_schema, table)))
    row = log.execute("SELECT pg_export_snapshot()").fetchone()
    name: str = row[0] if row else ""
    for connection in (live, replayed):
        connection.execute(SNAPSHOT)
        connection.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(name))
    return name
