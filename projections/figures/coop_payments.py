"""The payments of a coop, one row a contribution, of all its campaigns or filtered (S-31).

Who paid, or had nothing to pay, is listed; who left a basket is not. People are ids: their names are in the vault.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.calendar import add_months, end_of_paris_day
from projections import contributions
from projections.contributions import ContributionRow

_WANTED: Final[LiteralString] = f"""
SELECT * FROM ({contributions.SELECT} WHERE campaign_id = ANY(%(campaigns)s)) AS listed
WHERE (paid > 0 OR status = 'nothing_due')
  AND (%(status)s::text IS NULL OR status = %(status)s) AND (%(means)s::text IS NULL OR means = %(means)s)
  AND coalesce(paid_at, placed_at) >= coalesce(%(begins)s::timestamptz, '-infinity')
  AND coalesce(paid_at, placed_at) < coalesce(%(ends)s::timestamptz, 'infinity')
  AND (%(class_code)s::text IS NULL OR EXISTS (
      SELECT FROM participants AS child
      WHERE child.contribution_id = listed.contribution_id AND child.class_code = %(class_code)s))
"""  # noqa: S608 (made of constants)
_SUMS: Final[LiteralString] = f"""
SELECT count(*), coalesce(sum(paid), 0)::bigint FROM ({_WANTED}) AS wanted
"""  # noqa: S608 (made of constants)
_PAGE: Final[LiteralString] = f"""
{_WANTED} ORDER BY coalesce(paid_at, placed_at) DESC, contribution_id LIMIT %(limit)s OFFSET %(offset)s
"""
_CLASSES: Final[LiteralString] = """
SELECT DISTINCT class_code FROM participants WHERE campaign_id = ANY(%s) AND paid > 0 ORDER BY class_code
"""
_CHILDREN: Final[LiteralString] = """
SELECT contribution_id, participant_id, class_code FROM participants
WHERE contribution_id = ANY(%s) ORDER BY contribution_id, line
"""


class PaymentsWanted(NamedTuple):
    """Which payments a list shows: those of some campaigns, narrowed by filters."""

    campaigns: tuple[UUID, ...]
    month: date | None = None
    class_code: str | None = None
    status: str | None = None
    means: str | None = None

    def values(self) -> dict[str, Any]:
        """Return what the queries take; a month is that of Paris."""
        chosen: dict[str, Any] = {"campaigns": list(self.campaigns), "begins": None, "ends": None}
        if self.month is not None:
            chosen["begins"] = end_of_paris_day(self.month - timedelta(days=1))
            chosen["ends"] = end_of_paris_day(add_months(self.month, 1) - timedelta(days=1))
        return {**chosen, "class_code": self.class_code, "status": self.status, "means": self.means}


class PaymentSums(NamedTuple):
    """How many payments a list shows on all its pages, and what they brought in cents; a tip is no part of it."""

    number: int
    paid: int


class PaymentChild(NamedTuple):
    """A child of a payment and its class today."""

    participant_id: UUID
    class_code: str


def sums(connection: Connection[Any], wanted: PaymentsWanted) -> PaymentSums:
    """Add the payments of a list up."""
    return PaymentSums(*(connection.execute(_SUMS, wanted.values()).fetchone() or (0, 0)))


def page(
    connection: Connection[Any], wanted: PaymentsWanted, offset: int = 0, limit: int | None = None
) -> list[ContributionRow]:
    """Return the payments of a list, the latest first: a page of them, or all."""
    with connection.cursor(row_factory=class_row(ContributionRow)) as cursor:
        return cursor.execute(_PAGE, {**wanted.values(), "limit": limit, "offset": offset}).fetchall()


def children_of(
    connection: Connection[Any], contribution_ids: Collection[UUID]
) -> defaultdict[UUID, list[PaymentChild]]:
    """Return the children of some contributions, in the order of their baskets."""
    found: defaultdict[UUID, list[PaymentChild]] = defaultdict(list)
    for contribution_id, *child in connection.execute(_CHILDREN, (list(contribution_ids),)):
        found[contribution_id].append(PaymentChild(*child))
    return found


def classes_of(connection: Connection[Any], campaigns: Collection[UUID]) -> list[str]:
    """Return the codes of the classes for which something was paid in some campaigns."""
    return [code for (code,) in connection.execute(_CLASSES, (list(campaigns),))]
