"""Which associations have a ledger; written by administrators, read by every process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from psycopg import Connection

from domain.errors import AlreadyExists


class AssociationEntry(NamedTuple):
    """Where an association's ledger is; ``dsn`` is None while it lives in the registry's own database."""

    slug: str
    association_id: UUID
    dsn: str | None
    demo: bool


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
