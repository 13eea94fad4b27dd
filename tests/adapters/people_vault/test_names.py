"""Names for a cache: erasures and corrections are counted with them, in whatever process; refusals are not (ADR 65)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring, NameReader, NewPerson, PeopleVault, Person, Purpose
from adapters.postgres import DatabaseRole, conninfo_for

ASSOCIATION, COOP = uuid4(), uuid4()
UNTIL = date(2026, 8, 31)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def keyring() -> Keyring:
    """The keys of the association."""
    return Keyring([os.urandom(32)])


@pytest.fixture
def vault(pool: Pool, keyring: Keyring) -> PeopleVault:
    """The vault of one association."""
    return PeopleVault(pool, ASSOCIATION, keyring)


@pytest.fixture
def reader(pool: Pool, keyring: Keyring) -> NameReader:
    """What a cache reads by."""
    return NameReader(pool, ASSOCIATION, keyring)


def _new(name: str = "Marie") -> NewPerson:
    return NewPerson(uuid4(), COOP, Purpose.CLASS_LIFE, UNTIL, Person(name, "GALANTE"))


def test_each_erasure_and_each_correction_is_counted(vault: PeopleVault, reader: NameReader) -> None:
    people = [_new(), _new("Julien"), _new("Zoé")]
    vault.put_many(people)
    counts = [reader.changes()]
    vault.update(people[0].person_id, Person("Maria", "GALANTE"))
    counts.append(reader.changes())
    vault.erase(people[1].person_id)
    counts.append(reader.changes())
    vault.erase_expired(date(2026, 9, 1))
    counts.append(reader.changes())
    assert counts == [0, 1, 2, 3]


def test_who_comes_and_who_a_refusal_takes_back_is_not_counted(vault: PeopleVault, reader: NameReader) -> None:
    attempt, other = uuid4(), uuid4()
    refused, stays = _new(), _new("Julien")
    vault.put_many([refused], attempt)
    vault.put_many([stays], other)
    assert vault.provisional.withdraw(attempt) == 1
    assert vault.provisional.confirm([stays.person_id]) == {stays.person_id}
    assert reader.changes() == 0


def test_an_erasure_of_another_association_is_not_this_one_s(pool: Pool, keyring: Keyring, reader: NameReader) -> None:
    other = PeopleVault(pool, uuid4(), keyring)
    person = _new()
    other.put_many([person])
    assert reader.read([person.person_id]) == ({}, {})
    assert other.erase(person.person_id)
    assert reader.changes() == 0


def test_people_on_approval_are_told_apart_from_those_who_stay(vault: PeopleVault, reader: NameReader) -> None:
    stays, waits, gone = _new(), _new("Julien"), UUID(int=1)
    vault.put_many([stays])
    vault.put_many([waits], uuid4())
    found = reader.read([stays.person_id, waits.person_id, gone])
    assert found.kept == {stays.person_id: stays.person}
    assert found.waiting == {waits.person_id: waits.person}
