"""Sealed rows of a table of the vault: closed, opened, and given other keys, each bound to its coop and itself.

One mechanism for contacts, their groups and the fields of coops: a rotation of keys does the same to all of them.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Composed, Identifier

from adapters.connections import Lender
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring

_OLDER: Final = SQL("""
    SELECT {key}, coop_id, kek_id, wrapped FROM {table} WHERE association = %s AND kek_id <> %s FOR UPDATE
""")
_REWRAP: Final = SQL("UPDATE {table} SET kek_id = %s, wrapped = %s WHERE {key} = %s")
_KEYS: Final = SQL("SELECT {key} FROM {table} WHERE association = %s")
_ONE: Final = SQL("""
    SELECT coop_id, kek_id, wrapped, nonce, sealed FROM {table} WHERE association = %s AND {key} = %s FOR UPDATE
""")
_RESEAL: Final = SQL("UPDATE {table} SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE {key} = %s")


class SealedTable(NamedTuple):
    """A table of the vault, the column of its key, and the word by which its seals are told from those of others.

    A table with one row for each coop has the coop as its key.
    """

    name: str
    key: str
    word: str

    def written(self, query: SQL) -> Composed:
        """Return a query with its names."""
        return query.format(table=Identifier("vault", self.name), key=Identifier(self.key))


class SealedRows:
    """The rows of one association in a sealed table, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring, table: SealedTable) -> None:
        """Keep what they are sealed by; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring
        self._table = table

    def close(self, row_id: UUID, coop_id: UUID, content: bytes) -> Envelope:
        """Seal what a row of a coop holds."""
        return close_envelope(self._keyring, content, self._bound(row_id, coop_id))

    def open(self, row_id: UUID, coop_id: UUID, envelope: Envelope) -> bytes:
        """Open what a row of a coop holds.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        return open_envelope(self._keyring, envelope, self._bound(row_id, coop_id))

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many rows."""
        older, rewrap = self._table.written(_OLDER), self._table.written(_REWRAP)
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(older, (self._association_id, self._keyring.current_id)).fetchall()
            for row_id, coop_id, kek_id, wrapped in rows:
                fresh = rewrap_key(self._keyring, kek_id, wrapped, self._bound(row_id, coop_id))
                connection.execute(rewrap, (*fresh, row_id))
        return len(rows)

    def reseal(self) -> int:
        """Seal every row again under a key made now, each in a transaction of its own; return how many."""
        with self._pool.connection() as connection:
            ids = connection.execute(self._table.written(_KEYS), (self._association_id,)).fetchall()
        return sum(self._reseal_row(row_id) for (row_id,) in ids)

    def _reseal_row(self, row_id: UUID) -> int:
        """Seal one row again; 0 when it was erased meanwhile."""
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(self._table.written(_ONE), (self._association_id, row_id)).fetchone()
            if row is None:
                return 0
            coop_id, *sealed = row
            fresh = reseal_envelope(self._keyring, Envelope(*sealed), self._bound(row_id, coop_id))
            connection.execute(self._table.written(_RESEAL), (*fresh, row_id))
        return 1

    def _bound(self, row_id: UUID, coop_id: UUID) -> bytes:
        """Name the place of a row, as seals that are there already name it."""
        place = [coop_id] if row_id == coop_id else [coop_id, row_id]
        return "|".join(("v1", self._table.word, str(self._association_id), *map(str, place))).encode()
