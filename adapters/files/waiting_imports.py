"""Files of payments between their preview and the decision to import them: sealed, for an hour, one for each giver.

They name families before anything of them is recorded, so they lie nowhere but in the vault's own storage.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from adapters.connections import Lender
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope
from adapters.people_vault.crypto.keys import Keyring

LIFE: Final = timedelta(hours=1)
_FORGET: Final = "DELETE FROM vault.import_files WHERE association = %s AND given_by = %s"
_KEEP: Final = """
    INSERT INTO vault.import_files
        (file_id, association, campaign_id, given_by, kek_id, wrapped, nonce, sealed, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_READ: Final = """
    SELECT kek_id, wrapped, nonce, sealed FROM vault.import_files
    WHERE file_id = %s AND association = %s AND campaign_id = %s AND given_by = %s AND expires_at > %s
"""


class FileGiver(NamedTuple):
    """Who gave a file, by opaque id, and for which campaign."""

    campaign_id: UUID
    actor: str


class WaitingFiles:
    """One association's files that wait, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring

    def keep(self, given_by: FileGiver, content: bytes, now: datetime) -> UUID:
        """Keep a file for an hour and return its id; the one that its giver gave before is erased."""
        file_id = uuid4()
        envelope = close_envelope(self._keyring, content, self._bound(file_id, given_by))
        with self._pool.connection(autocommit=False) as connection:
            connection.execute(_FORGET, (self._association_id, given_by.actor))
            row = (file_id, self._association_id, given_by.campaign_id, given_by.actor, *envelope, now + LIFE)
            connection.execute(_KEEP, row)
        return file_id

    def read(self, file_id: UUID, given_by: FileGiver, now: datetime) -> bytes | None:
        """Return a file to who gave it, for its campaign; None when it is not kept any more, or another's.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        asked = (file_id, self._association_id, given_by.campaign_id, given_by.actor, now)
        with self._pool.connection() as connection:
            row = connection.execute(_READ, asked).fetchone()
        return None if row is None else open_envelope(self._keyring, Envelope(*row), self._bound(file_id, given_by))

    def erase(self, file_id: UUID) -> None:
        """Erase a file that has served."""
        with self._pool.connection() as connection:
            query = "DELETE FROM vault.import_files WHERE association = %s AND file_id = %s"
            connection.execute(query, (self._association_id, file_id))

    def erase_expired(self, now: datetime) -> int:
        """Erase the files whose hour is over; return how many."""
        with self._pool.connection() as connection:
            query = "DELETE FROM vault.import_files WHERE association = %s AND expires_at <= %s"
            return connection.execute(query, (self._association_id, now)).rowcount

    def _bound(self, file_id: UUID, given_by: FileGiver) -> bytes:
        return f"v1|import-file|{self._association_id}|{given_by.campaign_id}|{given_by.actor}|{file_id}".encode()
