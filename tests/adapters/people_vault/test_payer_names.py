"""The accounting archive: the name alone of a payer who was forgotten, under keys of its own, until its last day."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.sql import SQL, Identifier

from adapters.connections import Pool
from adapters.migrate import migrate_database
from adapters.people_vault import (
    ArchivedPaper,
    Keyring,
    PayerName,
    PayerNameArchive,
    PeopleVault,
    Person,
    Purpose,
    VaultKeyMissing,
    VaultUnreadable,
)
from adapters.postgres import DatabaseRole, conninfo_for
from adapters.retention import Erasure, ErasureKind
from tests.kit.vault.erasing import erasure_store

KEY, NEXT_KEY = os.urandom(32), os.urandom(32)
ASSOCIATION, COOP, CAMPAIGN, CONTRIBUTION = uuid4(), uuid4(), uuid4(), uuid4()
LAST_DAY: Final = date(2034, 8, 31)
PAYER: Final = Person("Zéphyrine", "QUATREBARBES", "z@famille.example", "+33612345678", {"Enfant": "Anatole"})
NAME: Final = PayerName("Zéphyrine", "QUATREBARBES")
PAPER: Final = ArchivedPaper(CONTRIBUTION, COOP, CAMPAIGN, LAST_DAY)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


def archive_of(pool: Pool, *keys: bytes, association: UUID = ASSOCIATION) -> PayerNameArchive:
    """The archive of an association, under some keys."""
    return PayerNameArchive(pool, association, Keyring(keys))


def forget(pool: Pool, *papers: ArchivedPaper, payer: Person = PAYER) -> UUID:
    """Have a payer put in the vault and forgotten, with some papers to prove."""
    payer_id, keyring = uuid4(), Keyring([KEY])
    vault = PeopleVault(pool, ASSOCIATION, keyring)
    vault.put(payer, person_id=payer_id, coop_id=COOP, purpose=Purpose.ACCOUNTING, expires_on=LAST_DAY)
    erasure = Erasure(ASSOCIATION, ErasureKind.PERSON, payer_id, datetime(2024, 7, 10, tzinfo=UTC), papers)
    erasure_store(pool, ASSOCIATION, keyring).carry_out([erasure])
    assert vault.get(payer_id) is None
    return payer_id


def test_the_name_of_a_forgotten_payer_is_read_by_campaign(pool: Pool) -> None:
    payer_id = forget(pool, PAPER)
    archive = archive_of(pool, KEY)
    assert archive.of_campaign(CAMPAIGN) == {CONTRIBUTION: NAME}
    assert archive.of_campaign(uuid4()) == {}
    assert (archive.holds(payer_id), archive.holds(uuid4())) == (True, False)


def test_who_stands_on_no_paper_leaves_nothing(pool: Pool, database: str) -> None:
    payer_id = forget(pool)
    assert not archive_of(pool, KEY).holds(payer_id)
    with psycopg.connect(database) as owner:
        assert owner.execute("SELECT count(*) FROM vault.payer_names").fetchall() == [(0,)]


def test_the_archive_holds_the_name_and_no_address_telephone_or_child(pool: Pool, database: str) -> None:
    payer_id = forget(pool, PAPER)
    with psycopg.connect(database) as owner:
        ((kek_id, wrapped, nonce, sealed, row),) = owner.execute(
            "SELECT kek_id, wrapped, nonce, sealed, kept::text FROM vault.payer_names AS kept"
        ).fetchall()
    place = "|".join(map(str, ("v1", "payer-name", ASSOCIATION, CONTRIBUTION, COOP, CAMPAIGN, payer_id))).encode()
    key = Keyring([KEY]).derived(b"accounting archive").unwrap(kek_id, wrapped, b"key|" + place)
    plain = AESGCM(key).decrypt(nonce, sealed, place).decode()
    assert plain == '{"first_name":"Zéphyrine","last_name":"QUATREBARBES"}'
    assert [word for word in ("QUATREBARBES", "z@famille", "612345678", "Anatole") if word in row] == []
    assert [word for word in (b"QUATREBARBES", b"Anatole") if word.hex() in row] == []


def test_the_keys_of_the_vault_do_not_open_the_archive_and_no_other_association_s_do(pool: Pool, database: str) -> None:
    forget(pool, PAPER)
    with psycopg.connect(database) as owner:
        ((kek_id, wrapped),) = owner.execute("SELECT kek_id, wrapped FROM vault.payer_names").fetchall()
    with pytest.raises(VaultKeyMissing):
        Keyring([KEY]).unwrap(kek_id, wrapped, b"")
    with pytest.raises(VaultKeyMissing):
        archive_of(pool, NEXT_KEY).of_campaign(CAMPAIGN)
    other = uuid4()
    assert archive_of(pool, KEY, association=other).of_campaign(CAMPAIGN) == {}
    with psycopg.connect(database) as owner:
        owner.execute("UPDATE vault.payer_names SET association = %s", (other,))
    with pytest.raises(VaultUnreadable):
        archive_of(pool, KEY, association=other).of_campaign(CAMPAIGN)


@pytest.mark.parametrize("column", ["contribution_id", "coop_id", "payer_id"])
def test_a_name_moved_to_another_paper_or_payer_is_not_read(pool: Pool, database: str, column: str) -> None:
    forget(pool, PAPER)
    with psycopg.connect(database) as owner:
        owner.execute(SQL("UPDATE vault.payer_names SET {} = %s").format(Identifier(column)), (uuid4(),))
    with pytest.raises(VaultUnreadable):
        archive_of(pool, KEY).of_campaign(CAMPAIGN)


def test_a_name_is_kept_until_its_last_day_is_over(pool: Pool) -> None:
    forget(pool, PAPER)
    archive = archive_of(pool, KEY)
    assert archive.erase_expired(LAST_DAY) == 0
    assert archive.of_campaign(CAMPAIGN) == {CONTRIBUTION: NAME}
    assert archive.erase_expired(LAST_DAY + timedelta(days=1)) == 1
    assert archive.of_campaign(CAMPAIGN) == {}


def test_the_first_name_stays_when_the_erasure_is_carried_out_again(pool: Pool) -> None:
    payer_id = forget(pool, PAPER)
    again = Erasure(ASSOCIATION, ErasureKind.PERSON, payer_id, datetime(2024, 7, 11, tzinfo=UTC), (PAPER,))
    erasure_store(pool, ASSOCIATION, Keyring([KEY])).carry_out([again])
    assert archive_of(pool, KEY).of_campaign(CAMPAIGN) == {CONTRIBUTION: NAME}


def test_a_vault_that_cannot_be_read_erases_nobody(pool: Pool) -> None:
    payer_id, vault = uuid4(), PeopleVault(pool, ASSOCIATION, Keyring([KEY]))
    vault.put(PAYER, person_id=payer_id, coop_id=COOP, purpose=Purpose.ACCOUNTING, expires_on=LAST_DAY)
    erasure = Erasure(ASSOCIATION, ErasureKind.PERSON, payer_id, datetime(2024, 7, 10, tzinfo=UTC), (PAPER,))
    with pytest.raises(VaultKeyMissing):
        erasure_store(pool, ASSOCIATION, Keyring([NEXT_KEY])).carry_out([erasure])
    assert vault.get(payer_id) == PAYER


def test_a_name_outlives_a_change_of_keys_and_is_sealed_anew(pool: Pool, database: str) -> None:
    forget(pool, PAPER)
    rotating = archive_of(pool, NEXT_KEY, KEY)
    assert (rotating.rewrap(), rotating.rewrap()) == (1, 0)
    after = archive_of(pool, NEXT_KEY)
    assert after.of_campaign(CAMPAIGN) == {CONTRIBUTION: NAME}

    def sealed() -> list[tuple[bytes, bytes]]:
        with psycopg.connect(database) as owner:
            return owner.execute("SELECT wrapped, sealed FROM vault.payer_names").fetchall()

    before = sealed()
    assert after.reseal() == 1
    assert {one for row in sealed() for one in row} & {one for row in before for one in row} == set()
    assert after.of_campaign(CAMPAIGN) == {CONTRIBUTION: NAME}
