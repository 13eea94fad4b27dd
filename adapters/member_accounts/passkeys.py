"""Passkeys of members: public keys, how often they signed, and which challenges were answered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from adapters.connections import Lender

_SELECT: Final[LiteralString] = """
    SELECT p.credential_id, p.member_id, p.public_key, p.sign_count, p.attachment, p.added_at, p.used_at
    FROM vault.passkeys AS p JOIN vault.members AS m USING (member_id) WHERE m.association = %s
"""
_NOTE_USE: Final = """
    UPDATE vault.passkeys SET sign_count = %(count)s, used_at = %(now)s
    WHERE credential_id = %(credential)s AND (sign_count < %(count)s OR sign_count = 0 AND %(count)s = 0)
"""


class Passkey(NamedTuple):
    """A passkey: ``attachment`` tells whether it lies in the device that made it (``platform``) or apart from it."""

    credential_id: bytes
    member_id: UUID
    public_key: bytes
    sign_count: int
    attachment: str
    added_at: datetime
    used_at: datetime | None


class Passkeys:
    """The passkeys of one association's members."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def add(self, passkey: Passkey) -> bool:
        """Keep a passkey; False when the credential is known already, here or at another association."""
        with self._pool.connection() as connection:
            added = connection.execute(
                "INSERT INTO vault.passkeys (credential_id, member_id, public_key, sign_count, attachment, added_at,"
                " used_at) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                passkey,
            )
            return added.rowcount == 1

    def find(self, credential_id: bytes) -> Passkey | None:
        """Return a passkey of this association, if it is one."""
        found = self._read(" AND p.credential_id = %s", credential_id)
        return found[0] if found else None

    def of_member(self, member_id: UUID) -> list[Passkey]:
        """Return the passkeys of a member, the oldest first."""
        return self._read(" AND p.member_id = %s ORDER BY p.added_at, p.credential_id", member_id)

    def note_use(self, credential_id: bytes, sign_count: int, now: datetime) -> bool:
        """Note a use; False when the count does not grow, as when a copy of the key signed meanwhile."""
        values = {"count": sign_count, "now": now, "credential": credential_id}
        with self._pool.connection() as connection:
            return connection.execute(_NOTE_USE, values).rowcount == 1

    def remove(self, member_id: UUID, credential_id: bytes) -> bool:
        """Remove one passkey of a member; False where there is none."""
        with self._pool.connection() as connection:
            return (
                connection.execute(
                    "DELETE FROM vault.passkeys AS p USING vault.members AS m WHERE p.member_id = m.member_id"
                    " AND m.association = %s AND p.member_id = %s AND p.credential_id = %s",
                    (self._association_id, member_id, credential_id),
                ).rowcount
                == 1
            )

    def answer(self, challenge: bytes, expires_at: datetime) -> bool:
        """Note that a challenge was answered; False when it had been already."""
        with self._pool.connection() as connection:
            return (
                connection.execute(
                    "INSERT INTO vault.answered_challenges VALUES (%s, %s) ON CONFLICT DO NOTHING",
                    (hashlib.sha256(challenge).digest(), expires_at),
                ).rowcount
                == 1
            )

    def erase_expired(self, now: datetime) -> int:
        """Erase the challenges that are over; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM vault.answered_challenges WHERE expires_at <= %s", (now,)).rowcount

    def _read(self, condition: LiteralString, key: object) -> list[Passkey]:
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(Passkey)) as cursor:
            return cursor.execute(_SELECT + condition, (self._association_id, key)).fetchall()
