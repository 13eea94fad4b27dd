"""What documents are made of in a verification: some read models, the log beside them, nobody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar
from uuid import UUID

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.log.chain import hash_at, readable
from domain.association.state import Association
from domain.closings.cut_off import SpreadIncome, held_later
from domain.recorded_event import RecordedEvent
from projections.engine.runner import tracked
from service.audit.log.contents import CoopReading

if TYPE_CHECKING:
    from adapters.people_vault import Person

T = TypeVar("T")
SHARES: Final = 16
"""Into how many shares the coops are divided, between those who make documents."""
_PAGE: Final = 2_000
_OF_COOP: Final = SQL(
    "SELECT position, originator_id, originator_version, recorded_at, topic, state FROM {}.ledger_events"
    " WHERE coop_id = %s AND position > %s AND position <= %s ORDER BY position LIMIT %s"
)


def take_share(connection: Connection[Any], snapshot: str, share: int) -> bool:
    """Take a share of the coops, whose documents are then this session's to make; False where another one took it."""
    query = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))"
    row = connection.execute(query, (f"documents {snapshot}", share)).fetchone()
    return bool(row and row[0])


class DocumentGround(NamedTuple):
    """Where documents are made: ``shown`` sees the read models by their plain names, ``log`` the log, on one snapshot.

    ``position`` is where the read models stand, ``coops`` what was folded while the log was read; ``examined`` counts.
    """

    log_schema: str
    position: int
    association: Association
    coops: Mapping[UUID, CoopReading]
    shown: Connection[Any]
    log: Connection[Any]
    examined: Counter[str]


class ShownSource:
    """What documents are made of, as read models show it: everybody in it is without a name."""

    def __init__(self, ground: DocumentGround) -> None:
        """Read the tables of one session."""
        self._ground = ground
        self.name = ground.association.name
        self.log_schema = ground.log_schema
        self._standing: tuple[int, bytes] | None = None
        self._head: tuple[int, bytes] | None = None

    def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Ask the read models, inside their one snapshot."""
        return query(self._ground.shown, *args)

    def people(self, ids: Iterable[UUID]) -> dict[UUID, Person]:  # noqa: ARG002 (no names are known here)
        """An empty answer: the auditor reads no names."""
        return {}

    def association(self) -> Association:
        """The association's name and policies, as the log says them."""
        return self._ground.association

    def head(self) -> tuple[int, bytes]:
        """Where the read models are compared, and the chain's hash there: asked once, on one snapshot it stays."""
        if self._head is None:
            self._head = self._ground.position, hash_at(self._ground.log, self.log_schema, self._ground.position)
        return self._head

    def standing(self, connection: Connection[Any]) -> tuple[int, bytes]:
        """The position of the read models, and the chain's hash there: asked once, on one snapshot it stays."""
        if self._standing is None:
            position = tracked(connection)
            self._standing = position, hash_at(connection, self.log_schema, position)
        return self._standing

    def held_later(self, coop_id: UUID, year: int, up_to: int) -> Sequence[SpreadIncome]:
        """What was folded while the log was read; what could not be is folded again, to say why."""
        reading = self._ground.coops.get(coop_id)
        known = None if reading is None else reading.income.get((year, up_to))
        if known is not None:
            return known
        facts, since = self.coop_events(coop_id, up_to), self._ground.association.deferring_since(year)
        return held_later(facts, year, since=since)

    def coop_events(self, coop_id: UUID, up_to: int) -> Iterator[RecordedEvent]:
        """Yield the events of a coop, of any stream, up to a position, in order, as far as they can be read."""
        query, after = _OF_COOP.format(Identifier(self.log_schema)), 0
        while page := self._ground.log.execute(query, (coop_id, after, up_to, _PAGE), binary=True).fetchall():
            for position, stream_id, version, recorded_at, topic, state in page:
                event = readable(topic, state)
                if event is not None:
                    yield RecordedEvent(position, stream_id, version, coop_id, recorded_at, event)
            after = page[-1][0]
