"""The vault of one association: put, read, search, correct and erase people; the database sees ids and ciphertext."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.connections import Lender
from adapters.people_vault.crypto.keys import KEY_BYTES, Keyring
from adapters.people_vault.crypto.sealing import Opened, Place, Sealed, open_sealed, seal, sealed_anew
from adapters.people_vault.errors import PersonExists, PersonMissing
from adapters.people_vault.person import Person, Purpose
from adapters.people_vault.provisional import ProvisionalPeople
from adapters.people_vault.storage import (
    UPDATE_PERSON,
    NewPerson,
    StoredPerson,
    erased_among,
    insert_people,
    read_people,
)
from domain.errors import InvalidInput, LedgerError
from domain.texts.visible import plain_letters

MOST_TOGETHER: Final = 2_000
"""How many people are stored by one statement at most."""
_ASKED_TOGETHER: Final = 500
"""How many people are asked for by one statement: a plan may look each of them up in the whole list of ids."""
_TRIES: Final = 10
_BY_IDS: Final[LiteralString] = " AND p.person_id = ANY(%(ids)s) AND k.person_id = ANY(%(ids)s)"
"""Said of both tables: without statistics neither is then read whole."""

_ALL_IDS: Final = "SELECT person_id FROM vault.keys WHERE association = %s ORDER BY person_id"
_KEEP_FIRST: Final = """
    INSERT INTO vault.secrets (association, name, kek_id, wrapped) VALUES (%s, %s, %s, %s)
    ON CONFLICT (association, name) DO NOTHING
"""


class Brought(NamedTuple):
    """Whom one command brings in, on approval, under an ``attempt`` of its own."""

    people: Sequence[NewPerson]
    attempt: UUID


class PeopleVault:
    """One association's people, over a pool of connections of the role ``coopledger_vault``.

    Errors of every reading: VaultUnreadable (altered, moved, or another key) and VaultKeyMissing.
    """

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring
        self.provisional = ProvisionalPeople(pool, association_id)

    def put(self, person: Person, *, person_id: UUID, coop_id: UUID, purpose: Purpose, expires_on: date) -> str:
        """Seal one person for good and return the commitment that its events carry; see ``put_many``."""
        return self.put_many([NewPerson(person_id, coop_id, purpose, expires_on, person)])[person_id]

    def put_many(self, people: Iterable[NewPerson], attempt: UUID | None = None) -> dict[UUID, str]:
        """Seal people, all or none, and return their commitments by id; the same people again change nothing.

        With an ``attempt`` they are there on approval (see ``provisional``). Who was erased on request is not put
        again, whatever is repeated: its commitment is then noise.

        Raises:
            PersonExists: an id already stands for other data, another coop or purpose.
            InvalidInput: an id twice in the list.

        """
        commitments: dict[UUID, str] = {}
        remaining = iter(people)
        with self._pool.connection(autocommit=False) as connection:
            while chunk := list(islice(remaining, MOST_TOGETHER)):
                ids = {new.person_id for new in chunk}
                if len(ids) < len(chunk) or not ids.isdisjoint(commitments):
                    raise InvalidInput(people=len(chunk), ids=len(ids))
                commitments |= self._put_chunk(connection, chunk, attempt)
        return commitments

    def put_together(self, commands: Sequence[Brought]) -> list[dict[UUID, str] | LedgerError]:
        """Seal whom several commands bring in, by one statement; each gets its commitments, or its own error.

        What is new is stored with that of the others; a command one of whose people is there is put alone.
        """
        ids = Counter(new.person_id for one in commands for new in one.people)
        fresh = [one for one in commands if all(ids[new.person_id] == 1 for new in one.people)]
        sealed = {
            new.person_id: seal(self._keyring, self._place(new), new.person) for one in fresh for new in one.people
        }
        rows = [(new, one.attempt) for one in fresh for new in one.people]
        contents = {person_id: row for person_id, (row, _) in sealed.items()}
        with self._pool.connection() as connection:
            kept = insert_people(connection, self._association_id, rows, contents)
        return [self._answer(one, kept, sealed) for one in commands]

    def _answer(
        self, one: Brought, kept: frozenset[UUID], sealed: Mapping[UUID, tuple[Sealed, str]]
    ) -> dict[UUID, str] | LedgerError:
        """The commitments of those whom a command brought in, put alone where not all of them were stored."""
        if all(new.person_id in kept for new in one.people):
            return {new.person_id: sealed[new.person_id][1] for new in one.people}
        try:
            return self.put_many(one.people, one.attempt)
        except LedgerError as refusal:
            return refusal

    def get(self, person_id: UUID) -> Person | None:
        """Return a person, or None when erased."""
        return self.get_many([person_id]).get(person_id)

    def get_many(self, ids: Iterable[UUID]) -> dict[UUID, Person]:
        """Return people by id; those that are missing have been erased."""
        wanted, rows = list(ids), list[StoredPerson]()
        with self._pool.connection() as connection:
            for begin in range(0, len(wanted), _ASKED_TOGETHER):
                rows += self._rows(connection, _BY_IDS, ids=wanted[begin : begin + _ASKED_TOGETHER])
        return {row.place.person_id: self._open(row).person for row in rows}

    def kept_for(self, person_id: UUID) -> tuple[Purpose, date] | None:
        """Return why and until when a person is kept, or None when erased."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT purpose, expires_on FROM vault.keys"
                " WHERE person_id = %s AND association IS NOT DISTINCT FROM %s",
                (person_id, self._association_id),
            ).fetchone()
        return None if row is None else (Purpose(row[0]), row[1])

    def search(self, coop_id: UUID, text: str) -> dict[UUID, Person]:
        """Return the people of a coop in whose data every word of a text occurs, whatever the case and accents.

        The coop's people are opened in memory: no index of names exists anywhere.
        """
        words = plain_letters(text).split()
        with self._pool.connection() as connection:
            rows = list(self._rows(connection, " AND p.coop_id = %(coop)s", coop=coop_id))
        people = {row.place.person_id: self._open(row).person for row in rows}
        found = {key: person for key, person in people.items() if all(w in _searched(person) for w in words)}
        return dict(sorted(found.items(), key=lambda item: plain_letters(f"{item[1].last_name} {item[1].first_name}")))

    def update(self, person_id: UUID, person: Person) -> str:
        """Replace a person's data under a new key and salt, and return the new commitment; the old one no longer opens.

        Raises:
            PersonMissing: erased.

        """
        with self._pool.connection(autocommit=False) as connection:
            condition: LiteralString = " AND p.person_id = %(person)s FOR UPDATE"
            row = next(self._rows(connection, condition, person=person_id), None)
            if row is None:
                raise PersonMissing(person=person_id)
            sealed, commitment = seal(self._keyring, row.place, person)
            connection.execute(UPDATE_PERSON, {**sealed._asdict(), "person": person_id})
        return commitment

    def erase(self, person_id: UUID) -> bool:
        """Destroy a person's key and row; False when there was nothing left to erase."""
        with self._pool.connection() as connection:
            cursor = connection.execute(
                "DELETE FROM vault.keys WHERE person_id = %s AND association IS NOT DISTINCT FROM %s",
                (person_id, self._association_id),
            )
            return cursor.rowcount > 0

    def erase_expired(self, today: date) -> tuple[UUID, ...]:
        """Destroy everyone whose last day is before ``today`` (Paris) and return their ids."""
        with self._pool.connection() as connection:
            cursor = connection.execute(
                "DELETE FROM vault.keys WHERE association = %s AND expires_on < %s RETURNING person_id",
                (self._association_id, today),
            )
            return tuple(person_id for (person_id,) in cursor)

    def erase_contacts_except(self, shown: Iterable[UUID]) -> int:
        """Destroy the contacts that are not shown and were written more than a day ago; return how many."""
        with self._pool.connection() as connection:
            return connection.execute(
                "DELETE FROM vault.keys AS k USING vault.people AS p WHERE p.person_id = k.person_id"
                " AND k.association = %s AND k.kind = 'contact' AND p.updated_at < now() - interval '1 day'"
                " AND k.provisional_until IS NULL AND NOT k.person_id = ANY(%s)",
                (self._association_id, list(shown)),
            ).rowcount

    def secret(self, name: str) -> bytes:
        """Return a random secret of 32 bytes of the association, made once and kept through key rotations."""
        bound = self._bound_secret(name)
        with self._pool.connection() as connection:
            wrapped = self._keyring.wrap(os.urandom(KEY_BYTES), bound)
            connection.execute(_KEEP_FIRST, (self._association_id, name, self._keyring.current_id, wrapped))
            (kek_id, wrapped) = connection.execute(
                "SELECT kek_id, wrapped FROM vault.secrets WHERE association = %s AND name = %s",
                (self._association_id, name),
            ).fetchall()[0]
        return self._keyring.unwrap(kek_id, wrapped, bound)

    def check_keys(self) -> None:
        """Open one of the association's secrets, if it has any, with the keys of the environment.

        Raises:
            VaultKeyMissing: it was wrapped under a key that this keyring does not hold.
            VaultUnreadable: altered, or wrapped for something else.

        """
        query = "SELECT name, kek_id, wrapped FROM vault.secrets WHERE association = %s ORDER BY name LIMIT 1"
        with self._pool.connection() as connection:
            rows = connection.execute(query, (self._association_id,)).fetchall()
        for name, kek_id, wrapped in rows:
            self._keyring.unwrap(kek_id, wrapped, self._bound_secret(name))

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; people are not re-sealed.

        Returns how many wrapped keys changed. Once it returns 0 the older key can leave the environment.
        """
        changed = self._rewrap_secrets()
        while chunk := self._rewrap_people():
            changed += chunk
        return changed

    def reseal(self) -> int:
        """Seal everyone again under keys made now: who read the older ones can open no later copy of the database.

        Returns how many people. Commitments stay. It may be stopped anywhere and begun again.
        """
        with self._pool.connection() as connection:
            everyone = connection.execute(_ALL_IDS, (self._association_id,)).fetchall()
        return sum(self._reseal_person(person_id) for (person_id,) in everyone)

    def _put_chunk(self, connection: Connection, people: Sequence[NewPerson], attempt: UUID | None) -> dict[UUID, str]:
        """Insert those that are new; the others must be there already with the same data, or be erased."""
        sealed = {new.person_id: seal(self._keyring, self._place(new), new.person) for new in people}
        rows = {person_id: row for person_id, (row, _) in sealed.items()}
        commitments: dict[UUID, str] = {}
        # Whoever is there may be taken back by a refused command before it is known that we wait for them as well.
        for _ in range(_TRIES):
            missing = [new for new in people if new.person_id not in commitments]
            if not missing:
                return commitments
            settled = insert_people(connection, self._association_id, [(new, attempt) for new in missing], rows)
            if others := [new for new in missing if new.person_id not in settled]:
                ids = [new.person_id for new in others]
                settled |= erased_among(connection, self._association_id, ids)
                self.provisional.share(connection, ids, attempt)
                commitments |= self._commitments_of_present(connection, others)
            commitments |= {person_id: sealed[person_id][1] for person_id in settled}
        raise PersonExists(people=len(people), known=len(commitments))

    def _commitments_of_present(self, connection: Connection, people: Sequence[NewPerson]) -> dict[UUID, str]:
        """Return the commitments of those of some people who are there, checking that they are the same."""
        known = {new.person_id: new for new in people}
        commitments: dict[UUID, str] = {}
        for row in self._rows(connection, _BY_IDS, ids=list(known)):
            new, opened = known[row.place.person_id], self._open(row)
            if (row.place, opened.person) != (self._place(new), new.person):
                raise PersonExists(person=new.person_id)
            commitments[new.person_id] = opened.commitment
        return commitments

    def _reseal_person(self, person_id: UUID) -> int:
        """Seal one person again; 0 when it was erased meanwhile."""
        condition: LiteralString = " AND p.person_id = %(person)s FOR UPDATE"
        with self._pool.connection(autocommit=False) as connection:
            row = next(self._rows(connection, condition, person=person_id), None)
            if row is None:
                return 0
            fresh = sealed_anew(self._keyring, row.place, row.sealed)
            connection.execute(UPDATE_PERSON, {**fresh._asdict(), "person": person_id})
        return 1

    def _rewrap_people(self) -> int:
        """Re-wrap one chunk of people's keys in one transaction."""
        current = self._keyring.current_id
        with self._pool.connection(autocommit=False) as connection:
            condition: LiteralString = " AND k.kek_id <> %(current)s LIMIT %(limit)s FOR UPDATE"
            rows = list(self._rows(connection, condition, current=current, limit=MOST_TOGETHER))
            for row in rows:
                bound = row.place.bound_key()
                data_key = self._keyring.unwrap(row.sealed.kek_id, row.sealed.wrapped, bound)
                connection.execute(
                    "UPDATE vault.keys SET kek_id = %s, wrapped = %s WHERE person_id = %s",
                    (current, self._keyring.wrap(data_key, bound), row.place.person_id),
                )
        return len(rows)

    def _rewrap_secrets(self) -> int:
        """Re-wrap the association's own secrets."""
        current = self._keyring.current_id
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(
                "SELECT name, kek_id, wrapped FROM vault.secrets WHERE association = %s AND kek_id <> %s FOR UPDATE",
                (self._association_id, current),
            ).fetchall()
            for name, kek_id, wrapped in rows:
                bound = self._bound_secret(name)
                secret = self._keyring.unwrap(kek_id, wrapped, bound)
                connection.execute(
                    "UPDATE vault.secrets SET kek_id = %s, wrapped = %s WHERE association = %s AND name = %s",
                    (current, self._keyring.wrap(secret, bound), self._association_id, name),
                )
        return len(rows)

    def _rows(self, connection: Connection, condition: LiteralString, **values: object) -> Iterator[StoredPerson]:
        return read_people(connection, self._association_id, condition, **values)

    def _open(self, row: StoredPerson) -> Opened:
        return open_sealed(self._keyring, row.place, row.sealed)

    def _place(self, new: NewPerson) -> Place:
        return Place(self._association_id, new.coop_id, new.person_id, new.purpose)

    def _bound_secret(self, name: str) -> bytes:
        return f"v1|secret|{self._association_id}|{name}".encode()


def _searched(person: Person) -> str:
    """All that is said of a person, ready to search."""
    return plain_letters(
        " ".join((person.first_name, person.last_name, person.email, person.phone, *person.extra.values()))
    )
