"""Names of many people, to be held in memory a while, and how it is found out that they are not the same.

The database counts, in the transaction that does it, each time people of an association are erased or corrected. What
was read after a number is right as long as the number is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

from adapters.connections import Lender, arrays
from adapters.people_vault.crypto.keys import Keyring
from adapters.people_vault.crypto.sealing import Place, Sealed, open_sealed
from adapters.people_vault.person import Person

_READ: Final = """
    SELECT p.person_id, p.coop_id, k.purpose, k.kek_id, k.wrapped, p.nonce, p.sealed, p.salt,
           k.provisional_until IS NULL
    FROM unnest(%(ids)s::uuid[]) AS wanted (person_id)
    JOIN vault.people p USING (person_id) JOIN vault.keys k USING (person_id)
    WHERE k.association = %(association)s
"""
_CHANGES: Final = "SELECT coalesce((SELECT number FROM vault.changes WHERE association = %s), 0)"


class ReadNames(NamedTuple):
    """People by id: those who are ``kept`` for good, and those who ``wait`` for their command to be known."""

    kept: dict[UUID, Person]
    waiting: dict[UUID, Person]


class NameReader:
    """Reads people of one association for a cache, over a pool of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring

    def changes(self) -> int:
        """Return how often people were erased or corrected; to be asked before they are read, and before each use."""
        with self._pool.connection() as connection:
            row = connection.execute(_CHANGES, (self._association_id,)).fetchone()
        return int(row[0]) if row else 0

    def read(self, ids: Iterable[UUID]) -> ReadNames:
        """Return people by id; those that are missing have been erased.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        found = ReadNames({}, {})
        values = {"association": self._association_id, "ids": arrays.uuids(ids)}
        with self._pool.connection() as connection:
            rows = connection.execute(_READ, values, binary=True).fetchall()
        for person_id, coop_id, purpose, *sealed, kept in rows:
            place = Place(self._association_id, coop_id, person_id, purpose)
            person = open_sealed(self._keyring, place, Sealed(*sealed)).person
            (found.kept if kept else found.waiting)[person_id] = person
        return found
