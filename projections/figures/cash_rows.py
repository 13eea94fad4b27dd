"""The movements of a coop's cash box, one row an event: their sum is what the box holds (S-24)."""

from __future__ import annotations

from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from projections.figures.rows import FigureRows, read_rows

_MOVEMENTS: Final[LiteralString] = """
SELECT min(paid_on) AS paid_on, topic, subject_id, campaign_id, position AS place, sum(debit - credit) AS value
FROM journal WHERE coop_id = %(coop)s AND account = 'cash'
GROUP BY position, topic, subject_id, campaign_id
"""


def rows(connection: Connection[Any], coop_id: UUID, offset: int = 0) -> FigureRows:
    """Return the movements of a coop's cash box, the latest first."""
    return read_rows(connection, _MOVEMENTS, {"coop": coop_id}, offset)


def balance(connection: Connection[Any], coop_id: UUID) -> int:
    """Return what a coop's cash box holds, in cents."""
    query: LiteralString = """
    SELECT coalesce(sum(debit - credit), 0)::bigint FROM journal WHERE coop_id = %s AND account = 'cash'"""
    (cents,) = connection.execute(query, (coop_id,)).fetchone() or (0,)
    return int(cents)
