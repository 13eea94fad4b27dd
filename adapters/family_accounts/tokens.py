"""Sessions and links of e-mails: random tokens of 256 bits, of which the database knows the digests alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from adapters.connections import Lender

SESSION_LIFE: Final = timedelta(days=30)
"""How long a session lasts without a visit."""
LONGEST_SESSION: Final = timedelta(days=90)
"""How long a session lasts at most, however often its holder comes."""
_RENEWED: Final = timedelta(days=1)
"""A session is prolonged once a day, not at every page."""
_FIND: Final = """
    SELECT s.account_id, s.expires_at, s.ends_at FROM vault.sessions AS s JOIN vault.accounts AS a USING (account_id)
    WHERE s.token_sha256 = %s AND a.association = %s AND s.expires_at > %s
"""
_USE: Final = """
    DELETE FROM vault.links USING vault.accounts AS a
    WHERE links.account_id = a.account_id AND token_sha256 = %s AND a.association = %s AND purpose = %s
    RETURNING links.account_id, expires_at
"""


class OneTimeLinkPurpose(StrEnum):
    """What a link of an e-mail is for."""

    CONFIRM = "confirm"
    PASSWORD = "password"  # noqa: S105 - the name of a purpose


LINK_LIFE: Final = {OneTimeLinkPurpose.CONFIRM: timedelta(days=7), OneTimeLinkPurpose.PASSWORD: timedelta(hours=1)}
"""How long a link is good: only the holder of the address has it."""


class Sessions:
    """Who is signed in to the accounts of one association."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def open(self, account_id: UUID, now: datetime) -> str:
        """Begin a session and return its token, which is not kept."""
        token = secrets.token_urlsafe()
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO vault.sessions (token_sha256, account_id, expires_at, ends_at) VALUES (%s, %s, %s, %s)",
                (_digest(token), account_id, now + SESSION_LIFE, now + LONGEST_SESSION),
            )
        return token

    def find(self, token: str, now: datetime) -> UUID | None:
        """Return whose session it is, and prolong it within its longest life; None when it is over or was none."""
        digest = _digest(token)
        with self._pool.connection() as connection:
            row = connection.execute(_FIND, (digest, self._association_id, now)).fetchone()
            if row is None:
                return None
            account_id, expires_at, ends_at = row
            prolonged = min(now + SESSION_LIFE, ends_at)
            if expires_at < prolonged - _RENEWED:
                connection.execute(
                    "UPDATE vault.sessions SET expires_at = %s WHERE token_sha256 = %s", (prolonged, digest)
                )
            return UUID(str(account_id))

    def close(self, token: str) -> None:
        """End a session."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM vault.sessions WHERE token_sha256 = %s", (_digest(token),))

    def close_all(self, account_id: UUID) -> None:
        """End all sessions of an account, wherever they are."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM vault.sessions WHERE account_id = %s", (account_id,))

    def erase_expired(self, now: datetime) -> int:
        """Erase the sessions that are over; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM vault.sessions WHERE expires_at <= %s", (now,)).rowcount


class OneTimeLinks:
    """The links of e-mails to the holders of one association's accounts; each serves once."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def make(self, account_id: UUID, purpose: OneTimeLinkPurpose, now: datetime) -> str:
        """Make a link's token, which is not kept."""
        token = secrets.token_urlsafe()
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO vault.links VALUES (%s, %s, %s, %s)",
                (_digest(token), account_id, purpose.value, now + LINK_LIFE[purpose]),
            )
        return token

    def holds(self, token: str, purpose: OneTimeLinkPurpose, now: datetime) -> UUID | None:
        """Return whose link it is without using it; None when it is over, served already, or never was."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT account_id FROM vault.links JOIN vault.accounts AS a USING (account_id)"
                " WHERE token_sha256 = %s AND a.association = %s AND purpose = %s AND expires_at > %s",
                (_digest(token), self._association_id, purpose.value, now),
            ).fetchone()
        return None if row is None else UUID(str(row[0]))

    def use(self, token: str, purpose: OneTimeLinkPurpose, now: datetime) -> UUID | None:
        """Return whose link it is, and use it up; None when it is over, served already, or never was."""
        with self._pool.connection() as connection:
            row = connection.execute(_USE, (_digest(token), self._association_id, purpose.value)).fetchone()
        return None if row is None or row[1] <= now else UUID(str(row[0]))

    def revoke(self, account_id: UUID) -> None:
        """End all links of an account: what they were for is done, or its holder has changed the password."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM vault.links WHERE account_id = %s", (account_id,))

    def erase_expired(self, now: datetime) -> int:
        """Erase the links that are over; return how many."""
        with self._pool.connection() as connection:
            return connection.execute("DELETE FROM vault.links WHERE expires_at <= %s", (now,)).rowcount


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
