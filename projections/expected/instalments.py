"""The instalments that are still to come, each with its day: what ``expected_later`` of its contribution is made of.

Cents, tip apart. An instalment leaves the table once it is paid, is given up or is cancelled; one that was refused and
is tried again keeps the day on which it was due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.errors import LedgerCorrupt
from domain.events.contribution import PaymentCaptured
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE expected_instalments (
    contribution_id uuid   NOT NULL,
    number          int    NOT NULL,
    coop_id         uuid   NOT NULL,
    campaign_id     uuid   NOT NULL,
    due_on          date   NOT NULL,
    cents           bigint NOT NULL,
    position        bigint NOT NULL,
    PRIMARY KEY (contribution_id, number)
);
CREATE INDEX expected_instalments_by_coop ON expected_instalments (coop_id, due_on);
"""
_INSERT: Final[LiteralString] = """
INSERT INTO expected_instalments (contribution_id, number, coop_id, campaign_id, due_on, cents, position)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::uuid[], %s::date[], %s::bigint[], %s::bigint[])
"""
_DELETE: Final[LiteralString] = """
DELETE FROM expected_instalments AS known
USING unnest(%s::uuid[], %s::int[]) AS gone (contribution_id, number)
WHERE known.contribution_id = gone.contribution_id AND known.number = gone.number
"""
_OF_CONTRIBUTION: Final[LiteralString] = """
SELECT number, due_on, cents FROM expected_instalments WHERE contribution_id = %s ORDER BY number
"""


class ExpectedInstalment(NamedTuple):
    """One instalment that is to come: its number counts from 1, the first payment; the day is that of Paris."""

    number: int
    due_on: date
    cents: int


class ExpectedInstalments:
    """The read model of the instalments to come."""

    name = "expected_instalments"
    version = 1
    tables = ("expected_instalments",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep what a batch schedules and does not end itself, and what of older schedules it ends."""
        new: dict[tuple[UUID, int], tuple[Any, ...]] = {}
        gone: list[tuple[UUID, int]] = []
        for fact in batch:
            if isinstance(fact.event, InstalmentsScheduled):
                new |= _scheduled(fact, fact.event)
                continue
            gone += [key for key in _ended(fact) if new.pop(key, None) is None]

        def write(connection: Connection[Any]) -> None:
            """Write what the batch changes."""
            write_rows(connection, _DELETE, gone)
            write_rows(connection, _INSERT, list(new.values()))

        return write


def _scheduled(fact: BookedEvent, event: InstalmentsScheduled) -> dict[tuple[UUID, int], tuple[Any, ...]]:
    if fact.coop_id is None:
        raise LedgerCorrupt(position=fact.position, topic=event.TOPIC, coop=None)
    about = (fact.coop_id, fact.stream_id)
    return {
        (event.contribution_id, due.number): (
            event.contribution_id,
            due.number,
            *about,
            due.due_on,
            due.cents,
            fact.position,
        )
        for due in event.instalments
    }


def _ended(fact: BookedEvent) -> list[tuple[UUID, int]]:
    """Return which instalments an event ends, by contribution and number."""
    event = fact.event
    if isinstance(event, PaymentCaptured):
        return [(event.contribution_id, event.instalment)] if event.instalment > 1 else []
    if isinstance(event, InstalmentFailed):
        return [(event.contribution_id, event.number)] if event.final else []
    if isinstance(event, InstalmentsCancelled):
        return [(event.contribution_id, number) for number in event.numbers]
    return []


def of_contribution(connection: Connection[Any], contribution_id: UUID) -> list[ExpectedInstalment]:
    """Return the instalments of a contribution that are still to come, in their order."""
    with connection.cursor(row_factory=class_row(ExpectedInstalment)) as cursor:
        return cursor.execute(_OF_CONTRIBUTION, (contribution_id,)).fetchall()
