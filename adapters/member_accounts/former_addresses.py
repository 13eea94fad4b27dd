"""Where members' letters went before somebody changed it, sealed: whoever changes an address hides no letter by it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID, uuid4

from psycopg import Connection

from adapters.connections import Lender
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring

_OF_ASSOCIATION: Final[LiteralString] = """
    SELECT f.address_id, f.member_id, f.kek_id, f.wrapped, f.nonce, f.sealed
    FROM vault.member_former_addresses AS f JOIN vault.members AS m USING (member_id)
    WHERE m.association = %(association)s
"""
_KEEP: Final = """
    INSERT INTO vault.member_former_addresses
        (address_id, member_id, email_digest, kek_id, wrapped, nonce, sealed, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (member_id, email_digest) DO UPDATE SET expires_at = excluded.expires_at
"""
_REPLACE: Final = """
    UPDATE vault.member_former_addresses SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE address_id = %s
"""


class FormerAddress(NamedTuple):
    """An address that a member's letters went to; it is a secret like the present one."""

    address_id: UUID
    member_id: UUID
    email: str

    def __repr__(self) -> str:
        """Say nothing but the ids: it must not reach a log or a traceback."""
        return f"FormerAddress({self.address_id}, {self.member_id})"


class FormerAddresses:
    """Those of one association's members, over a pool of the role ``coopledger_vault``; a change of address adds them.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring

    def keep(self, connection: Connection, member_id: UUID, email: str, digest: bytes, until: datetime) -> None:
        """Keep an address until an instant, in the transaction that changes it; one that is kept already lasts on."""
        address_id = uuid4()
        sealed = close_envelope(self._keyring, email.encode(), self._bound(member_id, address_id))
        connection.execute(_KEEP, (address_id, member_id, digest, *sealed, until))

    def forget(self, connection: Connection, member_id: UUID, digest: bytes) -> None:
        """Forget an address that is the present one again, in the transaction that changes it."""
        connection.execute(
            "DELETE FROM vault.member_former_addresses WHERE member_id = %s AND email_digest = %s", (member_id, digest)
        )

    def of_members(self, member_ids: Iterable[UUID], now: datetime) -> list[FormerAddress]:
        """Return the former addresses of some members that are still kept, those that end first before the others."""
        query = _OF_ASSOCIATION + (
            " AND f.member_id = ANY(%(members)s) AND f.expires_at > %(now)s ORDER BY f.expires_at, f.address_id"
        )
        known = {"association": self._association_id, "members": list(member_ids), "now": now}
        with self._pool.connection() as connection:
            rows = connection.execute(query, known).fetchall()
        return [FormerAddress(row[0], row[1], self._open(*row)) for row in rows]

    def erase_expired(self, now: datetime) -> int:
        """Erase what is past its instant, of all associations; return how many rows."""
        with self._pool.connection() as connection:
            return connection.execute(
                "DELETE FROM vault.member_former_addresses WHERE expires_at <= %s", (now,)
            ).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many addresses."""
        query = _OF_ASSOCIATION + " AND f.kek_id <> %(current)s FOR UPDATE OF f"
        known = {"association": self._association_id, "current": self._keyring.current_id}
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(query, known).fetchall()
            for address_id, member_id, kek_id, wrapped, *_ in rows:
                fresh = rewrap_key(self._keyring, kek_id, wrapped, self._bound(member_id, address_id))
                connection.execute(
                    "UPDATE vault.member_former_addresses SET kek_id = %s, wrapped = %s WHERE address_id = %s",
                    (*fresh, address_id),
                )
        return len(rows)

    def reseal(self) -> int:
        """Seal every address again under a key made now; return how many. They are few: one transaction does it."""
        query = _OF_ASSOCIATION + " FOR UPDATE OF f"
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(query, {"association": self._association_id}).fetchall()
            for address_id, member_id, *sealed in rows:
                fresh = reseal_envelope(self._keyring, Envelope(*sealed), self._bound(member_id, address_id))
                connection.execute(_REPLACE, (*fresh, address_id))
        return len(rows)

    def _open(self, address_id: UUID, member_id: UUID, *sealed: Any) -> str:  # noqa: ANN401 - the columns of an envelope
        return open_envelope(self._keyring, Envelope(*sealed), self._bound(member_id, address_id)).decode()

    def _bound(self, member_id: UUID, address_id: UUID) -> bytes:
        return f"v1|former-address|{self._association_id}|{member_id}|{address_id}".encode()
