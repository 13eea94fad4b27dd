"""What each refund by card takes from each child, and whether it came back from the card: then the family is owed it.

A refund that came back is no refund until the coop pays the family itself; had it not been paid after all, it is owed
again. Until it is settled it is ``pending``, and took nothing. Cents, tip apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn
from domain.events.held.money import ReturnedRefundSettled
from domain.events.refund import ExternalRefundAllocated, RefundFailed, RefundRequested, RefundSettled
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE refund_lines (
    refund_id       uuid    NOT NULL,
    line            int     NOT NULL,
    contribution_id uuid    NOT NULL,
    cents           bigint  NOT NULL,
    pending         bigint  NOT NULL,
    back            boolean NOT NULL,
    position        bigint  NOT NULL,
    PRIMARY KEY (refund_id, line)
);
CREATE INDEX refund_lines_that_came_back ON refund_lines (contribution_id, line) WHERE back;
CREATE INDEX refund_lines_that_wait ON refund_lines (contribution_id, line) WHERE pending > 0;
"""
_INSERT: Final[LiteralString] = """
INSERT INTO refund_lines (refund_id, line, contribution_id, cents, pending, back, position)
SELECT * FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::bigint[], %s::bigint[], %s::boolean[], %s::bigint[])
ON CONFLICT (refund_id, line) DO UPDATE SET
    cents = excluded.cents, pending = excluded.pending, back = excluded.back, position = excluded.position
"""
_UPDATE: Final[LiteralString] = """
UPDATE refund_lines AS known SET pending = 0, back = coalesce(change.back, known.back), position = change.position
FROM unnest(%s::uuid[], %s::boolean[], %s::bigint[]) AS change (refund_id, back, position)
WHERE known.refund_id = change.refund_id
"""

_MOVING: Final = (RefundFailed, FailedRefundRepaid, PaymentToFamilyWithdrawn, ReturnedRefundSettled)
"""After these a refund is owed to its family, or is no more."""
EVENTS: Final = frozenset((RefundRequested, RefundSettled, ExternalRefundAllocated, *_MOVING))
"""What changes its rows."""


class RefundLines:
    """The read model of what refunds took from children."""

    name = "refund_lines"
    version = 3
    tables = ("refund_lines",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """Keep the refunds of a batch, and where those of it and of older ones stand at its end."""
        made: dict[tuple[UUID, int], tuple[UUID, int, int, bool, int]] = {}
        moved: dict[UUID, tuple[bool | None, int]] = {}
        for fact in batch:
            event = fact.event
            if isinstance(event, RefundRequested):
                for share in event.shares:
                    made[event.refund_id, share.line] = event.contribution_id, 0, share.cents, False, fact.position
            elif isinstance(event, RefundSettled | ExternalRefundAllocated):
                owed = isinstance(event, ExternalRefundAllocated) and event.owed
                for share in event.shares:
                    made[event.refund_id, share.line] = event.contribution_id, share.cents, 0, owed, fact.position
                if isinstance(event, RefundSettled):
                    moved[event.refund_id] = (None, fact.position)
            elif isinstance(event, _MOVING):
                moved[event.refund_id] = (_is_back(event), fact.position)
        new = [(*key, *row) for key, row in made.items()]
        old = [(refund_id, *stands) for refund_id, stands in moved.items()]

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
