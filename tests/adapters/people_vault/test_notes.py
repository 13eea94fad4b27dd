"""Notes beside decisions: sealed, read by their id in their own association, gone on their day or when erased."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring, NoteVault, VaultKeyMissing, VaultUnreadable
from adapters.postgres import DatabaseRole, conninfo_for

KEY, NEXT_KEY = os.urandom(32), os.urandom(32)
ASSOCIATION, COOP, NOTE = uuid4(), uuid4(), uuid4()
LAST_DAY: Final = date(2026, 8, 31)
TEXT: Final = "Remboursé à la demande de Zéphyrine QUATREBARBES."


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def notes(pool: Pool) -> NoteVault:
    """The notes of one association."""
    return NoteVault(pool, ASSOCIATION, Keyring([KEY]))


def test_a_note_is_read_by_its_id_as_it_was_first_written(notes: NoteVault) -> None:
    notes.put(NOTE, COOP, TEXT, LAST_DAY)
    notes.put(NOTE, COOP, "another", LAST_DAY)
    assert notes.get_many([NOTE, uuid4()]) == {NOTE: TEXT}


def test_the_database_does_not_hold_what_was_written(notes: NoteVault, database: str) -> None:
    notes.put(NOTE, COOP, TEXT, LAST_DAY)
    with psycopg.connect(database) as owner:
        (row,) = owner.execute("SELECT kept::text FROM vault.notes AS kept").fetchall()
    assert str(NOTE) in row[0]
    assert [form for form in ("QUATREBARBES", b"QUATREBARBES".hex()) if form in row[0]] == []


def test_a_note_of_another_association_or_key_or_moved_to_another_id_is_not_read(
    pool: Pool, notes: NoteVault, database: str
) -> None:
    notes.put(NOTE, COOP, TEXT, LAST_DAY)
    assert NoteVault(pool, uuid4(), Keyring([KEY])).get_many([NOTE]) == {}
    with pytest.raises(VaultKeyMissing):
        NoteVault(pool, ASSOCIATION, Keyring([NEXT_KEY])).get_many([NOTE])
    other = uuid4()
    with psycopg.connect(database) as owner:
        owner.execute("UPDATE vault.notes SET note_id = %s WHERE note_id = %s", (other, NOTE))
    with pytest.raises(VaultUnreadable):
        notes.get_many([other])


def test_an_erased_note_stays_erased_when_its_request_is_sent_again(notes: NoteVault, database: str) -> None:
    notes.put(NOTE, COOP, TEXT, LAST_DAY)
    assert not notes.erase(NOTE, uuid4())
    assert notes.erase(NOTE, COOP)
    assert not notes.erase(NOTE, COOP)
    notes.put(NOTE, COOP, TEXT, LAST_DAY)
    assert notes.get_many([NOTE]) == {}
    with psycopg.connect(database) as owner:
        assert owner.execute("SELECT num_nulls(kek_id, wrapped, nonce, sealed) FROM vault.notes").fetchall() == [(4,)]


def test_a_note_is_kept_until_its_last_day_is_over(notes: NoteVault) -> None:
    notes.put(NOTE, COOP, TEXT, LAST_DAY)
    erased = uuid4()
    notes.put(erased, COOP, TEXT, LAST_DAY)
    notes.erase(erased, COOP)
    assert notes.erase_expired(LAST_DAY) == 0
    assert notes.erase_expired(LAST_DAY + timedelta(days=1)) == 2
    assert notes.get_many([NOTE]) == {}


def test_a_note_outlives_a_change_of_keys(pool: Pool, notes: NoteVault) -> None:
    notes.put(NOTE, COOP, TEXT, LAST_DAY)
    erased = uuid4()
    notes.put(erased, COOP, TEXT, LAST_DAY)
    notes.erase(erased, COOP)
    rotating = NoteVault(pool, ASSOCIATION, Keyring([NEXT_KEY, KEY]))
    assert (rotating.rewrap(), rotating.rewrap()) == (1, 0)
    assert NoteVault(pool, ASSOCIATION, Keyring([NEXT_KEY])).get_many([NOTE]) == {NOTE: TEXT}
