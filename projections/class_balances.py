"""What each class of a campaign received, gave back and keeps, in cents, and how many children stand behind it.

A class is the sum of its children, each with all its money in the class that it is in today: a correction of class
moves all of it. ``cash`` and ``collected_elsewhere`` are parts of received; ``moved`` is the part of the balance that
came with children from other classes, less what left with others. A class appears once something was received in it,
or a child takes part in it for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from projections.base.children import CHILDREN


class ClassBalance(NamedTuple):
    """One class of a campaign: ``balance`` = received − refunded − unpaid − owed to families.

    ``cash`` and ``collected_elsewhere`` are parts of received, ``refunded_elsewhere`` is a part of refunded, ``moved``
    of the balance: over a campaign it is nothing.
    """

    campaign_id: UUID
    class_code: str
    coop_id: UUID
    participants: int
    due: int
    received: int
    refunded: int
    unpaid: int
    owed_to_families: int
    moved: int
    cash: int
    balance: int
    position: int
    collected_elsewhere: int = 0
    refunded_elsewhere: int = 0


_ROWS: Final[LiteralString] = f"""
WITH children AS MATERIALIZED (
    SELECT * FROM ({CHILDREN}) AS known WHERE campaign_id = ANY(%s) AND (paid > 0 OR takes_part)
)
SELECT campaign_id, class_code, coop_id, sum(takes_part)::int AS participants, sum(due)::bigint AS due,
       sum(paid)::bigint AS received, sum(refunded)::bigint AS refunded, sum(lost)::bigint AS unpaid,
       sum(owed)::bigint AS owed_to_families, sum(moved)::bigint AS moved, sum(cash)::bigint AS cash,
       sum(held)::bigint AS balance, max(position) AS position,
       sum(collected_elsewhere)::bigint AS collected_elsewhere, sum(refunded_elsewhere)::bigint AS refunded_elsewhere
FROM (
    SELECT campaign_id, class_code, coop_id, takes_part::int AS takes_part, due, paid, refunded, lost, owed, cash, held,
           collected_elsewhere, refunded_elsewhere, CASE WHEN class_code = placed_class THEN 0 ELSE held END AS moved,
           position
    FROM children
    UNION ALL
    SELECT campaign_id, placed_class, coop_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -held, position
    FROM children WHERE class_code <> placed_class AND held > 0
) AS parts
GROUP BY campaign_id, class_code, coop_id ORDER BY class_code
"""  # noqa: S608 (made of constants)


def of_campaign(connection: Connection[Any], campaign_id: UUID) -> list[ClassBalance]:
    """Return the classes of a campaign by code; the cost is that of its children alone, however long the log."""
    return of_campaigns(connection, (campaign_id,))[campaign_id]


def of_campaigns(connection: Connection[Any], campaign_ids: Collection[UUID]) -> defaultdict[UUID, list[ClassBalance]]:
    """Return the classes of each of some campaigns by code."""
    found: defaultdict[UUID, list[ClassBalance]] = defaultdict(list)
    with connection.cursor(row_factory=class_row(ClassBalance)) as cursor:
        for row in cursor.execute(_ROWS, (list(campaign_ids),)):
            found[row.campaign_id].append(row)
    return found


def in_order(rows: Iterable[ClassBalance], codes: Iterable[str]) -> list[ClassBalance]:
    """Put balances in the order of the coop's list of class codes; those that are not on it come last, by code."""
    ranks = {code: rank for rank, code in enumerate(codes)}
    return sorted(rows, key=lambda row: (ranks.get(row.class_code, len(ranks)), row.class_code))
