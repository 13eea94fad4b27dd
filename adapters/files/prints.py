"""Prints of papers: the file of the first one, found by the paper's position in the log, and who printed it when.

Rows are added and read, never changed: an original stays the file it was, by its SHA-256.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from adapters.connections import Lender

_ADD: Final = """
    INSERT INTO files.prints (association, coop_id, position, number, printed_by, digest, content)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_READ: Final = """
    SELECT number, printed_at, printed_by, encode(digest, 'hex') AS sha256 FROM files.prints
    WHERE association = %s AND position = %s ORDER BY number
"""
_FIRST: Final = "SELECT content FROM files.prints WHERE association = %s AND position = %s AND number = 1"


class Print(NamedTuple):
    """One print: 1 is the original, the others are duplicates; ``printed_at`` is UTC, ``printed_by`` an opaque id."""

    number: int
    printed_at: datetime
    printed_by: str
    sha256: str


class PrintStore:
    """The prints of one association's papers, over a pool of connections of the role ``coopledger_app``."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def add(self, coop_id: UUID, position: int, number: int, by: str, content: bytes) -> bool:
        """Record a print under its number, and keep its file if it is the first; False when that number is taken."""
        kept = content if number == 1 else None
        digest = hashlib.sha256(content).digest()
        with self._pool.connection() as connection:
            values = (self._association_id, coop_id, position, number, by, digest, kept)
            return connection.execute(_ADD, values).rowcount == 1

    def of_paper(self, position: int) -> list[Print]:
        """Return the prints of a paper, the original first."""
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Print)) as cursor:
            return cursor.execute(_READ, (self._association_id, position)).fetchall()

    def original(self, position: int) -> bytes | None:
        """Return the file of a paper's first print; None while it was never printed."""
        with self._pool.connection() as connection:
            row = connection.execute(_FIRST, (self._association_id, position)).fetchone()
        return None if row is None else bytes(row[0])
