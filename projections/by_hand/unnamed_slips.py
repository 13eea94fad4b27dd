"""Which contributions stand for a paper slip without a name: those that a count of a class wrote down (ADR 70).

Whose envelope it was, the paper says. Such a contribution is counted as money and as an envelope, never as a family, a
child or an address to write to.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

UNNAMED: Final[LiteralString] = """
SELECT slip.contribution_id FROM class_counts AS made CROSS JOIN unnest(made.slips) AS written (number)
JOIN cash_slips AS slip ON slip.campaign_id = made.campaign_id AND slip.slip = written.number
WHERE slip.returned_by IS NULL
"""
"""The contributions of slips without a name, of whatever campaigns."""


def of_campaigns(connection: Connection[Any], campaigns: Collection[UUID]) -> frozenset[UUID]:
    """Return the contributions of some campaigns that stand for a slip without a name."""
    found = connection.execute(f"{UNNAMED} AND made.campaign_id = ANY(%s)", (list(campaigns),))
    return frozenset(contribution_id for (contribution_id,) in found)
