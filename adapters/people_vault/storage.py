"""How people lie in the database: one statement reads them, two arrays of columns store a whole file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.people_vault.person import Person, Purpose
from adapters.people_vault.sealing import Place, Sealed

_SELECT: Final = """
    SELECT p.person_id, p.coop_id, k.purpose, k.kek_id, k.wrapped, p.nonce, p.sealed, p.salt
    FROM vault.people p JOIN vault.keys k USING (person_id)
    WHERE k.association = %(association)s
"""
_INSERT_KEYS: Final = """
    INSERT INTO vault.keys (person_id, association, kek_id, wrapped, purpose, expires_on)
    SELECT person_id, %(association)s, kek_id, wrapped, purpose, expires_on
    FROM unnest(%(ids)s::uuid[], %(kek_ids)s::text[], %(wrapped)s::bytea[], %(purposes)s::smallint[],
                %(expiries)s::date[]) AS new (person_id, kek_id, wrapped, purpose, expires_on)
    ON CONFLICT (person_id) DO NOTHING RETURNING person_id
"""
_INSERT_PEOPLE: Final = """
    INSERT INTO vault.people (person_id, coop_id, nonce, sealed, salt)
    SELECT * FROM unnest(%(ids)s::uuid[], %(coops)s::uuid[], %(nonces)s::bytea[], %(sealed)s::bytea[],
                         %(salts)s::bytea[])
"""
UPDATE_PERSON: Final = """
    WITH changed AS (
        UPDATE vault.keys SET kek_id = %(kek_id)s, wrapped = %(wrapped)s WHERE person_id = %(person)s
    )
    UPDATE vault.people SET nonce = %(nonce)s, sealed = %(sealed)s, salt = %(salt)s, updated_at = now()
    WHERE person_id = %(person)s
"""


class NewPerson(NamedTuple):
    """A person to put in the vault: its identifier, its coop, why and until when it is kept."""

    person_id: UUID
    coop_id: UUID
    purpose: Purpose
    expires_on: date
    person: Person


class StoredPerson(NamedTuple):
    """One person as stored."""

    place: Place
    sealed: Sealed


def read_people(
    connection: Connection, association_id: UUID, condition: LiteralString, **values: object
) -> Iterator[StoredPerson]:
    """Read people of one association; ``condition`` continues the WHERE clause on ``p`` and ``k``."""
    for row in connection.execute(_SELECT + condition, {**values, "association": association_id}):
        person_id, coop_id, purpose, *sealed = row
        yield StoredPerson(Place(association_id, coop_id, person_id, purpose), Sealed(*sealed))


def insert_people(
    connection: Connection, association_id: UUID, people: Sequence[NewPerson], sealed: Mapping[UUID, Sealed]
) -> frozenset[UUID]:
    """Store those whose id is free and return their ids; the others are left as they are."""
    cursor = connection.execute(_INSERT_KEYS, {**_columns(people, sealed), "association": association_id})
    inserted = frozenset(person_id for (person_id,) in cursor)
    fresh = [new for new in people if new.person_id in inserted]
    connection.execute(_INSERT_PEOPLE, _columns(fresh, sealed))
    return inserted


def _columns(people: Sequence[NewPerson], sealed: Mapping[UUID, Sealed]) -> dict[str, list[object]]:
    """Turn people into one array per column: one statement stores a whole file."""
    rows = [(new, sealed[new.person_id]) for new in people]
    return {
        "ids": [new.person_id for new, _ in rows],
        "coops": [new.coop_id for new, _ in rows],
        "purposes": [int(new.purpose) for new, _ in rows],
        "expiries": [new.expires_on for new, _ in rows],
        "kek_ids": [row.kek_id for _, row in rows],
        "wrapped": [row.wrapped for _, row in rows],
        "nonces": [row.nonce for _, row in rows],
        "sealed": [row.sealed for _, row in rows],
        "salts": [row.salt for _, row in rows],
    }
