"""How families spread: by their number of children, and by the amount that they chose; never by few of them.

Neighbours are joined until each part has enough families (``domain.association.anonymity.join_few``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.association.anonymity import join_few
from projections.figures.child_rows import COUNTED, NAMED, Span

_EDGES: Final = (0, 5_00, 10_00, 15_00, 20_00, 30_00, 50_00, 100_00)
"""The lowest amounts of the parts that free amounts are counted in, in cents."""
_SIZES: Final = (1, 2, 3, 4)
"""The numbers of children that families are counted by; the last stands for more too."""
_BY_SIZE: Final[LiteralString] = f"""
SELECT least(number, %(largest)s)::int, count(*)::int
FROM (SELECT count(*) AS number FROM ({NAMED}) AS counted WHERE takes_part GROUP BY campaign_id, payer_id) AS sizes
GROUP BY 1
"""  # noqa: S608 (made of constants)
# A family counts where its lowest amount is: in joined parts there are never fewer families than their sum.
_BY_PRICE: Final[LiteralString] = f"""
WITH seen AS MATERIALIZED (
         SELECT asked, payer_id FROM ({COUNTED}) AS counted WHERE takes_part AND tariff_id = %(tariff)s
     ),
     families AS (SELECT min(asked) AS asked FROM seen GROUP BY payer_id)
SELECT part, sum(families)::int, sum(children)::int FROM (
    SELECT width_bucket(asked, %(edges)s::bigint[]) AS part, 0 AS families, 1 AS children FROM seen
    UNION ALL SELECT width_bucket(asked, %(edges)s::bigint[]), 1, 0 FROM families
) AS counted GROUP BY part
"""  # noqa: S608 (made of constants)


class SpanCount(NamedTuple):
    """A part of a distribution: what it spans, and how many families, or children, are in it."""

    span: Span
    number: int


def family_sizes(connection: Connection[Any], campaigns: Collection[UUID], threshold: int) -> list[SpanCount]:
    """Return how many families take part with how many children; nothing where all are too few."""
    values = {"campaigns": list(campaigns), "largest": _SIZES[-1]}
    found = dict[int, int](connection.execute(_BY_SIZE, values).fetchall())
    families = {at: found.get(size, 0) for at, size in enumerate(_SIZES)}
    return _joined(_SIZES, families, families, threshold)


def free_prices(connection: Connection[Any], campaign_id: UUID, tariff_id: str, threshold: int) -> list[SpanCount]:
    """Return for how many children which amounts of a free tariff were chosen; nothing where families are too few."""
    values = {"campaigns": [campaign_id], "tariff": tariff_id, "edges": list(_EDGES)}
    families, children = dict[int, int](), dict[int, int]()
    for part, of_families, of_children in connection.execute(_BY_PRICE, values):
        families[part - 1], children[part - 1] = of_families, of_children
    return _joined(_EDGES, families, children, threshold)


def _joined(
    edges: tuple[int, ...], families: Mapping[int, int], shown: Mapping[int, int], threshold: int
) -> list[SpanCount]:
    counts = [families.get(at, 0) for at in range(len(edges))]
    return [
        SpanCount(
            (edges[first], edges[last + 1] - 1 if last + 1 < len(edges) else None),
            sum(shown.get(at, 0) for at in range(first, last + 1)),
        )
        for first, last in join_few(counts, threshold)
    ]
