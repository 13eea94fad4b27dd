"""The baskets and children of a coop that its families are made of: who paid, or had nothing to pay (ADR 66).

Who left a basket is not among them, nor a slip of cash without a name. Ids, classes and instants only: thousands of
them are read for a page of fifty families.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from projections.base.children import STANDS
from projections.by_hand.unnamed_slips import UNNAMED

_WHICH: Final[LiteralString] = f"""
basket.campaign_id = ANY(%(campaigns)s) AND (basket.paid_at IS NOT NULL OR basket.status = 'nothing_due')
AND basket.contribution_id NOT IN ({UNNAMED} AND made.campaign_id = ANY(%(campaigns)s))
"""
_BASKETS: Final[LiteralString] = f"""
SELECT basket.contribution_id, basket.campaign_id, basket.payer_id, basket.placed_at
FROM contributions AS basket WHERE {_WHICH} ORDER BY basket.placed_at DESC, basket.contribution_id
"""  # noqa: S608 (made of constants)
_CHILDREN: Final[LiteralString] = f"""
SELECT child.contribution_id, child.campaign_id, child.participant_id, child.class_code,
       child.held > 0 OR (child.asked = 0 AND {STANDS}) AS takes_part
FROM participants AS child JOIN contributions AS basket USING (contribution_id)
WHERE child.campaign_id = ANY(%(campaigns)s) AND {_WHICH} ORDER BY child.contribution_id, child.line
"""  # noqa: S608 (made of constants)
_TAKING_PART: Final[LiteralString] = f"""
SELECT basket.contribution_id, basket.campaign_id, basket.payer_id, basket.placed_at
FROM contributions AS basket
WHERE basket.contribution_id = ANY(%(baskets)s) AND basket.contribution_id NOT IN ({UNNAMED}) AND EXISTS (
    SELECT FROM participants AS child
    WHERE child.contribution_id = basket.contribution_id AND (child.held > 0 OR (child.asked = 0 AND {STANDS}))
)
"""  # noqa: S608 (made of constants)


class BasketPlaced(NamedTuple):
    """A basket: its campaign, who pays, and when it was placed."""

    contribution_id: UUID
    campaign_id: UUID
    payer_id: UUID
    placed_at: datetime


class ChildPlaced(NamedTuple):
    """A child of a basket, with the class that it has today, and whether it still takes part."""

    contribution_id: UUID
    campaign_id: UUID
    participant_id: UUID
    class_code: str
    takes_part: bool


def baskets(connection: Connection[Any], campaigns: Collection[UUID]) -> list[BasketPlaced]:
    """Return the baskets of some campaigns, the latest first."""
    with connection.cursor(binary=True, row_factory=class_row(BasketPlaced)) as cursor:
        return cursor.execute(_BASKETS, {"campaigns": list(campaigns)}).fetchall()


def children(connection: Connection[Any], campaigns: Collection[UUID]) -> list[ChildPlaced]:
    """Return the children of those baskets, in the order of each."""
    with connection.cursor(binary=True, row_factory=class_row(ChildPlaced)) as cursor:
        return cursor.execute(_CHILDREN, {"campaigns": list(campaigns)}).fetchall()


def taking_part(connection: Connection[Any], contribution_ids: Collection[UUID]) -> list[BasketPlaced]:
    """Return those of some baskets of which a child takes part."""
    with connection.cursor(binary=True, row_factory=class_row(BasketPlaced)) as cursor:
        return cursor.execute(_TAKING_PART, {"baskets": list(contribution_ids)}).fetchall()
