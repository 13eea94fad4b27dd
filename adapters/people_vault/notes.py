"""Notes beside decisions, in people's own words: they may name someone, so they are sealed here and never in an event.

A note is found by the random id that the event of its decision carries. It lasts until its day, or until it is erased.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from adapters.connections import Lender
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring

_KEEP: Final = """
    INSERT INTO vault.notes (note_id, association, coop_id, kek_id, wrapped, nonce, sealed, expires_on)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (note_id) DO NOTHING
"""
_READ: Final = """
    SELECT note_id, coop_id, kek_id, wrapped, nonce, sealed FROM vault.notes
    WHERE note_id = ANY(%s) AND association IS NOT DISTINCT FROM %s AND sealed IS NOT NULL
"""
_ERASE: Final = """
    UPDATE vault.notes SET kek_id = NULL, wrapped = NULL, nonce = NULL, sealed = NULL
    WHERE note_id = %s AND association IS NOT DISTINCT FROM %s AND coop_id = %s AND sealed IS NOT NULL
"""
_REPLACE: Final = "UPDATE vault.notes SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE note_id = %s"
_OLDER: Final = """
    SELECT note_id, coop_id, kek_id, wrapped FROM vault.notes
    WHERE association = %s AND kek_id <> %s FOR UPDATE
"""


class NoteVault:
    """One association's notes, over a pool of connections of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring

    def put(self, note_id: UUID, coop_id: UUID, text: str, expires_on: date) -> None:
        """Keep a note of a coop's decision until a day (Paris), included; a second time changes nothing."""
        envelope = close_envelope(self._keyring, text.encode(), self._bound(note_id, coop_id))
        with self._pool.connection() as connection:
            connection.execute(_KEEP, (note_id, self._association_id, coop_id, *envelope, expires_on))

    def get_many(self, note_ids: Iterable[UUID]) -> dict[UUID, str]:
        """Return notes by id; those that are missing were never written, or are erased.

        Raises:
            VaultUnreadable: altered, moved, or another key; VaultKeyMissing: its key is gone.

        """
        with self._pool.connection() as connection:
            rows = connection.execute(_READ, (list(note_ids), self._association_id)).fetchall()
        return {note_id: self._open(note_id, coop_id, *sealed) for note_id, coop_id, *sealed in rows}

    def erase(self, note_id: UUID, coop_id: UUID) -> bool:
        """Erase a note of a coop, for ever; False when there was nothing left to erase."""
        with self._pool.connection() as connection:
            return connection.execute(_ERASE, (note_id, self._association_id, coop_id)).rowcount > 0

    def erase_expired(self, today: date) -> int:
        """Erase the notes whose last day is before ``today`` (Paris); return how many."""
        with self._pool.connection() as connection:
            query = "DELETE FROM vault.notes WHERE association = %s AND expires_on < %s"
            return connection.execute(query, (self._association_id, today)).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many notes."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(_OLDER, (self._association_id, self._keyring.current_id)).fetchall()
            for note_id, coop_id, kek_id, wrapped in rows:
                connection.execute(
                    "UPDATE vault.notes SET kek_id = %s, wrapped = %s WHERE note_id = %s",
                    (*rewrap_key(self._keyring, kek_id, wrapped, self._bound(note_id, coop_id)), note_id),
                )
        return len(rows)

    def reseal(self) -> int:
        """Seal every note again under a key made now; return how many."""
        with self._pool.connection() as connection:
            query = "SELECT note_id FROM vault.notes WHERE association = %s AND sealed IS NOT NULL"
            ids = connection.execute(query, (self._association_id,)).fetchall()
        return sum(self._reseal_note(note_id) for (note_id,) in ids)

    def _reseal_note(self, note_id: UUID) -> int:
        """Seal one note again; 0 when it was erased meanwhile."""
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(f"{_READ} FOR UPDATE", ([note_id], self._association_id)).fetchone()
            if row is None:
                return 0
            _, coop_id, *sealed = row
            fresh = reseal_envelope(self._keyring, Envelope(*sealed), self._bound(note_id, coop_id))
            connection.execute(_REPLACE, (*fresh, note_id))
        return 1

    def _open(self, note_id: UUID, coop_id: UUID, *sealed: Any) -> str:  # noqa: ANN401 - the columns of an envelope
        return open_envelope(self._keyring, Envelope(*sealed), self._bound(note_id, coop_id)).decode()

    def _bound(self, note_id: UUID, coop_id: UUID) -> bytes:
        return f"v1|note|{self._association_id}|{coop_id}|{note_id}".encode()
