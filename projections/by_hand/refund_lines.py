"""What each refund by card took from each child, and whether it came back from the card: then the family is owed it.

A refund that came back is no refund until the coop pays the family itself; had it not been paid after all, it is owed
again. Cents, tip apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from domain.events.base import Share
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn
from domain.events.held.money import ReturnedRefundSettled
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundSettled
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE refund_lines (
    refund_id       uuid    NOT NULL,
    line            int     NOT NULL,
    contribution_id uuid    NOT NULL,
    cents           bigint  NOT NULL,
    back            boolean NOT NULL,
    position        bigint  NOT NULL,
    PRIMARY KEY (refund_id, line)
);
CREATE INDEX refund_lines_that_came_back ON refund_lines (contribution_id, line) WHERE back;
"""
_INSERT: Final[LiteralString] = """
INSERT INTO refund_lines (refund_id, line, contribution_id, cents, back, position)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::bigint[], %s::boolean[], %s::bigint[])
"""
_UPDATE: Final[LiteralString] = """
UPDATE refund_lines AS known SET back = change.back, position = change.position
FROM unnest(%s::uuid[], %s::boolean[], %s::bigint[]) AS change (refund_id, back, position)
WHERE known.refund_id = change.refund_id
"""

_MOVING: Final = (RefundFailed, FailedRefundRepaid, PaymentToFamilyWithdrawn, ReturnedRefundSettled)
"""After these a refund is owed to its family, or is no more."""
EVENTS: Final = frozenset((RefundSettled, ExternalRefundAllocated, *_MOVING))
"""What changes its rows."""


class RefundLines:
    """The read model of what refunds took from children."""

    name = "refund_lines"
    version = 2
    tables = ("refund_lines",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep the refunds of a batch, and where those of it and of older ones stand at its end."""
        made: dict[UUID, tuple[UUID, Sequence[Share], bool, int]] = {}
        moved: dict[UUID, tuple[bool, int]] = {}
        for fact in batch:
            event = fact.event
            if isinstance(event, RefundSettled | ExternalRefundAllocated):
                owed = isinstance(event, ExternalRefundAllocated) and event.owed
                made[event.refund_id] = (event.contribution_id, event.shares, owed, fact.position)
            elif isinstance(event, _MOVING):
                back = _is_back(event)
                if back is not None:
                    moved[event.refund_id] = (back, fact.position)
        new = [
            (refund_id, share.line, contribution_id, share.cents, *moved.get(refund_id, (owed, position)))
            for refund_id, (contribution_id, shares, owed, position) in made.items()
            for share in shares
        ]
        old = [(refund_id, *stands) for refund_id, stands in moved.items() if refund_id not in made]

        def write(connection: Connection[Any]) -> None:
            """Write what the batch changes."""
            write_rows(connection, _INSERT, new)
            write_rows(connection, _UPDATE, old)

        return write


def _is_back(
    event: RefundFailed | FailedRefundRepaid | PaymentToFamilyWithdrawn | ReturnedRefundSettled,
) -> bool | None:
    """Whether a refund is owed after an event; None where the event is about none that was made by card."""
    if isinstance(event, RefundFailed):
        return True if event.was_settled else None
    if isinstance(event, FailedRefundRepaid | ReturnedRefundSettled):
        return False
    return None if event.shares else True
