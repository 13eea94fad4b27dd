"""Contributions and their children chunk by chunk, for files of many thousand rows: never all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from projections import contributions, participants
from projections.by_hand.unnamed_slips import UNNAMED
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow

CHUNK: Final = 500
"""Contributions that are read at once."""
_COUNT: Final[LiteralString] = "SELECT count(*) FROM contributions WHERE campaign_id = ANY(%s)"

_PAID: Final[LiteralString] = f"""
SELECT count(*) FILTER (WHERE NOT unnamed), count(*) FILTER (WHERE unnamed) FROM (
    SELECT contribution_id IN ({UNNAMED}) AS unnamed FROM contributions WHERE campaign_id = %s AND paid > 0
) AS paid
"""  # noqa: S608 (made of constants)


class OrderWithChildren(NamedTuple):
    """One contribution and its children, in the order of its basket."""

    order: ContributionRow
    children: Sequence[ParticipantRow]


def number_of_orders(connection: Connection[Any], campaign_ids: Sequence[UUID]) -> int:
    """Return how many contributions some campaigns have, whatever became of them."""
    row = connection.execute(_COUNT, (list(campaign_ids),)).fetchone()
    return int(row[0]) if row else 0


class PaidOrders(NamedTuple):
    """How many contributions of a campaign something was paid of: under a name, and by slips of cash without one."""

    named: int
    unnamed: int


def number_of_paid(connection: Connection[Any], campaign_id: UUID) -> PaidOrders:
    """Return how many contributions of a campaign something was paid of."""
    return PaidOrders(*(connection.execute(_PAID, (campaign_id,)).fetchone() or (0, 0)))


def chunks_of_campaign(connection: Connection[Any], campaign_id: UUID) -> Iterator[list[OrderWithChildren]]:
    """Yield the contributions of a campaign in the order they were placed, some hundreds at a time."""
    after: UUID | None = None
    while orders := contributions.page(connection, campaign_id, after, CHUNK):
        after = orders[-1].contribution_id
        found: dict[UUID, list[ParticipantRow]] = {order.contribution_id: [] for order in orders}
        for child in participants.of_contributions(connection, list(found)):
            found[child.contribution_id].append(child)
        yield [OrderWithChildren(order, found[order.contribution_id]) for order in orders]
