"""Tokens of the API: secrets of members and programs, made and revoked by operators.

A token is an identity and a limit, never a right: what its member may do is the ledger's to say. What was read of one
is believed for five seconds at most, and not after a revocation was heard of (``service.auth.token_cache``).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg import Connection
from psycopg.rows import class_row

from domain.errors import InvalidInput, NotFound, NotSignedIn

PREFIX: Final = "cl_"
"""How every token begins: scanners of leaked secrets find it as ``cl_[0-9a-f]{64}``."""
_TOKENS: Final[LiteralString] = """
SELECT token_id, slug, member_id, program, actions, coop_id, created_at, expires_at, last_used_at, revoked_at
FROM registry.api_tokens
"""
_NOTED: Final = timedelta(minutes=1)
"""How old the last use that was noted is, before the next one is."""


class TokenScope(NamedTuple):
    """Whom a token belongs to, a member or a program, and the most that it may do: actions, perhaps for one coop."""

    slug: str
    member_id: UUID | None
    program: str | None
    actions: tuple[str, ...]
    coop_id: UUID | None = None


class ApiToken(NamedTuple):
    """A token as it is listed; instants are UTC, ``last_used_at`` is true to the minute."""

    token_id: UUID
    slug: str
    member_id: UUID | None
    program: str | None
    actions: list[str]
    coop_id: UUID | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


def create_token(connection: Connection, scope: TokenScope, expires_at: datetime) -> tuple[UUID, str]:
    """Make a token of 256 random bits, keep its hash, and return its id and itself: it cannot be shown again.

    Raises:
        InvalidInput: it belongs to nobody or to two, may do nothing, or the program's name is no name.
        NotFound: no such association.

    """
    token_id, token = uuid4(), PREFIX + secrets.token_hex(32)
    slug, member_id, program, actions, coop_id = scope
    try:
        connection.execute(
            "INSERT INTO registry.api_tokens"
            " (token_id, token_sha256, slug, member_id, program, actions, coop_id, expires_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (token_id, _digest(token), slug, member_id, program, list(actions), coop_id, expires_at),
        )
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFound(association=slug) from error
    except psycopg.errors.CheckViolation as error:
        raise InvalidInput(member=member_id, program=program, actions=len(actions)) from error
    return token_id, token


def tokens_of(connection: Connection, slug: str) -> list[ApiToken]:
    """Return all tokens of an association, revoked and expired ones too, the oldest first."""
    query: LiteralString = f"{_TOKENS} WHERE slug = %s ORDER BY created_at, token_id"
    with connection.cursor(row_factory=class_row(ApiToken)) as cursor:
        return cursor.execute(query, (slug,)).fetchall()


def revoke_token(connection: Connection, slug: str, token_id: UUID) -> None:
    """Revoke one token of an association; again changes nothing.

    Raises:
        NotFound: the association has no such token.

    """
    query = "UPDATE registry.api_tokens SET revoked_at = coalesce(revoked_at, now()) WHERE slug = %s AND token_id = %s"
    if not connection.execute(query, (slug, token_id)).rowcount:
        raise NotFound(association=slug, token=token_id)


def use_token(connection: Connection, token: str) -> ApiToken:
    """Return what a token is, and note that it was used, at most once a minute.

    Raises:
        NotSignedIn: unknown, expired or revoked.

    """
    query: LiteralString = f"{_TOKENS} WHERE token_sha256 = %s AND revoked_at IS NULL AND expires_at > now()"
    with connection.cursor(row_factory=class_row(ApiToken)) as cursor:
        found = cursor.execute(query, (_digest(token),)).fetchone()
    if found is None:
        raise NotSignedIn(credentials="unknown")
    if found.last_used_at is None or datetime.now(UTC) - found.last_used_at > _NOTED:
        connection.execute("UPDATE registry.api_tokens SET last_used_at = now() WHERE token_id = %s", (found.token_id,))
    return found


def _digest(token: str) -> bytes:
    """A token has 256 random bits: a plain hash is enough, there is nothing to guess."""
    return hashlib.sha256(token.encode()).digest()
