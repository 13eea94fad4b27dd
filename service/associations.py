"""Opening an association: its registry entry, its log, its read models, its first event."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import psycopg

from adapters import registry
from adapters.fields import read_siren, read_slug, read_title
from adapters.log.ledger import Ledger
from adapters.migrate import migrate_database, migrate_ledger
from adapters.postgres import DatabaseRole, conninfo_for
from domain.aggregate import Stamp
from domain.association.commands import RegisterAssociation
from domain.association.state import Association
from projections.engine.runner import install


def open_association(
    database_url: str, *, association_id: UUID, slug: str, name: str, siren: str, demo: bool, at: datetime, by: str
) -> registry.AssociationEntry:
    """Open an association's ledger, as an administrator; the same again changes nothing.

    Raises:
        FieldError: a slug, a name or a SIREN that is not one.
        AlreadyExists: the slug is another association's, or demonstration and real data would mix (S-04).

    """
    entry = registry.AssociationEntry(read_slug(slug), association_id, None, demo)
    command = RegisterAssociation(
        stream_id=association_id,
        stamp=Stamp(at=at, by=by),
        name=read_title(name),
        slug=entry.slug,
        siren=read_siren(siren),
        demo=demo,
    )
    command.decide(Association(association_id))  # refuses a bad identity before anything is made
    migrate_database(database_url)
    with psycopg.connect(database_url) as connection:
        registry.add_association(connection, entry)
    prepare_ledger(database_url, entry)
    with Ledger(entry, database_url) as ledger:
        ledger.bus.submit(command, key=f"association:{slug}").result()
    return entry


def prepare_ledger(database_url: str, entry: registry.AssociationEntry) -> None:
    """Bring an association's log and read tables to the present shape."""
    base = entry.dsn or database_url
    migrate_ledger(base, entry.slug, entry.association_id)
    with psycopg.connect(conninfo_for(base, DatabaseRole.PROJECTOR), autocommit=True) as connection:
        install(connection, f"{entry.slug}_read")
