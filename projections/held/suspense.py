"""Money that waits until somebody says whose it is: by what it is about, with the cents that still wait.

Positive cents are the platform's to give away, negative ones have left it. Whatever an event books on the account of
suspense counts, under the name of what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.chart_of_accounts import Account
from domain.errors import LedgerCorrupt
from domain.events.base import Event
from projections.base.read_model import BookedEvent, Write

_DDL: Final[LiteralString] = """
CREATE TABLE suspense (
    stream_id       uuid        NOT NULL,
    reference       text        NOT NULL,
    coop_id         uuid,
    contribution_id uuid,
    payment_id      text,
    topic           text        NOT NULL,
    reason          text,
    cents           bigint      NOT NULL,
    since           timestamptz NOT NULL,
    position        bigint      NOT NULL,
    PRIMARY KEY (stream_id, reference)
);
CREATE INDEX suspense_that_waits ON suspense (position) WHERE cents <> 0;
"""
_ADD: Final[LiteralString] = """
INSERT INTO suspense AS known
    (stream_id, reference, coop_id, contribution_id, payment_id, topic, reason, cents, since, position)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (stream_id, reference) DO UPDATE SET
    cents = known.cents + excluded.cents, position = excluded.position,
    topic = CASE WHEN known.cents = 0 THEN excluded.topic ELSE known.topic END,
    reason = CASE WHEN known.cents = 0 THEN excluded.reason ELSE known.reason END,
    since = CASE WHEN known.cents = 0 THEN excluded.since ELSE known.since END
"""
_OF_A_DISPUTE: Final[LiteralString] = """
SELECT coalesce(sum(cents) FILTER (WHERE reference = %(payment)s), 0),
    coalesce(sum(cents) FILTER (WHERE reference = %(dispute)s), 0), bool_or(reference = %(payment)s)
FROM suspense WHERE stream_id = %(stream)s AND reference IN (%(payment)s, %(dispute)s)
"""
_NAMES: Final = ("movement_id", "made_id", "refund_id", "dispute_id", "payment_id")
"""The fields that say what an event is about, the narrowest first."""


class SuspenseRow(NamedTuple):
    """Signed cents that wait: what they are about, since when, and the event that put them there with its reason."""

    stream_id: UUID
    reference: str
    coop_id: UUID | None
    contribution_id: UUID | None
    payment_id: str | None
    topic: str
    reason: str | None
    cents: int
    since: datetime


class Suspense:
    """The read model of money that waits."""

    name = "suspense"
    version = 1
    tables = ("suspense",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Add up what each event puts there or takes from there, in the order of the log."""
        rows = [(_row(fact, cents), fact.position) for fact in batch if (cents := change_of(fact))]

        def write(connection: Connection[Any]) -> None:
            """Add each to what is known of it."""
            for row, position in rows:
                for part in _offset(connection, row):
                    connection.execute(_ADD, (*part, position))

        return write


def change_of(fact: BookedEvent) -> int:
    """What an event adds to the money that waits, in signed cents."""
    return sum(leg.credit - leg.debit for leg in fact.legs if leg.account is Account.SUSPENSE)


def reference_of(event: Event) -> str:
    """Name what an event is about, the same for what puts money there and what takes it away.

    Raises:
        LedgerCorrupt: the event says nothing that could be its name.

    """
    found = next((value for name in _NAMES if (value := getattr(event, name, None)) is not None), None)
    if found is None:
        raise LedgerCorrupt(topic=event.TOPIC)
    return str(found)


def _row(fact: BookedEvent, cents: int) -> SuspenseRow:
    event: Any = fact.event
    return SuspenseRow(
        stream_id=fact.stream_id,
        reference=reference_of(event),
        coop_id=fact.coop_id,
        contribution_id=getattr(event, "contribution_id", None),
        payment_id=getattr(event, "payment_id", None),
        topic=event.TOPIC,
        reason=getattr(event, "reason", getattr(event, "kind", None)),
        cents=cents,
        since=event.happened_at,
    )


def _offset(connection: Connection[Any], row: SuspenseRow) -> Iterator[SuspenseRow]:
    """Take what a bank took of a payment that was to go back anyway from what waits of that, and put it back there.

    Only what was taken beyond that waits under the dispute's name, and comes back first.
    """
    if row.payment_id is None or row.reference == row.payment_id:
        yield row
        return
    names = {"stream": row.stream_id, "payment": row.payment_id, "dispute": row.reference}
    found = connection.execute(_OF_A_DISPUTE, names).fetchone()
    held, beyond, is_held = found or (0, 0, False)
    if not is_held:
        yield row
        return
    part = -min(-row.cents, max(held, 0)) if row.cents < 0 else max(row.cents - max(-beyond, 0), 0)
    if part:
        yield row._replace(reference=row.payment_id, cents=part)
    if row.cents - part:
        yield row._replace(cents=row.cents - part)


def waiting(connection: Connection[Any]) -> list[SuspenseRow]:
    """Return all that waits, the longest first."""
    with connection.cursor(row_factory=class_row(SuspenseRow)) as cursor:
        return cursor.execute(
            "SELECT stream_id, reference, coop_id, contribution_id, payment_id, topic, reason, cents, since"
            " FROM suspense WHERE cents <> 0 ORDER BY since, reference"
        ).fetchall()
