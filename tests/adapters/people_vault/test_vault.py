"""The vault keeps names apart from the log: sealed, bound to their place, unreadable once erased."""

import base64
import hashlib
import os
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.abc import Params, QueryNoTemplate

from adapters.connections import Pool
from adapters.migrate import migrate_database
from adapters.people_vault import (
    Keyring,
    NewPerson,
    PeopleVault,
    Person,
    PersonExists,
    PersonMissing,
    Purpose,
    VaultKeyMissing,
    VaultUnreadable,
    keyring_from_environment,
    retention_end,
)
from adapters.people_vault.crypto.sealing import Place
from adapters.people_vault.person import canonical
from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import InvalidInput

ASSOCIATION, COOP = uuid4(), uuid4()
_EXECUTE = psycopg.Cursor.execute
KEY, NEXT_KEY = os.urandom(32), os.urandom(32)
MARIE = Person("Marie", "GALANTE", "marie@exemple.invalid", "06 00 00 00 00", {"Formule": "1 enfant"})
UNTIL = date(2026, 8, 31)
EXPIRED_BY = date(2026, 9, 1)
texts = st.text(max_size=50)
people = st.builds(Person, texts, texts, texts, texts, st.dictionaries(texts, texts, max_size=3))


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def vault(pool: Pool) -> PeopleVault:
    """The vault of one association."""
    return PeopleVault(pool, ASSOCIATION, Keyring([KEY]))


def put(vault: PeopleVault, person: Person = MARIE, *, coop_id: UUID = COOP) -> tuple[UUID, str]:
    """Put a person under a new id; also its commitment."""
    person_id = uuid4()
    return person_id, vault.put(
        person, person_id=person_id, coop_id=coop_id, purpose=Purpose.CLASS_LIFE, expires_on=UNTIL
    )


def committed(vault: PeopleVault, person_id: UUID, person: Person = MARIE) -> str:
    """The commitment of a person that is there already: the same person put again."""
    kept = NewPerson(person_id, COOP, Purpose.CLASS_LIFE, UNTIL, person)
    return vault.put_many([kept])[person_id]


def tamper(pool: Pool, statement: str, *values: object) -> None:
    """Alter the vault behind its back."""
    with pool.connection() as connection:
        connection.execute(statement.encode(), values)


def test_a_person_comes_back_as_it_was_put(vault: PeopleVault) -> None:
    person_id, _ = put(vault)
    assert vault.get(person_id) == MARIE


def test_any_unicode_comes_back_as_it_was_put(vault: PeopleVault) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(people)
    def round_trip(person: Person) -> None:
        person_id, commitment = put(vault, person)
        assert vault.get(person_id) == person
        assert committed(vault, person_id, person) == commitment

    round_trip()


def test_the_stored_rows_hold_no_part_of_a_name(vault: PeopleVault, pool: Pool) -> None:
    put(vault)
    with pool.connection() as connection:
        dump = str(connection.execute("SELECT * FROM vault.people, vault.keys").fetchall()).casefold()
    for word in ("marie", "galante", "exemple", "06 00"):
        assert word not in dump
        assert word.encode().hex() not in dump


def test_the_commitment_is_the_salted_hash_of_the_person(vault: PeopleVault, pool: Pool) -> None:
    person_id, commitment = put(vault)
    with pool.connection() as connection:
        (salt,) = connection.execute("SELECT salt FROM vault.people WHERE person_id = %s", (person_id,)).fetchall()[0]
    assert commitment == hashlib.sha256(b"\x02" + salt + canonical(MARIE)).hexdigest()
    assert committed(vault, person_id) == commitment
    assert put(vault)[1] != commitment


def test_no_other_role_can_read_the_vault(vault: PeopleVault, database: str) -> None:
    put(vault)
    for role in (DatabaseRole.APP, DatabaseRole.PROJECTOR):
        with psycopg.connect(conninfo_for(database, role), autocommit=True) as connection:
            for table in ("keys", "people", "secrets"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(f"SELECT 1 FROM vault.{table}".encode())  # noqa: S608 (constants)


@pytest.mark.parametrize("column", ["nonce", "sealed"])
def test_one_altered_bit_of_a_row_is_refused(vault: PeopleVault, pool: Pool, column: str) -> None:
    person_id, _ = put(vault)
    tamper(pool, f"UPDATE vault.people SET {column} = set_bit({column}, 5, 1 - get_bit({column}, 5))")  # noqa: S608
    with pytest.raises(VaultUnreadable):
        vault.get(person_id)


def test_one_altered_bit_of_a_wrapped_key_is_refused(vault: PeopleVault, pool: Pool) -> None:
    person_id, _ = put(vault)
    tamper(pool, "UPDATE vault.keys SET wrapped = set_bit(wrapped, 99, 1 - get_bit(wrapped, 99))")
    with pytest.raises(VaultUnreadable):
        vault.get(person_id)


def test_a_row_moved_to_another_person_is_refused_even_with_its_key(vault: PeopleVault, pool: Pool) -> None:
    (marie, _), (robert, _) = put(vault), put(vault, Person("Robert", "DUPOND"))
    tamper(
        pool,
        "UPDATE vault.keys t SET wrapped = s.wrapped FROM vault.keys s WHERE t.person_id = %s AND s.person_id = %s",
        robert,
        marie,
    )
    tamper(
        pool,
        "UPDATE vault.people t SET nonce = s.nonce, sealed = s.sealed FROM vault.people s"
        " WHERE t.person_id = %s AND s.person_id = %s",
        robert,
        marie,
    )
    with pytest.raises(VaultUnreadable):
        vault.get(robert)


@pytest.mark.parametrize("change", ["p.coop_id = gen_random_uuid()", "k.purpose = 1"])
def test_a_row_moved_to_another_coop_or_purpose_is_refused(vault: PeopleVault, pool: Pool, change: str) -> None:
    person_id, _ = put(vault)
    alias, _, assignment = change.partition(".")
    table = {"p": "vault.people", "k": "vault.keys"}[alias]
    tamper(pool, f"UPDATE {table} SET {assignment}")  # noqa: S608 (constants of this test)
    with pytest.raises(VaultUnreadable):
        vault.get(person_id)


def test_an_association_never_sees_another_ones_people(vault: PeopleVault, pool: Pool) -> None:
    person_id, _ = put(vault)
    other = PeopleVault(pool, uuid4(), Keyring([KEY]))
    assert other.get(person_id) is None
    assert other.search(COOP, "marie") == {}
    assert not other.erase(person_id)
    assert vault.get(person_id) == MARIE


def test_another_key_reads_nothing(vault: PeopleVault, pool: Pool) -> None:
    person_id, _ = put(vault)
    with pytest.raises(VaultKeyMissing):
        PeopleVault(pool, ASSOCIATION, Keyring([NEXT_KEY])).get(person_id)


def test_two_persons_have_unrelated_keys_nonces_and_salts(vault: PeopleVault, pool: Pool) -> None:
    (first, one), (second, two) = put(vault), put(vault)
    assert (vault.get(first), one == two) == (vault.get(second), False)
    with pool.connection() as connection:
        rows = connection.execute(
            "SELECT wrapped, nonce, sealed, salt FROM vault.people JOIN vault.keys USING (person_id)"
        )
        columns = list(zip(*rows.fetchall(), strict=True))
    assert [len(set(column)) for column in columns] == [2, 2, 2, 2]


def test_erasing_leaves_nothing_and_twice_changes_nothing(vault: PeopleVault, pool: Pool) -> None:
    person_id, _ = put(vault)
    assert vault.erase(person_id)
    assert not vault.erase(person_id)
    assert vault.get(person_id) is None
    with pool.connection() as connection:
        assert (
            connection.execute("SELECT person_id FROM vault.people UNION SELECT person_id FROM vault.keys").fetchall()
            == []
        )


def test_people_expire_after_their_last_day(vault: PeopleVault) -> None:
    person_id, _ = put(vault)
    assert vault.erase_expired(UNTIL) == ()
    assert vault.erase_expired(EXPIRED_BY) == (person_id,)
    assert vault.get(person_id) is None


@pytest.mark.parametrize(
    ("purpose", "day", "last"),
    [
        (Purpose.ACCOUNTING, date(2024, 9, 1), date(2035, 8, 31)),
        (Purpose.ACCOUNTING, date(2024, 8, 31), date(2034, 8, 31)),
        (Purpose.CLASS_LIFE, date(2024, 9, 1), date(2026, 8, 31)),
    ],
)
def test_each_purpose_has_its_last_day(purpose: Purpose, day: date, last: date) -> None:
    assert retention_end(purpose, day) == last


def test_putting_the_same_person_again_gives_the_same_commitment(vault: PeopleVault) -> None:
    person_id, commitment = put(vault)
    same = NewPerson(person_id, COOP, Purpose.CLASS_LIFE, UNTIL, MARIE)
    assert vault.put_many([same]) == {person_id: commitment}


def test_an_id_that_stands_for_someone_else_is_refused_and_nothing_is_put(vault: PeopleVault) -> None:
    person_id, _ = put(vault)
    stranger = NewPerson(uuid4(), COOP, Purpose.CLASS_LIFE, UNTIL, MARIE)
    taken = NewPerson(person_id, COOP, Purpose.CLASS_LIFE, UNTIL, Person("Robert", "DUPOND"))
    with pytest.raises(PersonExists):
        vault.put_many([stranger, taken])
    assert vault.get(stranger.person_id) is None
    with pytest.raises(InvalidInput):
        vault.put_many([stranger, stranger])


def test_an_update_changes_the_person_and_its_commitment(vault: PeopleVault) -> None:
    person_id, before = put(vault)
    corrected = Person("Marie", "GALANT")
    after = vault.update(person_id, corrected)
    assert vault.get(person_id) == corrected
    assert committed(vault, person_id, corrected) == after != before
    vault.erase(person_id)
    with pytest.raises(PersonMissing):
        vault.update(person_id, MARIE)


def test_a_search_finds_every_word_whatever_the_accents_within_one_coop(vault: PeopleVault) -> None:
    zoe, _ = put(vault, Person("Zoé", "Lefèvre", "zoe@exemple.invalid"))
    put(vault, Person("Zoé", "Lefèvre"), coop_id=uuid4())
    put(vault)
    for text in ("lefevre ZOE", "ZOÉ", "zoe@"):
        assert list(vault.search(COOP, text)) == [zoe]
    assert list(vault.search(COOP, "zoé galante")) == []
    assert [person.last_name for person in vault.search(COOP, "").values()] == ["GALANTE", "Lefèvre"]


def test_rotation_rewraps_every_key_and_then_the_old_one_can_leave(vault: PeopleVault, pool: Pool) -> None:
    person_id, commitment = put(vault)
    secret = vault.secret("import")
    rotated = PeopleVault(pool, ASSOCIATION, Keyring([NEXT_KEY, KEY]))
    assert (rotated.rewrap(), rotated.rewrap()) == (2, 0)
    without_old = PeopleVault(pool, ASSOCIATION, Keyring([NEXT_KEY]))
    assert without_old.get(person_id) == MARIE
    assert committed(without_old, person_id) == commitment
    assert without_old.secret("import") == secret


def test_who_read_the_keys_opens_no_later_copy_once_everything_is_sealed_again(vault: PeopleVault, pool: Pool) -> None:
    """Who left with the old key and a backup has every person's own key; a rotation alone keeps them good."""
    person_id, commitment = put(vault)
    place = Place(ASSOCIATION, COOP, person_id, Purpose.CLASS_LIFE)
    leaked = data_key(pool, person_id, place, KEY)
    rotated = PeopleVault(pool, ASSOCIATION, Keyring([NEXT_KEY, KEY]))
    rotated.rewrap()
    assert opens(pool, person_id, place, leaked)
    assert (rotated.reseal(), rotated.reseal()) == (1, 1)
    assert not opens(pool, person_id, place, leaked)
    without_old = PeopleVault(pool, ASSOCIATION, Keyring([NEXT_KEY]))
    assert without_old.get(person_id) == MARIE
    assert committed(without_old, person_id) == commitment


def data_key(pool: Pool, person_id: UUID, place: Place, key: bytes) -> bytes:
    """A person's own key, as somebody with the association's reads it."""
    with pool.connection() as connection:
        query = "SELECT kek_id, wrapped FROM vault.keys WHERE person_id = %s"
        kek_id, wrapped = connection.execute(query, (person_id,)).fetchall()[0]
    return Keyring([key]).unwrap(kek_id, wrapped, place.bound_key())


def opens(pool: Pool, person_id: UUID, place: Place, key: bytes) -> bool:
    """Whether a key opens a person as it is stored now."""
    with pool.connection() as connection:
        query = "SELECT nonce, sealed FROM vault.people WHERE person_id = %s"
        nonce, sealed = connection.execute(query, (person_id,)).fetchall()[0]
    try:
        AESGCM(key).decrypt(nonce, sealed, place.bound())
    except InvalidTag:
        return False
    return True


def test_only_the_people_of_the_association_are_sealed_again(vault: PeopleVault, pool: Pool) -> None:
    put(vault)
    assert PeopleVault(pool, uuid4(), Keyring([KEY])).reseal() == 0


def test_a_secret_is_random_by_name_and_by_association_and_never_changes(vault: PeopleVault, pool: Pool) -> None:
    secrets = [
        vault.secret("import"),
        vault.secret("other"),
        PeopleVault(pool, uuid4(), Keyring([KEY])).secret("import"),
    ]
    assert len(set(secrets)) == 3
    assert vault.secret("import") == secrets[0]


def test_three_hundred_families_are_read_in_one_query(vault: PeopleVault, monkeypatch: pytest.MonkeyPatch) -> None:
    families = [NewPerson(uuid4(), COOP, Purpose.ACCOUNTING, UNTIL, Person("Marie", f"N{n}")) for n in range(300)]
    vault.put_many(families)
    ids = [family.person_id for family in families]
    asked: list[str] = []

    def execute(
        cursor: psycopg.Cursor[Any],
        query: QueryNoTemplate,
        given: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> psycopg.Cursor[Any]:
        asked.append(str(query))
        return _EXECUTE(cursor, query, given, prepare=prepare, binary=binary)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    found = vault.get_many(ids)
    assert [found[family.person_id] for family in families] == [family.person for family in families]
    assert len(asked) == 1, asked


def test_keys_come_from_the_environment_by_association_or_derived() -> None:
    encoded, following = base64.b64encode(KEY).decode(), base64.b64encode(NEXT_KEY).decode()
    own = keyring_from_environment(ASSOCIATION, "ad-06", {"COOPLEDGER_VAULT_KEY_AD_06": f"{following}, {encoded}"})
    assert own.current_id == Keyring([NEXT_KEY]).current_id
    shared = {"COOPLEDGER_VAULT_KEY": encoded}
    derived = keyring_from_environment(ASSOCIATION, "ad06", shared)
    assert derived.current_id == keyring_from_environment(ASSOCIATION, "ad06", shared).current_id
    assert derived.current_id != keyring_from_environment(uuid4(), "ad13", shared).current_id
    assert derived.current_id != Keyring([KEY]).current_id


@pytest.mark.parametrize("value", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_missing_or_unusable_key_is_refused(value: str) -> None:
    with pytest.raises(VaultKeyMissing):
        keyring_from_environment(ASSOCIATION, "ad06", {"COOPLEDGER_VAULT_KEY": value})


def test_a_person_never_shows_in_a_representation() -> None:
    assert "GALANTE" not in repr(MARIE)
