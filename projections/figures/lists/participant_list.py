"""The children of a campaign as its list shows them, page by page: filtered, sorted and added up by the database.

Who paid, or had nothing to pay, is listed (S-164); who left a basket is not. The database has no names: the caller
gives children in the order of their names, or those whose names a search found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from projections.base.children import STANDS, STATE
from projections.by_hand.unnamed_slips import UNNAMED

_STANDING: Final[LiteralString] = """
FROM participants AS child JOIN contributions AS basket USING (contribution_id)
WHERE child.campaign_id = %(campaign)s AND basket.campaign_id = %(campaign)s
  AND (basket.paid_at IS NOT NULL OR basket.status = 'nothing_due')
"""
_LISTED: Final[LiteralString] = f"""
SELECT child.contribution_id, child.line, child.participant_id, child.class_code, child.tariff_id,
       CASE WHEN basket.asked > 0 THEN basket.means ELSE '' END AS means,
       {STATE} AS status,
       coalesce(basket.paid_at, basket.placed_at) AS at, child.paid, child.held,
       child.held > 0 OR (child.asked = 0 AND {STANDS}) AS takes_part,
       child.contribution_id IN ({UNNAMED} AND made.campaign_id = %(campaign)s) AS unnamed
{_STANDING}
"""
# Nothing tells the planner how many names there are: only a full join is never made by looking each one up in turn.
_RANKED: Final[LiteralString] = f"""
listed AS MATERIALIZED ({_LISTED}), ranked AS MATERIALIZED (
    SELECT listed.*, named.rank FROM listed
    FULL JOIN unnest(%(names)s::uuid[]) WITH ORDINALITY AS named (participant_id, rank)
    ON named.participant_id = listed.participant_id
), found AS MATERIALIZED (
    SELECT * FROM ranked
    WHERE contribution_id IS NOT NULL AND (NOT %(searched)s OR rank IS NOT NULL)
      AND %(status)s::text IN ('', status) AND %(means)s::text IN ('', means)
      AND %(class_code)s::text IN ('', class_code)
      AND %(takes_part)s::text IN ('', CASE WHEN takes_part THEN 'oui' ELSE 'non' END)
      AND %(named)s::text IN ('', CASE WHEN unnamed THEN 'non' ELSE 'oui' END)
)
"""  # noqa: S608 (made of constants)
_ORDERS: Final[Mapping[str, LiteralString]] = MappingProxyType(
    {
        "": "rank",
        "montant": "paid",
        "date": "at",
        "formule": "array_position(%(ranked)s::text[], tariff_id)",
        "classe": "(coalesce(array_position(%(ranked)s::text[], class_code), 1000), class_code)",
        "etat": "array_position(%(ranked)s::text[], status)",
        "moyen": "array_position(%(ranked)s::text[], means)",
    }
)
_UP: Final[LiteralString] = " NULLS LAST"
_DOWN: Final[LiteralString] = " DESC NULLS LAST"
_SUMS: Final[LiteralString] = """
SELECT count(*) AS number, coalesce(sum(paid), 0)::bigint AS paid, coalesce(sum(held), 0)::bigint AS held,
       least(%(page)s, greatest((count(*) + %(rows)s - 1) / %(rows)s, 1)) AS page
FROM found
"""
_KEYS: Final[LiteralString] = f"""
WITH {_RANKED} SELECT contribution_id, line FROM found ORDER BY rank NULLS LAST, contribution_id, line
"""  # noqa: S608 (made of constants)
_SINCE: Final[LiteralString] = f"""
SELECT child.participant_id, basket.payer_id
{_STANDING} AND (child.position > %(position)s OR basket.position > %(position)s)
"""
_WHOLE: Final[LiteralString] = """
SELECT json_agg(json_build_array(status, means, class_code, paid, taking_part, unnamed)) FROM (
    SELECT status, means, class_code, sum(paid) AS paid, count(*) FILTER (WHERE takes_part) AS taking_part,
           count(*) FILTER (WHERE unnamed) AS unnamed
    FROM listed GROUP BY status, means, class_code
) AS occurring
"""


class ChildrenListed(NamedTuple):
    """Which children of a campaign a list shows, by words that are empty where nothing is chosen.

    ``names`` are children in the order of their names, as an array of the database; only those are found where a name
    was ``searched`` for. ``takes_part`` is « oui » or « non », and so is ``named``: a slip of cash may have no name.
    """

    campaign_id: UUID
    names: object
    searched: bool = False
    status: str = ""
    means: str = ""
    class_code: str = ""
    takes_part: str = ""
    named: str = ""

    def values(self) -> dict[str, Any]:
        """Return what the queries take; a character that the database has no place for stands for no code."""
        words = ("status", "means", "class_code", "takes_part", "named")
        chosen = {name: getattr(self, name).replace("\x00", "\ufffd") for name in words}
        return {**chosen, "campaign": self.campaign_id, "names": self.names, "searched": self.searched}


class ListOrder(NamedTuple):
    """How a list is sorted: by a column, or by the order of names where it is empty; ``ranked`` are codes in order."""

    column: str = ""
    down: bool = False
    ranked: Sequence[str] = ()


ChildKey = tuple[UUID, int]
"""A child in a campaign: its basket and its line there."""


class ListedWhole(NamedTuple):
    """The whole list, whatever is chosen: the codes that occur in it, what came in, and how many take part.

    ``unnamed`` are the slips of cash in it that have no name.
    """

    states: frozenset[str]
    means: frozenset[str]
    classes: frozenset[str]
    paid: int
    taking_part: int
    unnamed: int


class ListedPage(NamedTuple):
    """A page of a list: its children in order, and how many there are on all its pages, with their sums in cents.

    ``whole`` is what the list is whatever is chosen of it.
    """

    keys: tuple[ChildKey, ...]
    page: int
    number: int
    paid: int
    held: int
    whole: ListedWhole


def page(connection: Connection[Any], wanted: ChildrenListed, order: ListOrder, number: int, rows: int) -> ListedPage:
    """Return a page of so many rows; the last one where there are not so many pages."""
    values = {**wanted.values(), "ranked": list(order.ranked), "page": number, "rows": rows}
    column, way = _ORDERS[order.column], _DOWN if order.down else _UP
    # One round trip: the sums tell which page is the last.
    query: LiteralString = f"""
    WITH {_RANKED}, sums AS ({_SUMS})
    SELECT sums.number, sums.paid, sums.held, sums.page, shown.contribution_id, shown.line, whole
    FROM ({_WHOLE}) AS occurring (whole) CROSS JOIN sums LEFT JOIN LATERAL (
        SELECT contribution_id, line FROM found
        ORDER BY {column}{way}, rank NULLS LAST, contribution_id, line
        LIMIT %(rows)s OFFSET (sums.page - 1) * %(rows)s
    ) AS shown ON true
    """  # noqa: S608 (made of constants)
    found = connection.execute(query, values).fetchall()
    total, paid, held, shown, *_ = found[0]
    keys = tuple((row[4], row[5]) for row in found if row[4] is not None)
    return ListedPage(keys, int(shown), total, paid, held, _whole(found[0][6] or ()))


def keys(connection: Connection[Any], wanted: ChildrenListed) -> list[ChildKey]:
    """Return all children that are chosen, in the order of their names."""
    return [(contribution_id, line) for contribution_id, line in connection.execute(_KEYS, wanted.values())]


def _whole(rows: Sequence[Sequence[Any]]) -> ListedWhole:
    states, means, classes = (frozenset(row[at] for row in rows) for at in range(3))
    return ListedWhole(states, means, classes, *(sum(row[at] for row in rows) for at in range(3, 6)))


def since(connection: Connection[Any], campaign_id: UUID, position: int) -> Iterator[tuple[UUID, UUID]]:
    """Yield the children that stand, each with who paid, of which something changed after a position of the log."""
    values = {"campaign": campaign_id, "position": position}
    yield from connection.execute(_SINCE, values, binary=True)
