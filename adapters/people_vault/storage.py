"""How people lie in the database: one statement reads them, two arrays of columns store a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.connections import arrays
from adapters.people_vault.crypto.sealing import Place, Sealed
from adapters.people_vault.person import Person, PersonKind, Purpose
from adapters.people_vault.provisional import LEASE

_SELECT: Final = """
    SELECT p.person_id, p.coop_id, k.purpose, k.kek_id, k.wrapped, p.nonce, p.sealed, p.salt
    FROM vault.people p JOIN vault.keys k USING (person_id)
    WHERE k.association IS NOT DISTINCT FROM %(association)s
"""
_INSERT: Final = """
    WITH new AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(coops)s::uuid[], %(kek_ids)s::text[], %(wrapped)s::bytea[],
                             %(purposes)s::integer[], %(expiries)s::date[], %(kinds)s::text[], %(attempts)s::uuid[],
                             %(nonces)s::bytea[], %(sealed)s::bytea[], %(salts)s::bytea[])
            AS new (person_id, coop_id, kek_id, wrapped, purpose, expires_on, kind, attempt, nonce, sealed, salt)
    ), kept AS (
        INSERT INTO vault.keys (person_id, association, kek_id, wrapped, purpose, expires_on, kind,
                                attempt, provisional_since, provisional_until)
        SELECT person_id, %(association)s, kek_id, wrapped, purpose, expires_on, kind, attempt,
               CASE WHEN attempt IS NOT NULL THEN now() END, CASE WHEN attempt IS NOT NULL THEN now() + %(lease)s END
        FROM new
        WHERE NOT EXISTS (
            SELECT FROM vault.erasures AS gone
            WHERE gone.association = %(association)s AND gone.kind = 'person' AND gone.subject_id = new.person_id
        )
        ON CONFLICT (person_id) DO NOTHING RETURNING person_id
    )
    INSERT INTO vault.people (person_id, coop_id, nonce, sealed, salt)
    SELECT person_id, coop_id, nonce, sealed, salt FROM new JOIN kept USING (person_id) RETURNING person_id
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
    kind: PersonKind | None = None


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
    connection: Connection,
    association_id: UUID,
    people: Sequence[tuple[NewPerson, UUID | None]],
    sealed: Mapping[UUID, Sealed],
) -> frozenset[UUID]:
    """Store those whose id is free and was never erased, and return their ids; the others are left as they are.

    With an attempt they are there on approval, until what named them is known to be in the log.
    """
    terms = {"association": association_id, "lease": LEASE}
    cursor = connection.execute(_INSERT, {**_columns(people, sealed), **terms})
    return frozenset(person_id for (person_id,) in cursor)


def erased_among(connection: Connection, association_id: UUID, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of some people who were erased on request: they never come back."""
    query = "SELECT subject_id FROM vault.erasures WHERE association = %s AND kind = 'person' AND subject_id = ANY(%s)"
    return frozenset(subject_id for (subject_id,) in connection.execute(query, (association_id, list(ids))))


def _columns(
    people: Sequence[tuple[NewPerson, UUID | None]], sealed: Mapping[UUID, Sealed]
) -> dict[str, arrays.BinaryArray]:
    """Turn people into one array per column: one statement stores a whole file."""
    rows = [sealed[new.person_id] for new, _ in people]
    return {
        "ids": arrays.uuids(new.person_id for new, _ in people),
        "coops": arrays.uuids(new.coop_id for new, _ in people),
        "purposes": arrays.integers(new.purpose for new, _ in people),
        "expiries": arrays.dates(new.expires_on for new, _ in people),
        "kinds": arrays.texts(new.kind for new, _ in people),
        "attempts": arrays.uuids(attempt for _, attempt in people),
        "kek_ids": arrays.texts(row.kek_id for row in rows),
        "wrapped": arrays.byteas(row.wrapped for row in rows),
        "nonces": arrays.byteas(row.nonce for row in rows),
        "sealed": arrays.byteas(row.sealed for row in rows),
        "salts": arrays.byteas(row.salt for row in rows),
    }
