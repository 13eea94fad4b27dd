"""The slips of cash of each campaign: which family gave or got back how much, under which number, on which day.

A slip that was corrected shows what it is; one that was withdrawn, or corrected to nothing, shows no cents and stays:
its number is used. Cents; days in Paris. Slips are few: the rows concerned are written one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.calendar import paris_date
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import PaymentToFamilyWithdrawn
from domain.events.contribution import CashReceived
from projections.base.read_model import BookedEvent, Write

_DDL: Final[LiteralString] = """
CREATE TABLE cash_slips (
    campaign_id     uuid   NOT NULL,
    slip            text   NOT NULL,
    contribution_id uuid   NOT NULL,
    returned_by     uuid,
    received        bigint NOT NULL,
    returned        bigint NOT NULL,
    paid_on         date   NOT NULL,
    position        bigint NOT NULL,
    PRIMARY KEY (campaign_id, slip)
);
CREATE INDEX cash_slips_by_return ON cash_slips (campaign_id, returned_by) WHERE returned_by IS NOT NULL;
"""
_INSERT: Final[LiteralString] = """
INSERT INTO cash_slips (campaign_id, slip, contribution_id, returned_by, received, returned, paid_on, position)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_CORRECT: Final[LiteralString] = """
UPDATE cash_slips SET received = %s, position = %s WHERE campaign_id = %s AND slip = %s
"""
_WITHDRAW: Final[LiteralString] = """
UPDATE cash_slips SET returned = 0, position = %s WHERE campaign_id = %s AND returned_by = %s
"""


class CashSlips:
    """The read model of the slips of cash."""

    name = "cash_slips"
    version = 1
    tables = ("cash_slips",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep what a batch does to slips, in its order."""
        changes = [change for fact in batch if (change := _change(fact)) is not None]

        def write(connection: Connection[Any]) -> None:
            """Carry out the changes of slips, in the order of the log."""
            for query, values in changes:
                connection.execute(query, values)

        return write


def _change(fact: BookedEvent) -> tuple[LiteralString, tuple[Any, ...]] | None:
    """What an event does to the slips of its campaign, if it is about one."""
    event, campaign_id, position = fact.event, fact.stream_id, fact.position
    if isinstance(event, CashReceived):
        day = paris_date(event.paid_at)
        return _INSERT, (campaign_id, event.slip, event.contribution_id, None, event.cents, 0, day, position)
    if isinstance(event, CashReturned):
        about = (event.slip, event.contribution_id, event.refund_id)
        return _INSERT, (campaign_id, *about, 0, event.cents, event.returned_on, position)
    if isinstance(event, CashSlipCorrected):
        return _CORRECT, (event.cents, position, campaign_id, event.slip)
    if isinstance(event, PaymentToFamilyWithdrawn):
        return _WITHDRAW, (position, campaign_id, event.refund_id)
    return None


class SlipRow(NamedTuple):
    """One slip: what a family gave, or got back, in cash."""

    slip: str
    contribution_id: UUID
    received: int
    returned: int
    paid_on: date


def next_slip(connection: Connection[Any], campaign_id: UUID) -> str:
    """Return the number after the highest that a campaign has of those that are written by hand, ``B-18``."""
    query: LiteralString = r"""
    SELECT 1 + coalesce(max(substring(slip FROM '^B-([0-9]{1,6})$')::int), 0) FROM cash_slips WHERE campaign_id = %s"""
    (number,) = connection.execute(query, (campaign_id,)).fetchone() or (1,)
    return f"B-{number}"


def of_campaign(connection: Connection[Any], campaign_id: UUID) -> list[SlipRow]:
    """Return the slips of a campaign, by day and number."""
    query: LiteralString = """
    SELECT slip, contribution_id, received, returned, paid_on FROM cash_slips
    WHERE campaign_id = %s ORDER BY paid_on, slip"""
    with connection.cursor(row_factory=class_row(SlipRow)) as cursor:
        return cursor.execute(query, (campaign_id,)).fetchall()
