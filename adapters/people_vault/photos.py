"""Photos of children (S-76): sealed apart from names, erased with their person."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.connections import Lender
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring

_KEEP: Final = """
    INSERT INTO vault.photos (person_id, kek_id, wrapped, nonce, sealed)
    SELECT person_id, %s, %s, %s, %s FROM vault.keys WHERE person_id = %s AND association IS NOT DISTINCT FROM %s
    ON CONFLICT (person_id) DO NOTHING
"""
_READ: Final = """
    SELECT p.kek_id, p.wrapped, p.nonce, p.sealed FROM vault.photos AS p JOIN vault.keys AS k USING (person_id)
    WHERE person_id = %s AND association IS NOT DISTINCT FROM %s
"""
_ALL_IDS: Final = """
    SELECT person_id FROM vault.photos JOIN vault.keys USING (person_id) WHERE association = %s ORDER BY person_id
"""
_REPLACE: Final = """
    UPDATE vault.photos SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE person_id = %s
"""


class PhotoVault:
    """One association's photos, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring

    def put(self, person_id: UUID, jpeg: bytes) -> None:
        """Keep the photo of a person of the vault; a second time changes nothing, and so does an unknown person."""
        envelope = close_envelope(self._keyring, jpeg, self._bound(person_id))
        with self._pool.connection() as connection:
            connection.execute(_KEEP, (*envelope, person_id, self._association_id))

    def read(self, person_id: UUID) -> bytes | None:
        """Return a person's photo, or None when there is none, or none any more.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        with self._pool.connection() as connection:
            row = connection.execute(_READ, (person_id, self._association_id)).fetchone()
        return None if row is None else open_envelope(self._keyring, Envelope(*row), self._bound(person_id))

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many photos."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(
                "SELECT p.person_id, p.kek_id, p.wrapped FROM vault.photos AS p"
                " JOIN vault.keys AS k USING (person_id) WHERE association = %s AND p.kek_id <> %s FOR UPDATE OF p",
                (self._association_id, self._keyring.current_id),
            ).fetchall()
            for person_id, kek_id, wrapped in rows:
                connection.execute(
                    "UPDATE vault.photos SET kek_id = %s, wrapped = %s WHERE person_id = %s",
                    (*rewrap_key(self._keyring, kek_id, wrapped, self._bound(person_id)), person_id),
                )
        return len(rows)

    def reseal(self) -> int:
        """Seal every photo again under a key made now; return how many."""
        with self._pool.connection() as connection:
            ids = connection.execute(_ALL_IDS, (self._association_id,)).fetchall()
        return sum(self._reseal_photo(person_id) for (person_id,) in ids)

    def _reseal_photo(self, person_id: UUID) -> int:
        """Seal one photo again; 0 when it was erased meanwhile."""
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(f"{_READ} FOR UPDATE OF p", (person_id, self._association_id)).fetchone()
            if row is None:
                return 0
            fresh = reseal_envelope(self._keyring, Envelope(*row), self._bound(person_id))
            connection.execute(_REPLACE, (*fresh, person_id))
        return 1

    def _bound(self, person_id: UUID) -> bytes:
        return f"v1|photo|{self._association_id}|{person_id}".encode()
