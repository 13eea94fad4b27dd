"""Where files and photos lie: an association's own, never changed, and photos gone with their person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from uuid import uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.files import FileStore, draw_picture, read_attachment
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring, PeopleVault, Person, PhotoVault, Purpose, VaultUnreadable
from adapters.postgres import DatabaseRole, conninfo_for
from tests.kit.example_files import PDF, picture

KEY = os.urandom(32)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the application's role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.APP), size=2) as pool:
        yield pool


@pytest.fixture
def vault_pool(database: str, pool: Pool) -> Iterator[Pool]:
    """Connections of the vault's role."""
    assert pool.conninfo
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as opened:
        yield opened


def test_files_are_found_by_their_digest_in_their_association_alone(pool: Pool) -> None:
    here, there = FileStore(pool, uuid4()), FileStore(pool, uuid4())
    drawn, read = draw_picture(picture()), read_attachment(PDF, "a.pdf")
    for _ in range(2):
        here.keep_picture(drawn)
        here.keep_attachment(read)
    assert here.find(drawn.ref.digest, 480) == ("image/webp", drawn.drawings[480])
    assert here.find(read.ref.digest) == ("application/pdf", PDF)
    assert here.find(drawn.ref.digest, 481) is None
    assert there.find(read.ref.digest) is None
    assert here.size(drawn.ref.digest, 480) == len(drawn.drawings[480])
    assert (here.size(read.ref.digest), here.size(read.ref.digest, 480)) == (len(PDF), None)
    assert there.size(read.ref.digest) is None


def test_nobody_who_serves_can_change_or_remove_a_file(pool: Pool) -> None:
    FileStore(pool, uuid4()).keep_attachment(read_attachment(PDF, "a.pdf"))
    for statement in (
        "UPDATE files.contents SET content = 'x'",
        "DELETE FROM files.contents",
        "TRUNCATE files.contents",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), pool.connection() as connection:
            connection.execute(statement.encode())


def test_a_photo_is_sealed_survives_a_rotation_and_goes_with_its_person(vault_pool: Pool, database: str) -> None:
    association_id, person_id, other = uuid4(), uuid4(), uuid4()
    vault = PeopleVault(vault_pool, association_id, Keyring([KEY]))
    photos = PhotoVault(vault_pool, association_id, Keyring([KEY]))
    for one in (person_id, other):
        person = Person("Marie", "GALANTE")
        vault.put(person, person_id=one, coop_id=uuid4(), purpose=Purpose.CLASS_LIFE, expires_on=date(2027, 8, 31))
        photos.put(one, b"jpeg of " + one.bytes)
    photos.put(person_id, b"another")
    photos.put(uuid4(), b"of nobody")
    assert photos.read(person_id) == b"jpeg of " + person_id.bytes
    assert PhotoVault(vault_pool, uuid4(), Keyring([KEY])).read(person_id) is None
    newer = os.urandom(32)
    rotating = PhotoVault(vault_pool, association_id, Keyring([newer, KEY]))
    assert (rotating.rewrap(), rotating.reseal()) == (2, 2)
    photos = PhotoVault(vault_pool, association_id, Keyring([newer]))
    assert photos.read(person_id) == b"jpeg of " + person_id.bytes
    with psycopg.connect(database, autocommit=True) as owner:
        held = owner.execute("SELECT string_agg(sealed, '') FROM vault.photos").fetchall()[0][0]
        assert b"jpeg of" not in bytes(held)
        owner.execute(
            "UPDATE vault.photos AS one SET wrapped = two.wrapped, nonce = two.nonce, sealed = two.sealed"
            " FROM vault.photos AS two WHERE one.person_id = %s AND two.person_id = %s",
            (person_id, other),
        )
    with pytest.raises(VaultUnreadable):
        photos.read(person_id)
    assert vault.erase(other)
    assert photos.read(other) is None
