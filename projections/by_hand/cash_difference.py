"""By how much a coop's cash box holds less or more than its book says, as far as counts have found."""

from __future__ import annotations

from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

_FOUND: Final[LiteralString] = """
WITH box AS (
    SELECT position, counted - expected AS difference, counted_at FROM cash_box_counts WHERE coop_id = %(coop)s
    ORDER BY position DESC LIMIT 1
), later AS (
    SELECT counted - (SELECT coalesce(sum(received), 0) FROM cash_slips AS slip
                      WHERE slip.campaign_id = made.campaign_id AND slip.slip = ANY(made.slips)) AS difference
    FROM class_counts AS made
    WHERE coop_id = %(coop)s AND counted_at > coalesce((SELECT counted_at FROM box), '-infinity')
), corrected AS (
    SELECT debit - credit AS cents FROM journal AS leg
    WHERE coop_id = %(coop)s AND account = 'cash' AND topic = 'campaign.cash_slip_corrected.1'
      AND position > (SELECT position FROM box)
      AND NOT EXISTS (SELECT FROM journal AS came WHERE came.coop_id = %(coop)s AND came.account = 'cash'
                      AND came.topic = 'campaign.cash_received.1' AND came.subject_id = leg.subject_id
                      AND came.position > (SELECT position FROM box))
)
SELECT (coalesce((SELECT difference FROM box), 0) + coalesce((SELECT sum(difference) FROM later), 0)
        - coalesce((SELECT sum(cents) FROM corrected), 0))::bigint
"""


def found_difference(connection: Connection[Any], coop_id: UUID) -> int:
    """Return what counts found less what the book of the cash box says, in cents: below zero where cash is missing.

    It is that of the last count of the whole box, with those of the classes counted after it. What a correction of a
    slip explained is no difference any more.
    """
    (cents,) = connection.execute(_FOUND, {"coop": coop_id}).fetchone() or (0,)
    return int(cents)
