"""The texts of an association's charter: the ledger says by their digest which one is in force.

Rows are added and read, never changed: what a mandate holder accepted stays readable as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from adapters.connections import Lender

_KEEP: Final = """
    INSERT INTO files.charters (association, digest, text) VALUES (%s, %s, %s)
    ON CONFLICT (association, digest) DO NOTHING
"""
_FIND: Final = """
    SELECT encode(digest, 'hex'), text FROM files.charters WHERE association = %s AND digest = ANY(%s)
"""


class CharterStore:
    """The texts of one association's charters, over a pool of connections of the role ``coopledger_app``."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def keep(self, text: str) -> str:
        """Keep a text and return its digest in hexadecimal; the same again changes nothing."""
        digest = hashlib.sha256(text.encode()).digest()
        with self._pool.connection() as connection:
            connection.execute(_KEEP, (self._association_id, digest, text))
        return digest.hex()

    def find_many(self, digests: Iterable[str]) -> dict[str, str]:
        """Return the texts of some digests; one that was never kept here is left out."""
        wanted = [bytes.fromhex(digest) for digest in digests]
        with self._pool.connection() as connection:
            return dict(connection.execute(_FIND, (self._association_id, wanted)).fetchall())
