"""The members of one association, kept by the role ``coopledger_vault``; events know them by id alone."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import msgspec

from adapters.connections import Lender
from adapters.member_accounts.former_addresses import FormerAddresses
from adapters.people_vault.crypto.envelope import Envelope, close_envelope, open_envelope, reseal_envelope, rewrap_key
from adapters.people_vault.crypto.keys import Keyring
from domain.texts.addresses import address_form

_SELECT: Final[LiteralString] = """
SELECT member_id, invited_at, kek_id, wrapped, nonce, sealed FROM vault.members
WHERE association = %(association)s
"""
_INVITE: Final = """
    INSERT INTO vault.members (member_id, association, email_digest, kek_id, wrapped, nonce, sealed, invited_at)
    VALUES (%(member)s, %(association)s, %(email)s, %(kek_id)s, %(wrapped)s, %(nonce)s, %(sealed)s, %(now)s)
    ON CONFLICT DO NOTHING
"""
_LOCK_ENVELOPE: Final = """
    SELECT kek_id, wrapped, nonce, sealed FROM vault.members WHERE member_id = %s AND association = %s FOR UPDATE
"""
_REPLACE_ENVELOPE: Final = """
    UPDATE vault.members SET kek_id = %s, wrapped = %s, nonce = %s, sealed = %s WHERE member_id = %s
"""
_CHANGE: Final = """
    UPDATE vault.members SET email_digest = %(email)s, kek_id = %(kek_id)s, wrapped = %(wrapped)s, nonce = %(nonce)s,
        sealed = %(sealed)s WHERE member_id = %(member)s
"""


class MemberProfile(msgspec.Struct, frozen=True):
    """Who a member is: sealed, shown to the association's staff and to the member."""

    first_name: str
    last_name: str
    email: str

    def __repr__(self) -> str:
        """Say nothing: it must not reach a log or a traceback."""
        return "MemberProfile(…)"


class Member(NamedTuple):
    """A person who works with the service at one association; the log knows who invited them."""

    member_id: UUID
    profile: MemberProfile
    invited_at: datetime


class Members:
    """One association's members.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring, secret: Callable[[str], bytes]) -> None:
        """Keep them; ``secret`` gives the association's secret of a name, made when first asked for."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring
        self._secret = secret
        self._former_addresses = FormerAddresses(pool, association_id, keyring)

    def invite(self, member_id: UUID, profile: MemberProfile, now: datetime) -> bool:
        """Keep a new member; False when the address is a member's already, or the id."""
        row = {
            "member": member_id,
            "association": self._association_id,
            "email": self._digest(profile.email),
            "now": now,
            **self._sealed(member_id, profile),
        }
        with self._pool.connection() as connection:
            return connection.execute(_INVITE, row).rowcount == 1

    def by_id(self, member_id: UUID) -> Member | None:
        """Return a member, or None when there is none, or none any more."""
        found = self._find(" AND member_id = %(key)s", member_id)
        return found[0] if found else None

    def id_of(self, email: str) -> UUID | None:
        """Return whose address it is; nothing is opened, so that the answer takes as long for an unknown one."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT member_id FROM vault.members WHERE association = %s AND email_digest = %s",
                (self._association_id, self._digest(email)),
            ).fetchone()
        return None if row is None else UUID(str(row[0]))

    def all(self) -> list[Member]:
        """Return all members, those who were invited first before the others."""
        return self._find(" ORDER BY invited_at, member_id")

    def change(self, member_id: UUID, profile: MemberProfile, *, former_until: datetime | None = None) -> bool:
        """Change a member's names or address; False where there is no such member.

        With ``former_until`` the address that is replaced is kept until that instant; without, as when a change is
        taken back, nothing of it is.

        Raises:
            psycopg.errors.UniqueViolation: the address is another member's.

        """
        digest = self._digest(profile.email)
        row = {"member": member_id, "email": digest, **self._sealed(member_id, profile)}
        with self._pool.connection(autocommit=False) as connection:
            present = connection.execute(_LOCK_ENVELOPE, (member_id, self._association_id)).fetchone()
            if present is None:
                return False
            email = self._open(member_id, *present).email
            former = self._digest(email)
            if former_until is not None and former != digest:
                self._former_addresses.keep(connection, member_id, email, former, former_until)
            self._former_addresses.forget(connection, member_id, digest)
            connection.execute(_CHANGE, row)
        return True

    def erase(self, member_id: UUID) -> None:
        """Erase a member with its former addresses, sessions, links and passkeys; what the log says of the id stays."""
        with self._pool.connection() as connection:
            connection.execute(
                "DELETE FROM vault.members WHERE member_id = %s AND association = %s",
                (member_id, self._association_id),
            )

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many members."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(
                "SELECT member_id, kek_id, wrapped FROM vault.members"
                " WHERE association = %s AND kek_id <> %s FOR UPDATE",
                (self._association_id, self._keyring.current_id),
            ).fetchall()
            for member_id, kek_id, wrapped in rows:
                connection.execute(
                    "UPDATE vault.members SET kek_id = %s, wrapped = %s WHERE member_id = %s",
                    (*rewrap_key(self._keyring, kek_id, wrapped, self._bound(member_id)), member_id),
                )
        return len(rows)

    def reseal(self) -> int:
        """Seal every member again under a key made now; return how many."""
        return sum(self._reseal_member(member.member_id) for member in self.all())

    def _reseal_member(self, member_id: UUID) -> int:
        """Seal one member again; 0 when it was erased meanwhile."""
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(_LOCK_ENVELOPE, (member_id, self._association_id)).fetchone()
            if row is None:
                return 0
            fresh = reseal_envelope(self._keyring, Envelope(*row), self._bound(member_id))
            connection.execute(_REPLACE_ENVELOPE, (*fresh, member_id))
        return 1

    def _find(self, condition: LiteralString, key: object = None) -> list[Member]:
        with self._pool.connection() as connection:
            rows = connection.execute(_SELECT + condition, {"association": self._association_id, "key": key}).fetchall()
        return [Member(row[0], self._open(row[0], *row[2:]), row[1]) for row in rows]

    def _open(self, member_id: UUID, *sealed: Any) -> MemberProfile:  # noqa: ANN401 - the columns of an envelope
        content = open_envelope(self._keyring, Envelope(*sealed), self._bound(member_id))
        return msgspec.json.decode(content, type=MemberProfile)

    def _sealed(self, member_id: UUID, profile: MemberProfile) -> dict[str, Any]:
        return close_envelope(self._keyring, msgspec.json.encode(profile), self._bound(member_id))._asdict()

    def _bound(self, member_id: UUID) -> bytes:
        return f"v1|member|{self._association_id}|{member_id}".encode()

    def _digest(self, email: str) -> bytes:
        return hmac.new(self._secret("members"), address_form(email).encode(), hashlib.sha256).digest()
