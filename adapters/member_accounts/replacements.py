"""Replacing lost passkeys: two people agree, then the member signs in by letter and adds another one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from adapters.connections import Lender

LIFE: Final = timedelta(days=7)
"""How long the first person's word waits for the second's."""
_ASK: Final = """
    INSERT INTO vault.passkey_replacements AS known (member_id, asked_by, expires_at)
    SELECT member_id, %(by)s, %(expires_at)s FROM vault.members
    WHERE member_id = %(member)s AND association = %(association)s
    ON CONFLICT (member_id) DO UPDATE SET asked_by = excluded.asked_by, expires_at = excluded.expires_at
    WHERE known.expires_at <= %(now)s
"""


class PasskeyReplacements:
    """The replacements that wait for a second person, at one association."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def agree(self, member_id: UUID, by: UUID, now: datetime) -> bool:
        """Note that a person agrees; True when two different ones have, neither of them the member.

        The passkeys of the member are then gone, its sessions ended and its links revoked, in one transaction.
        """
        if by == member_id:
            return False
        row = {
            "member": member_id,
            "association": self._association_id,
            "by": by,
            "now": now,
            "expires_at": now + LIFE,
        }
        with self._pool.connection(autocommit=False) as connection:
            if connection.execute(_ASK, row).rowcount:
                return False
            agreed = connection.execute(
                "DELETE FROM vault.passkey_replacements AS r USING vault.members AS m WHERE r.member_id = m.member_id"
                " AND m.member_id = %(member)s AND m.association = %(association)s AND r.asked_by <> %(by)s",
                row,
            ).rowcount
            if not agreed:
                return False
            connection.execute("DELETE FROM vault.passkeys WHERE member_id = %(member)s", row)
            connection.execute("DELETE FROM vault.member_links WHERE member_id = %(member)s", row)
            connection.execute(
                "UPDATE vault.member_sessions SET ended_at = %(now)s WHERE member_id = %(member)s AND ended_at IS NULL",
                row,
            )
        return True

    def erase_expired(self, now: datetime) -> int:
        """Erase those that no second person agreed to in time; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM vault.passkey_replacements WHERE expires_at <= %s", (now,)).rowcount
