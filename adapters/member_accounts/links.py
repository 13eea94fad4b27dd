"""The links of letters to members: each serves once, and using one ends the others of its kind."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from adapters.connections import Lender

_FIND: Final = """
    SELECT l.member_id, l.browser_sha256 FROM vault.member_links AS l JOIN vault.members AS m USING (member_id)
    WHERE l.token_sha256 = %s AND m.association = %s AND l.purpose = %s AND l.expires_at > %s
"""
_USE: Final = """
    DELETE FROM vault.member_links AS l USING vault.members AS m
    WHERE l.member_id = m.member_id AND l.token_sha256 = %s AND m.association = %s AND l.purpose = %s
    RETURNING l.member_id, l.expires_at
"""


class MemberLinkPurpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    SIGN_IN = "sign-in"


LINK_LIFE: Final = {MemberLinkPurpose.INVITATION: timedelta(days=7), MemberLinkPurpose.SIGN_IN: timedelta(minutes=10)}
"""How long a link is good, from when its letter leaves (ASVS 6.5.5: ten minutes to sign in)."""


class LinkHolder(NamedTuple):
    """Whose link it is; ``browser`` is the digest of what the browser that asked holds, None where none asked."""

    member_id: UUID
    browser: bytes | None


class MemberLinks:
    """The links to one association's members, of which the database knows the digests alone."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def make(self, member_id: UUID, purpose: MemberLinkPurpose, now: datetime, *, browser: bytes | None = None) -> str:
        """Make a link's token, which is not kept; ``browser`` is the digest of what the browser that asked holds."""
        token = secrets.token_urlsafe()
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO vault.member_links (token_sha256, member_id, purpose, browser_sha256, expires_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                (_digest(token), member_id, purpose.value, browser, now + LINK_LIFE[purpose]),
            )
        return token

    def holds(self, token: str, purpose: MemberLinkPurpose, now: datetime) -> LinkHolder | None:
        """Return whose link it is without using it; None when it is over, served already, or never was."""
        with self._pool.connection() as connection:
            row = connection.execute(_FIND, (_digest(token), self._association_id, purpose.value, now)).fetchone()
        return None if row is None else LinkHolder(*row)

    def use(self, token: str, purpose: MemberLinkPurpose, now: datetime) -> UUID | None:
        """Return whose link it is, and use it up with its siblings; None when it is over, served, or never was."""
        with self._pool.connection(autocommit=False) as connection:
            row = connection.execute(_USE, (_digest(token), self._association_id, purpose.value)).fetchone()
            if row is None or row[1] <= now:
                return None
            connection.execute("DELETE FROM vault.member_links WHERE member_id = %s", (row[0],))
        return UUID(str(row[0]))

    def revoke(self, member_id: UUID) -> None:
        """Revoke all links of a member."""
        with self._pool.connection() as connection:
            connection.execute(
                "DELETE FROM vault.member_links AS l USING vault.members AS m"
                " WHERE l.member_id = m.member_id AND m.member_id = %s AND m.association = %s",
                (member_id, self._association_id),
            )

    def erase_expired(self, now: datetime) -> int:
        """Erase the links that are over; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM vault.member_links WHERE expires_at <= %s", (now,)).rowcount


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
