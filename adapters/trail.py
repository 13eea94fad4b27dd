"""The trail of access: who signed in, who was refused, who read what names people (CNIL, ASVS 16.2 and 16.3).

An entry holds ids and kinds. It is added by the role that serves requests and read by auditors; no role changes it,
and only entries past their day can be removed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from adapters.connections import Lender

_ADD: Final = """
    INSERT INTO trail.entries (kind, actor, association, coop_id, campaign_id, subject_id, detail, request_id)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_READ: Final = """
    SELECT entry_id, at, kind, actor, association, coop_id, campaign_id, subject_id, detail, request_id
    FROM trail.entries WHERE association = %s AND entry_id > %s ORDER BY entry_id LIMIT %s
"""


class NewTrailEntry(NamedTuple):
    """What happened, by whom (an opaque id; empty when nobody signed in), and about what.

    ``detail`` is a word of ours: a route's template, a format, the code of a refusal. ``subject_id`` is the person,
    contribution or account that it is about.
    """

    kind: str
    actor: str | None
    association: str
    coop_id: UUID | None = None
    campaign_id: UUID | None = None
    subject_id: UUID | None = None
    detail: str = ""
    request_id: str = ""


class TrailEntry(NamedTuple):
    """An entry as it is kept: its number, and when it was written (UTC, the database's clock)."""

    entry_id: int
    at: datetime
    kind: str
    actor: str | None
    association: str
    coop_id: UUID | None
    campaign_id: UUID | None
    subject_id: UUID | None
    detail: str
    request_id: str


class TrailStore:
    """The trail of all associations of a database, over a pool of the role ``coopledger_app``."""

    def __init__(self, pool: Lender) -> None:
        """Keep it; nothing is read yet."""
        self._pool = pool

    def add(self, entry: NewTrailEntry) -> None:
        """Add an entry: one statement."""
        with self._pool.connection() as connection:
            connection.execute(_ADD, entry)

    def read(self, association: str, after: int = 0, limit: int = 100) -> list[TrailEntry]:
        """Return the next entries of an association, oldest first, after one already read."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(TrailEntry)) as cursor:
            return cursor.execute(_READ, (association, after, limit)).fetchall()

    def erase_old(self) -> int:
        """Remove the entries past their day, over a pool of the role ``coopledger_worker``; return how many."""
        with self._pool.connection() as connection:
            row = connection.execute("SELECT trail.erase_old()").fetchone()
        return row[0] if row else 0
