"""Each child of each contribution: its class and tariff today, and its part of the money in cents.

``held`` = paid − refunded − lost: what stands behind the child in its class's balance. Children are ids: their
names are in the vault.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.events.contribution import CashReceived, ContributionCorrected, ContributionPlaced, PaymentCaptured
from domain.events.dispute import DisputeLost
from domain.events.refund import RefundSettled
from projections.projection import Booked, Write
from projections.rows import update_rows, write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE participants (
    contribution_id uuid   NOT NULL,
    line            int    NOT NULL,
    campaign_id     uuid   NOT NULL,
    coop_id         uuid   NOT NULL,
    participant_id  uuid   NOT NULL,
    class_code      text   NOT NULL,
    tariff_id       text   NOT NULL,
    due             bigint NOT NULL,
    paid            bigint NOT NULL,
    refunded        bigint NOT NULL,
    lost            bigint NOT NULL,
    held            bigint NOT NULL GENERATED ALWAYS AS (paid - refunded - lost) STORED,
    position        bigint NOT NULL,
    PRIMARY KEY (contribution_id, line)
) WITH (fillfactor = 80);
CREATE INDEX participants_by_campaign ON participants (campaign_id, contribution_id, line);
"""
_INSERT: Final[LiteralString] = """
INSERT INTO participants (contribution_id, line, campaign_id, coop_id, participant_id, due, class_code, tariff_id, paid,
                          refunded, lost, position)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::text[], %s::text[],
                     %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
"""
_UPDATE: Final[LiteralString] = """
UPDATE participants AS known SET
    class_code = coalesce(change.class_code, known.class_code),
    tariff_id  = coalesce(change.tariff_id, known.tariff_id),
    paid       = known.paid + change.paid,
    refunded   = known.refunded + change.refunded,
    lost       = known.lost + change.lost,
    position   = change.position
FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS change (contribution_id, line, class_code, tariff_id, paid, refunded, lost, position)
WHERE known.contribution_id = change.contribution_id AND known.line = change.line
"""


class _Change:
    """What a batch changes of one child; ``placed`` when it begins in the batch."""

    __slots__ = ("class_code", "lost", "paid", "placed", "position", "refunded", "tariff_id")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.placed: tuple[Any, ...] | None = None
        self.class_code: str | None = None
        self.tariff_id: str | None = None
        self.paid = self.refunded = self.lost = self.position = 0

    def row(self) -> tuple[Any, ...]:
        """The changes, in the order of both statements."""
        return (self.class_code, self.tariff_id, self.paid, self.refunded, self.lost, self.position)


class _Changes(dict[tuple[UUID, int], _Change]):
    """What a batch changes, by contribution and line."""

    def of(self, fact: Booked, contribution_id: UUID, line: int) -> _Change:
        """Return the change of a child."""
        change = self.get((contribution_id, line))
        if change is None:
            change = self[contribution_id, line] = _Change()
        change.position = fact.position
        return change

    def move(self, fact: Booked, event: PaymentCaptured | CashReceived | RefundSettled | DisputeLost) -> None:
        """Add each share of a movement to what its child paid, got back or lost."""
        for share in event.shares:
            change = self.of(fact, event.contribution_id, share.line)
            if isinstance(event, RefundSettled):
                change.refunded += share.cents
            elif isinstance(event, DisputeLost):
                change.lost += share.cents
            else:
                change.paid += share.cents

    def place(self, fact: Booked, event: ContributionPlaced) -> None:
        """Begin the children of a basket."""
        for line in event.lines:
            change = self.of(fact, event.contribution_id, line.line)
            owner = (event.contribution_id, line.line, fact.stream_id, fact.coop_id)
            change.placed = (*owner, line.participant_id, line.cents)
            change.class_code, change.tariff_id = line.class_code, line.tariff_id


class Participants:
    """The read model of the children of contributions."""

    name = "participants"
    version = 1
    tables = ("participants",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[Booked]) -> Write:
        """Add up what a batch changes of each child; those it places are inserted, the others updated."""
        changes = _Changes()
        for fact in batch:
            event = fact.event
            if isinstance(event, ContributionPlaced):
                changes.place(fact, event)
            elif isinstance(event, PaymentCaptured | CashReceived | RefundSettled | DisputeLost):
                changes.move(fact, event)
            elif isinstance(event, ContributionCorrected):
                change = changes.of(fact, event.contribution_id, event.line)
                change.class_code, change.tariff_id = event.new_class, event.tariff_id
        new = [(*change.placed, *change.row()) for change in changes.values() if change.placed is not None]
        old = [(*key, *change.row()) for key, change in changes.items() if change.placed is None]

        def write(connection: Connection[Any]) -> None:
            write_rows(connection, _INSERT, new)
            update_rows(connection, _UPDATE, old)

        return write


class ParticipantRow(NamedTuple):
    """One child of a contribution."""

    contribution_id: UUID
    line: int
    campaign_id: UUID
    coop_id: UUID
    participant_id: UUID
    class_code: str
    tariff_id: str
    due: int
    paid: int
    refunded: int
    lost: int
    held: int
    position: int


_SELECT: Final[LiteralString] = """
SELECT contribution_id, line, campaign_id, coop_id, participant_id, class_code, tariff_id, due, paid, refunded, lost,
       held, position
FROM participants
"""
_PAGE: Final[LiteralString] = f"""{_SELECT}
WHERE campaign_id = %s AND (contribution_id, line) > (%s, %s) ORDER BY contribution_id, line LIMIT %s
"""
_OF_CLASS: Final[LiteralString] = f"""{_SELECT}
WHERE campaign_id = %s AND class_code = %s ORDER BY contribution_id, line
"""
_BEGINNING: Final = (UUID(int=0), 0)


def of_contribution(connection: Connection[Any], contribution_id: UUID) -> list[ParticipantRow]:
    """Return the children of one contribution, in the order of its basket."""
    query: LiteralString = f"{_SELECT} WHERE contribution_id = %s ORDER BY line"
    with connection.cursor(row_factory=class_row(ParticipantRow)) as cursor:
        return cursor.execute(query, (contribution_id,)).fetchall()


def of_class(connection: Connection[Any], campaign_id: UUID, class_code: str) -> list[ParticipantRow]:
    """Return the children of one class in a campaign."""
    with connection.cursor(row_factory=class_row(ParticipantRow)) as cursor:
        return cursor.execute(_OF_CLASS, (campaign_id, class_code)).fetchall()


def of_campaign(connection: Connection[Any], campaign_id: UUID) -> list[ParticipantRow]:
    """Return all children of a campaign, by contribution and line."""
    query: LiteralString = f"{_SELECT} WHERE campaign_id = %s ORDER BY contribution_id, line"
    with connection.cursor(row_factory=class_row(ParticipantRow)) as cursor:
        return cursor.execute(query, (campaign_id,)).fetchall()


def page(
    connection: Connection[Any], campaign_id: UUID, after: tuple[UUID, int] = _BEGINNING, limit: int = 200
) -> list[ParticipantRow]:
    """Return the next children of a campaign, after the (contribution, line) of the last one already read."""
    with connection.cursor(row_factory=class_row(ParticipantRow)) as cursor:
        return cursor.execute(_PAGE, (campaign_id, *after, limit)).fetchall()
