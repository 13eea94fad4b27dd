"""Baskets that families are filling: sealed, found by their token alone, gone a day after they were last written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.migrate import migrate_database
from adapters.people_vault import BasketVault, Keyring, PeopleVault, Person, Purpose, VaultUnreadable
from adapters.postgres import DatabaseRole, conninfo_for

KEY: Final = os.urandom(32)
NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
CONTENT: Final = "Zéphyrine QUATREBARBES".encode()
ASSOCIATION: Final = uuid4()


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def baskets(pool: Pool) -> BasketVault:
    """The baskets of one association."""
    return BasketVault(pool, ASSOCIATION, Keyring([KEY]))


def test_a_basket_is_read_as_it_was_last_written(baskets: BasketVault) -> None:
    token = baskets.new_token()
    assert baskets.write(token, b"first", NOW)
    assert baskets.write(token, CONTENT, NOW)
    assert baskets.read(token, NOW) == (CONTENT, None)
    assert baskets.read(baskets.new_token(), NOW) is None


def test_the_database_holds_neither_the_token_nor_what_was_typed(baskets: BasketVault, database: str) -> None:
    token = baskets.new_token()
    baskets.write(token, CONTENT, NOW)
    with psycopg.connect(database) as owner:
        (row,) = owner.execute("SELECT kept::text FROM vault.baskets AS kept").fetchall()
    assert [secret for secret in (token, token.encode().hex(), CONTENT.hex()) if secret in row[0]] == []


def test_a_basket_of_another_association_or_key_or_place_is_not_read(
    pool: Pool, baskets: BasketVault, database: str
) -> None:
    token, other = baskets.new_token(), baskets.new_token()
    baskets.write(token, CONTENT, NOW)
    baskets.write(other, b"other", NOW)
    elsewhere = BasketVault(pool, uuid4(), Keyring([KEY]))
    assert elsewhere.read(token, NOW) is None
    assert not elsewhere.write(token, b"mine now", NOW)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute(
            "UPDATE vault.baskets AS one SET wrapped = two.wrapped, nonce = two.nonce, sealed = two.sealed"
            " FROM vault.baskets AS two WHERE one.token_sha256 <> two.token_sha256"
        )
    with pytest.raises(VaultUnreadable):
        baskets.read(token, NOW)


def test_the_token_of_a_basket_is_256_random_bits(baskets: BasketVault) -> None:
    assert {len(baskets.new_token()) for _ in range(20)} == {43}


def test_a_basket_that_was_placed_stays_as_it_was_and_fills_a_new_one(baskets: BasketVault) -> None:
    token, contribution_id = baskets.new_token(), uuid4()
    baskets.write(token, CONTENT, NOW)
    assert not baskets.is_kept(contribution_id, NOW)
    assert baskets.begin_again(contribution_id, NOW) is None
    baskets.place(token, contribution_id, ())
    baskets.place(token, uuid4(), ())
    assert not baskets.write(token, b"changed", NOW)
    assert baskets.read(token, NOW) == (CONTENT, contribution_id)
    assert baskets.is_kept(contribution_id, NOW)
    again = baskets.begin_again(contribution_id, NOW)
    assert again not in (None, token)
    assert baskets.read(again or "", NOW) == (CONTENT, None)


@pytest.mark.parametrize("erased", ["payer", "child"])
@pytest.mark.parametrize("way", ["the vault", "its retention", "a hand"])
def test_a_basket_is_erased_with_the_first_person_whom_it_names(
    pool: Pool, baskets: BasketVault, erased: str, way: str
) -> None:
    """What was typed before the payment, and what it was filled in again into, must not give an erased name back."""
    vault, day = PeopleVault(pool, ASSOCIATION, Keyring([KEY])), date(2026, 9, 7)
    people = {"payer": uuid4(), "child": uuid4()}
    for name, person_id in people.items():
        kept = {"purpose": Purpose.CLASS_LIFE, "expires_on": day if name == erased else day + timedelta(days=9)}
        vault.put(Person(name, "QUATREBARBES"), person_id=person_id, coop_id=uuid4(), **kept)  # type: ignore[arg-type]
    token, other, contribution_id = baskets.new_token(), baskets.new_token(), uuid4()
    for one in (token, other):
        baskets.write(one, CONTENT, NOW)
    baskets.place(token, contribution_id, tuple(people.values()))
    again = baskets.begin_again(contribution_id, NOW) or ""
    if way == "the vault":
        assert vault.erase(people[erased])
    elif way == "its retention":
        assert vault.erase_expired(day + timedelta(days=1)) == (people[erased],)
    else:
        with pool.connection() as connection:
            connection.execute("DELETE FROM vault.keys WHERE person_id = %s", (people[erased],))
    assert [baskets.read(one, NOW) for one in (token, again)] == [None, None]
    assert baskets.begin_again(contribution_id, NOW) is None
    assert baskets.read(other, NOW) is not None


def test_a_basket_is_gone_a_day_after_it_was_last_written(baskets: BasketVault, database: str) -> None:
    token, later = baskets.new_token(), NOW + timedelta(hours=23)
    baskets.write(token, b"first", NOW)
    baskets.write(token, CONTENT, later)
    assert baskets.read(token, later + timedelta(hours=23)) is not None
    assert baskets.read(token, later + timedelta(hours=24)) is None
    assert baskets.erase_expired(later + timedelta(hours=23)) == 0
    assert baskets.erase_expired(later + timedelta(hours=24)) == 1
    with psycopg.connect(database) as owner:
        assert owner.execute("SELECT count(*) FROM vault.baskets").fetchone() == (0,)
