"""Baskets that were paid, one row a contribution: by which means, on which day of the week, at what hour; instalments.

A basket counts by its first payment, on its day and hour in Paris; the hour is known of payments by card only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.vocabulary.means import CARD
from projections.by_hand.unnamed_slips import UNNAMED
from projections.figures.rows import FigureRows, read_rows


class UnnamedBaskets(NamedTuple):
    """How many baskets were paid by a slip of cash without a name, and what they paid."""

    number: int
    cents: int


class BasketKind(StrEnum):
    """Which baskets are counted, by the word of their address."""

    PAID = "payes"
    UNDER_WAY = "en-cours"
    KEPT = "tenus"
    STOPPED = "arretes"


_KINDS: Final[Mapping[BasketKind, LiteralString]] = {
    BasketKind.PAID: "paid > 0",
    BasketKind.UNDER_WAY: "instalments > 1 AND expected_later > 0",
    BasketKind.KEPT: "instalments > 1 AND expected_later = 0 AND paid > 0 AND paid >= asked",
    BasketKind.STOPPED: "instalments > 1 AND expected_later = 0 AND paid > 0 AND paid < asked",
}
_MOMENT: Final[LiteralString] = "paid_at AT TIME ZONE 'Europe/Paris'"
_ROWS: Final[LiteralString] = f"""
SELECT (coalesce(paid_at, placed_at) AT TIME ZONE 'Europe/Paris')::date AS paid_on,
       'campaign.contribution_placed.1' AS topic, contribution_id AS subject_id, campaign_id, position AS place,
       1 AS value
FROM contributions
WHERE campaign_id = ANY(%(campaigns)s) AND means = coalesce(%(means)s::text, means)
  AND (%(weekday)s::int IS NULL OR extract(isodow FROM {_MOMENT}) = %(weekday)s)
  AND (%(first_hour)s::int IS NULL OR extract(hour FROM {_MOMENT}) BETWEEN %(first_hour)s AND %(last_hour)s)
"""  # noqa: S608 (made of constants)
_GROUPS: Final[LiteralString] = f"""
SELECT means, extract(isodow FROM {_MOMENT})::int AS weekday, extract(hour FROM {_MOMENT})::int AS hour,
       count(*)::int AS baskets, sum(paid)::bigint AS cents
FROM contributions WHERE campaign_id = ANY(%s) AND paid > 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 (made of constants)
_INSTALMENTS: Final[LiteralString] = f"""
SELECT count(*) FILTER (WHERE {_KINDS[BasketKind.UNDER_WAY]})::int AS under_way,
       count(*) FILTER (WHERE {_KINDS[BasketKind.KEPT]})::int AS kept,
       count(*) FILTER (WHERE {_KINDS[BasketKind.STOPPED]})::int AS stopped,
       coalesce(sum(expected_later), 0)::bigint AS to_come
FROM contributions WHERE campaign_id = ANY(%s)
"""  # noqa: S608 (made of constants)

_UNNAMED: Final[LiteralString] = f"""
SELECT count(*)::int, coalesce(sum(paid), 0)::bigint
FROM contributions WHERE campaign_id = ANY(%s) AND paid > 0 AND contribution_id IN ({UNNAMED})
"""  # noqa: S608 (made of constants)


class BasketsWanted(NamedTuple):
    """Which baskets of some campaigns; ``hours`` are the first and the last whole hour, of payments by card."""

    campaigns: Collection[UUID]
    figure: BasketKind
    means: str | None = None
    weekday: int | None = None
    hours: tuple[int, int] | None = None


class BasketGroup(NamedTuple):
    """Baskets that were paid by one means on one day of the week (1 is Monday) in one hour, and what they paid."""

    means: str
    weekday: int | None
    hour: int | None
    baskets: int
    cents: int


class InstalmentCounts(NamedTuple):
    """Baskets paid in several times: under way, paid to the end, stopped before it; and the cents still to come."""

    under_way: int
    kept: int
    stopped: int
    to_come: int


def rows(connection: Connection[Any], wanted: BasketsWanted, offset: int = 0) -> FigureRows:
    """Return the baskets that are wanted, each as one."""
    timed = wanted.weekday is not None or wanted.hours is not None
    first, last = wanted.hours or (None, None)
    values = {
        "campaigns": list(wanted.campaigns),
        "means": CARD if timed else wanted.means,
        "weekday": wanted.weekday,
        "first_hour": first,
        "last_hour": last,
    }
    return read_rows(connection, f"{_ROWS} AND {_KINDS[wanted.figure]}", values, offset)


def groups(connection: Connection[Any], campaigns: Collection[UUID]) -> list[BasketGroup]:
    """Return the baskets of some campaigns that were paid, grouped; few rows, however many baskets."""
    with connection.cursor(row_factory=class_row(BasketGroup)) as cursor:
        return cursor.execute(_GROUPS, (list(campaigns),)).fetchall()


def unnamed(connection: Connection[Any], campaigns: Collection[UUID]) -> UnnamedBaskets:
    """Add up the baskets of some campaigns that were paid by a slip of cash without a name."""
    return UnnamedBaskets(*(connection.execute(_UNNAMED, (list(campaigns),)).fetchone() or (0, 0)))


def instalments(connection: Connection[Any], campaigns: Collection[UUID]) -> InstalmentCounts:
    """Count the baskets of some campaigns that are paid in several times."""
    row = connection.execute(_INSTALMENTS, (list(campaigns),)).fetchone()
    return InstalmentCounts(*(row or (0, 0, 0, 0)))
