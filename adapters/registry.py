"""Which associations have a ledger, and which tokens open them; written by administrators, read by every process."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg
from psycopg import Connection

from domain.errors import AlreadyExists, NotFound, NotSignedIn


class AssociationEntry(NamedTuple):
    """Where an association's ledger is; ``dsn`` is None while it lives in the registry's own database."""

    slug: str
    association_id: UUID
    dsn: str | None
    demo: bool


class TokenHolder(NamedTuple):
    """Whom a token stands for."""

    actor: str
    role: str
    slug: str
    coop_id: UUID | None


def add_association(connection: Connection, entry: AssociationEntry) -> None:
    """Register an association; the same again changes nothing.

    Raises:
        AlreadyExists: the slug stands for another association, or for real instead of demonstration data (S-04).

    """
    connection.execute(
        "INSERT INTO registry.associations (slug, association_id, dsn, demo) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        entry,
    )
    stored = next((found for found in associations(connection) if found.slug == entry.slug), None)
    if stored is None or (stored.association_id, stored.demo) != (entry.association_id, entry.demo):
        raise AlreadyExists(slug=entry.slug)


def associations(connection: Connection) -> Iterator[AssociationEntry]:
    """Yield all associations, by slug."""
    query = "SELECT slug, association_id, dsn, demo FROM registry.associations ORDER BY slug"
    for row in connection.execute(query):
        yield AssociationEntry(*row)


def create_token(connection: Connection, holder: TokenHolder, expires_at: datetime) -> str:
    """Make a token of 256 random bits, keep its hash, and return it: it cannot be shown again.

    Raises:
        NotFound: no such association.

    """
    token = secrets.token_urlsafe(32)
    try:
        connection.execute(
            "INSERT INTO registry.tokens (token_sha256, actor, role, slug, coop_id, expires_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (_digest(token), *holder, expires_at),
        )
    except psycopg.errors.ForeignKeyViolation as error:
        raise NotFound(association=holder.slug) from error
    return token


def revoke_tokens(connection: Connection, actor: str) -> int:
    """Revoke all tokens of an actor and return how many there were."""
    query = "UPDATE registry.tokens SET revoked_at = now() WHERE actor = %s AND revoked_at IS NULL"
    return connection.execute(query, (actor,)).rowcount


def token_holder(connection: Connection, token: str) -> TokenHolder:
    """Return whom a token stands for.

    Raises:
        NotSignedIn: unknown, expired or revoked.

    """
    row = connection.execute(
        "SELECT actor, role, slug, coop_id FROM registry.tokens"
        " WHERE token_sha256 = %s AND revoked_at IS NULL AND expires_at > now()",
        (_digest(token),),
    ).fetchone()
    if row is None:
        raise NotSignedIn(credentials="unknown")
    return TokenHolder(*row)


def _digest(token: str) -> bytes:
    """A token has 256 random bits: a plain hash is enough, there is nothing to guess."""
    return hashlib.sha256(token.encode()).digest()
