"""Rows that add up to a figure, page by page, with how many there are and their sum over all pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

PAGE: Final = 100
"""Rows of a page."""
LATEST_FIRST: Final[LiteralString] = "paid_on DESC NULLS LAST, place DESC"
SOONEST_FIRST: Final[LiteralString] = "paid_on, place"
"""The orders of rows: of what happened, and of what is to come."""


class FigureRow(NamedTuple):
    """One row: when, what happened by the topic of its event, to what, and what it adds to the figure.

    ``value`` is cents, or how many where families or children are counted.
    """

    paid_on: date | None
    topic: str
    subject_id: UUID | None
    campaign_id: UUID | None
    value: int


class FigureRows(NamedTuple):
    """A page of the rows of a figure; ``number`` and ``total`` are those of all its pages."""

    number: int
    total: int
    rows: tuple[FigureRow, ...]


def read_rows(
    connection: Connection[Any],
    inner: LiteralString,
    values: Mapping[str, Any],
    offset: int = 0,
    limit: int = PAGE,
    order: LiteralString = LATEST_FIRST,
) -> FigureRows:
    """Return a page of the rows of a query, which gives the columns of a row and ``place``, their order."""
    sums: LiteralString = f"SELECT count(*), coalesce(sum(value), 0)::bigint FROM ({inner}) AS counted"  # noqa: S608 (as given)
    number, total = connection.execute(sums, values).fetchone() or (0, 0)
    query: LiteralString = f"""
    SELECT paid_on, topic, subject_id, campaign_id, value::bigint AS value FROM ({inner}) AS shown
    ORDER BY {order}, subject_id LIMIT %(limit)s OFFSET %(offset)s
    """  # noqa: S608 (made of constants)
    with connection.cursor(row_factory=class_row(FigureRow)) as cursor:
        found = cursor.execute(query, {**values, "limit": limit, "offset": offset}).fetchall()
    return FigureRows(number, total, tuple(found))
