"""Baskets that families are filling: sealed, found by their token alone, gone a day after they were last written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from adapters.migrate import migrate_database
from adapters.people_vault import BasketVault, Keyring, VaultUnreadable
from adapters.postgres import DatabaseRole, conninfo_for

KEY: Final = os.urandom(32)
NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
CONTENT: Final = "Zéphyrine QUATREBARBES".encode()
ASSOCIATION: Final = uuid4()


@pytest.fixture
def pool(database: str) -> Iterator[ConnectionPool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with ConnectionPool(conninfo_for(database, DatabaseRole.VAULT), min_size=1, max_size=2, open=True) as pool:
        yield pool


@pytest.fixture
def baskets(pool: ConnectionPool) -> BasketVault:
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
    pool: ConnectionPool, baskets: BasketVault, database: str
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


def test_a_basket_that_was_placed_stays_as_it_was_and_is_found_by_its_contribution(baskets: BasketVault) -> None:
    token, contribution_id = baskets.new_token(), uuid4()
    baskets.write(token, CONTENT, NOW)
    assert baskets.content_of(contribution_id, NOW) is None
    baskets.place(token, contribution_id)
    baskets.place(token, uuid4())
    assert not baskets.write(token, b"changed", NOW)
    assert baskets.read(token, NOW) == (CONTENT, contribution_id)
    assert baskets.content_of(contribution_id, NOW) == CONTENT


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
