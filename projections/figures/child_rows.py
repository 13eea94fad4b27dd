"""Children of campaigns as rows of a figure: what came in for each, what was not kept, what is left, who takes part.

A child counts in the class and under the tariff that it has today. Families are counted once, however many children
they have; who has not paid is in no row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.association.anonymity import ClassGroups, group_classes
from projections.base.children import CHILDREN, STANDS
from projections.by_hand.unnamed_slips import UNNAMED
from projections.figures.rows import FigureRows, read_rows


class ChildFigure(StrEnum):
    """A figure about children, by the word of its address."""

    RECEIVED = "recu"
    RETURNED = "rendu"
    BALANCE = "conserve"
    PARTICIPANTS = "participants"
    FAMILIES = "familles"
    NAMED = "noms"
    SLIPS = "bordereaux"


OF_PEOPLE: Final = frozenset((ChildFigure.FAMILIES, ChildFigure.NAMED))
"""The figures that count people: a slip of cash without a name is none."""


Span = tuple[int, int | None]
"""The first and the last number of a span, both included; without a last one it has no end."""


class ChildrenWanted(NamedTuple):
    """Which children of some campaigns: of some classes, of one tariff, of prices in a span, or all.

    ``size`` is for families: with how many children they take part. ``named`` leaves slips without a name out, or
    everything else.
    """

    campaigns: Collection[UUID]
    classes: Collection[str] | None = None
    tariff_id: str | None = None
    price: Span = (0, None)
    size: Span = (1, None)
    named: bool | None = None


# Rows stand in the order of their baskets, which no later change of a child moves: its place does not tell of one.
_SEEN: Final[LiteralString] = f"""
SELECT known.*, basket.payer_id, (basket.paid_at AT TIME ZONE 'Europe/Paris')::date AS paid_on,
       (extract(epoch FROM basket.placed_at) * 1000000)::bigint AS placed
FROM ({CHILDREN}) AS known JOIN contributions AS basket USING (contribution_id)
WHERE known.campaign_id = ANY(%(campaigns)s) AND (known.paid > 0 OR known.takes_part)
  AND (%(classes)s::text[] IS NULL OR known.class_code = ANY(%(classes)s))
  AND known.tariff_id = coalesce(%(tariff)s::text, known.tariff_id)
  AND known.asked BETWEEN %(lowest)s AND coalesce(%(highest)s::bigint, known.asked)
  AND (%(named)s::bool IS NULL OR %(named)s = (known.contribution_id NOT IN ({UNNAMED})))
"""  # noqa: S608 (made of constants)
_VALUES: Final[Mapping[ChildFigure, LiteralString]] = {
    ChildFigure.RECEIVED: "paid",
    ChildFigure.RETURNED: "paid - held",
    ChildFigure.BALANCE: "held",
    ChildFigure.PARTICIPANTS: "takes_part::int",
    ChildFigure.NAMED: "takes_part::int",
    ChildFigure.SLIPS: "takes_part::int",
}
_FAMILIES: Final[LiteralString] = f"""
SELECT min(paid_on) AS paid_on, 'campaign.contribution_placed.1' AS topic,
       min(contribution_id::text)::uuid AS subject_id, campaign_id, min(placed) AS place, 1 AS value
FROM ({_SEEN}) AS seen WHERE takes_part GROUP BY campaign_id, payer_id
HAVING count(*) BETWEEN %(fewest)s AND coalesce(%(most)s::bigint, count(*))
"""  # noqa: S608 (made of constants)
_BY_TARIFF: Final[LiteralString] = f"""
SELECT tariff_id, sum(takes_part::int)::int AS participants, sum(paid)::bigint AS received, sum(held)::bigint AS balance
FROM ({_SEEN}) AS seen GROUP BY tariff_id
"""  # noqa: S608 (made of constants)
COUNTED: Final[LiteralString] = f"""
SELECT child.campaign_id, child.class_code, child.tariff_id, child.asked, child.paid, basket.payer_id,
       child.held > 0 OR (child.asked = 0 AND {STANDS}) AS takes_part
FROM participants AS child JOIN contributions AS basket USING (contribution_id)
WHERE child.campaign_id = ANY(%(campaigns)s)
"""  # noqa: S608 (made of constants)
"""The children of some campaigns as they are counted: without what refunds took of each, which is no part of it."""
NAMED: Final[LiteralString] = f"{COUNTED} AND child.contribution_id NOT IN ({UNNAMED})"
"""The same without slips of cash that have no name: those are no children, nor families."""
_PEOPLE: Final[LiteralString] = f"""
SELECT campaign_id, class_code, count(DISTINCT payer_id) FILTER (WHERE takes_part)::int AS families,
       sum(takes_part::int)::int AS children
FROM ({NAMED}) AS counted WHERE paid > 0 OR takes_part
GROUP BY GROUPING SETS ((campaign_id), (campaign_id, class_code))
"""  # noqa: S608 (made of constants)
_SLIPS: Final[LiteralString] = f"""
SELECT campaign_id, count(*)::int FROM ({COUNTED} AND child.contribution_id IN ({UNNAMED})) AS counted
WHERE takes_part GROUP BY campaign_id
"""  # noqa: S608 (made of constants)
# Read whenever an open page is: without what refunds took of each child, which no family is counted by.
_BY_CLASS: Final[LiteralString] = f"""
WITH families AS (
    SELECT class_code, payer_id, bool_or(takes_part) AS takes_part
    FROM (
        SELECT child.class_code, basket.payer_id, child.paid,
               child.held > 0 OR (child.asked = 0 AND {STANDS}) AS takes_part
        FROM participants AS child JOIN contributions AS basket USING (contribution_id)
        WHERE child.campaign_id = %(campaign)s
          AND (NOT %(named)s OR child.contribution_id NOT IN ({UNNAMED}))
    ) AS seen
    WHERE paid > 0 OR takes_part GROUP BY class_code, payer_id
)
SELECT class_code, count(*) FILTER (WHERE takes_part) AS taking_part, count(*) AS known,
       CASE WHEN count(*) FILTER (WHERE takes_part) < %(threshold)s
            THEN array_agg(payer_id) FILTER (WHERE takes_part) END AS payers
FROM families GROUP BY class_code
"""  # noqa: S608 (made of constants)


def rows(connection: Connection[Any], wanted: ChildrenWanted, figure: ChildFigure, offset: int = 0) -> FigureRows:
    """Return the children, the families or the slips without a name that a figure counts."""
    if figure in OF_PEOPLE or figure is ChildFigure.SLIPS:
        wanted = wanted._replace(named=figure in OF_PEOPLE)
    if figure is ChildFigure.FAMILIES:
        return read_rows(connection, _FAMILIES, _values(wanted), offset)
    inner: LiteralString = f"""
    SELECT paid_on, 'campaign.contribution_placed.1' AS topic, contribution_id AS subject_id, campaign_id,
           placed * 1000 + line AS place, {_VALUES[figure]} AS value
    FROM ({_SEEN}) AS seen WHERE {_VALUES[figure]} <> 0
    """  # noqa: S608 (made of constants)
    return read_rows(connection, inner, _values(wanted), offset)


def _values(wanted: ChildrenWanted) -> dict[str, Any]:
    classes = None if wanted.classes is None else sorted(wanted.classes)
    (lowest, highest), (fewest, most) = wanted.price, wanted.size
    chosen = {"campaigns": list(wanted.campaigns), "classes": classes, "tariff": wanted.tariff_id}
    return {**chosen, "named": wanted.named, "lowest": lowest, "highest": highest, "fewest": fewest, "most": most}


class TariffSum(NamedTuple):
    """What a tariff of a campaign brought: its participants, and the cents received and kept."""

    tariff_id: str
    participants: int
    received: int
    balance: int


def by_tariff(connection: Connection[Any], campaign_id: UUID) -> dict[str, TariffSum]:
    """Return what each tariff of a campaign brought, by its id."""
    with connection.cursor(row_factory=class_row(TariffSum)) as cursor:
        found = cursor.execute(_BY_TARIFF, _values(ChildrenWanted((campaign_id,))))
        return {row.tariff_id: row for row in found}


class PeopleCount(NamedTuple):
    """How many families and children take part in a campaign: in a class, or, without one, in all of them."""

    campaign_id: UUID
    class_code: str | None
    families: int
    children: int


def people(connection: Connection[Any], campaigns: Collection[UUID]) -> dict[tuple[UUID, str | None], PeopleCount]:
    """Count families and children of some campaigns, by campaign and class; a class alone may be too few to show.

    Slips of cash without a name are neither.
    """
    with connection.cursor(row_factory=class_row(PeopleCount)) as cursor:
        found = cursor.execute(_PEOPLE, {"campaigns": list(campaigns)})
        return {(row.campaign_id, row.class_code): row for row in found}


def slips(connection: Connection[Any], campaigns: Collection[UUID]) -> dict[UUID, int]:
    """Count the slips of cash without a name that take part in some campaigns, by campaign; those without any are none.

    They are counted for a campaign as a whole alone: a class less its slips would show few families.
    """
    return dict(connection.execute(_SLIPS, {"campaigns": list(campaigns)}).fetchall())


def groups_of(connection: Connection[Any], campaign_id: UUID, threshold: int, *, named: bool = False) -> ClassGroups:
    """Say which classes of a campaign may show figures of their own, and which are shown as one sum.

    Each slip of cash is a family's; where figures are ``named``, of people alone, it counts as none.
    """
    counts, few = dict[str, int](), set[UUID]()
    values = {"campaign": campaign_id, "threshold": threshold, "named": named}
    for code, taking_part, known, payers in connection.execute(_BY_CLASS, values):
        counts[code] = taking_part or known
        few.update(payers or ())
    return group_classes(counts, threshold, len(few))


def families(connection: Connection[Any], wanted: ChildrenWanted) -> int:
    """Return how many families take part with some children, each counted once; a slip without a name is none."""
    query: LiteralString = f"SELECT count(DISTINCT payer_id) FROM ({_SEEN}) AS seen WHERE takes_part"  # noqa: S608 (made of constants)
    (count,) = connection.execute(query, _values(wanted._replace(named=True))).fetchone() or (0,)
    return int(count)
