"""Sessions of members: random tokens of 256 bits, of which the database knows the digests alone.

How long a session may last follows from what its member may do now (service.members.session_limits), so a row holds
instants only. An ended session is kept as such until no clock could take it for an open one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from adapters.connections import Lender

LONGEST_SESSION: Final = timedelta(days=30)
"""No session of anybody lasts longer."""
NOTED: Final = timedelta(minutes=1)
"""A visit is noted once in this time, not at every request."""
_COLUMNS: Final[LiteralString] = "SELECT s.member_id, s.opened_by, s.opened_at, s.seen_at, s.passkey_at"
_OPEN: Final[LiteralString] = """
    FROM vault.member_sessions AS s JOIN vault.members AS m USING (member_id)
    WHERE m.association = %s AND s.ended_at IS NULL AND s.opened_at > %s
"""
_SELECT: Final[LiteralString] = _COLUMNS + _OPEN
_SELECT_MANY: Final[LiteralString] = _COLUMNS + ", s.token_sha256" + _OPEN


class SessionOpenedBy(StrEnum):
    """What a session was opened with."""

    LINK = "link"
    PASSKEY = "passkey"


class MemberSession(NamedTuple):
    """An open session: whose, how and when it was opened, last seen, and when its passkey was last used."""

    member_id: UUID
    opened_by: SessionOpenedBy
    opened_at: datetime
    seen_at: datetime
    passkey_at: datetime | None


class MemberSessions:
    """Who is signed in at one association."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def open(self, member_id: UUID, opened_by: SessionOpenedBy, now: datetime) -> str:
        """Begin a session and return its token, which is not kept."""
        token = secrets.token_urlsafe()
        passkey_at = now if opened_by is SessionOpenedBy.PASSKEY else None
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO vault.member_sessions (token_sha256, member_id, opened_by, opened_at, seen_at, passkey_at)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (_digest(token), member_id, opened_by.value, now, now, passkey_at),
            )
        return token

    def find(self, token: str, now: datetime) -> MemberSession | None:
        """Return a session that was not ended; None for any other token, or another association's."""
        with self._pool.connection() as connection:
            row = connection.execute(
                _SELECT + " AND s.token_sha256 = %s",
                (self._association_id, now - LONGEST_SESSION, _digest(token)),
            ).fetchone()
        return None if row is None else _session(row)

    def find_many(self, tokens: Collection[str], now: datetime) -> dict[str, MemberSession]:
        """Return the sessions of some tokens that were not ended, by token; it is one question."""
        asked = {_digest(token): token for token in tokens}
        with self._pool.connection() as connection:
            rows = connection.execute(
                _SELECT_MANY + " AND s.token_sha256 = ANY(%s)",
                (self._association_id, now - LONGEST_SESSION, list(asked)),
            ).fetchall()
        return {asked[bytes(digest)]: _session(tuple(row)) for *row, digest in rows}

    def of_member(self, member_id: UUID, now: datetime) -> list[MemberSession]:
        """Return the sessions of a member that were not ended, the latest first."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                _SELECT + " AND s.member_id = %s ORDER BY s.seen_at DESC",
                (self._association_id, now - LONGEST_SESSION, member_id),
            ).fetchall()
        return [_session(row) for row in rows]

    def note_seen(self, token: str, now: datetime) -> None:
        """Note a visit, once a minute."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE vault.member_sessions SET seen_at = %s WHERE token_sha256 = %s AND seen_at < %s",
                (now, _digest(token), now - NOTED),
            )

    def note_passkey(self, token: str, now: datetime) -> None:
        """Note that the member used a passkey in this session."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE vault.member_sessions SET passkey_at = %s, seen_at = %s WHERE token_sha256 = %s",
                (now, now, _digest(token)),
            )

    def end(self, token: str, now: datetime) -> None:
        """End a session."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE vault.member_sessions SET ended_at = coalesce(ended_at, %s) WHERE token_sha256 = %s",
                (now, _digest(token)),
            )

    def end_all(self, member_id: UUID, now: datetime) -> int:
        """End all sessions of a member, wherever they are; return how many were open."""
        with self._pool.connection() as connection:
            return connection.execute(
                "UPDATE vault.member_sessions AS s SET ended_at = %s FROM vault.members AS m"
                " WHERE s.member_id = m.member_id AND m.member_id = %s AND m.association = %s AND s.ended_at IS NULL",
                (now, member_id, self._association_id),
            ).rowcount

    def erase_expired(self, now: datetime) -> int:
        """Erase the sessions that nothing could open any more; return how many."""
        with self._pool.connection() as connection:
            return connection.execute(
                "DELETE FROM vault.member_sessions WHERE opened_at <= %s", (now - LONGEST_SESSION,)
            ).rowcount


def _session(row: tuple[Any, ...]) -> MemberSession:
    return MemberSession(row[0], SessionOpenedBy(row[1]), *row[2:])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
