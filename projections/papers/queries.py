"""Reading the papers that were issued."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from projections.papers.model import RECAP, PaperRow

_SELECT: Final[LiteralString] = """
SELECT position, coop_id, paper, kind, campaign_id, payout_id, exercise, reference, edition, names, piece_on, issued_at,
       cents, cash, trigger, template, printed
FROM papers
"""


def find(connection: Connection[Any], position: int) -> PaperRow | None:
    """Return the paper whose event is at a position, or None."""
    with connection.cursor(row_factory=class_row(PaperRow)) as cursor:
        return cursor.execute(f"{_SELECT} WHERE position = %s", (position,)).fetchone()


def of_coop(connection: Connection[Any], coop_id: UUID, exercise: int | None = None) -> list[PaperRow]:
    """Return a coop's papers in the order of their issue, of one exercise (2024 for 2024-2025) or of all."""
    query: LiteralString = f"{_SELECT} WHERE coop_id = %s AND exercise = coalesce(%s, exercise) ORDER BY position"
    with connection.cursor(row_factory=class_row(PaperRow)) as cursor:
        return cursor.execute(query, (coop_id, exercise)).fetchall()


def last_recap(connection: Connection[Any], campaign_id: UUID) -> PaperRow | None:
    """Return the last edition of a campaign's final recap, of its latest exercise; None while it has none."""
    return last_recaps(connection, (campaign_id,)).get(campaign_id)


def last_recaps(connection: Connection[Any], campaign_ids: Collection[UUID]) -> dict[UUID | None, PaperRow]:
    """Return the last edition of the final recap of each of some campaigns that have one, by campaign."""
    query: LiteralString = f"""{_SELECT} WHERE campaign_id = ANY(%s) AND paper = '{RECAP}'
    ORDER BY exercise, edition"""
    with connection.cursor(row_factory=class_row(PaperRow)) as cursor:
        return {row.campaign_id: row for row in cursor.execute(query, (list(campaign_ids),))}
