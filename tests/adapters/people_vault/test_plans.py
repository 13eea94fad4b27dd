"""What is asked for by its key is found by its key, by plans that were made while the vault was empty too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final
from uuid import UUID, uuid4

import psycopg

from adapters.connections import Pool
from adapters.people_vault import BasketVault, FamilyGrant, FamilyTokens, Keyring, PeopleVault, TokenPurpose
from tests.adapters.people_vault.test_provisional import ASSOCIATION, person, pool
from tests.kit.example import NOW

__all__ = ["pool"]
_PLANNED: Final = 12
"""Times after which the driver has prepared a statement, and Postgres keeps one plan of it."""
_MANY: Final = 1_500
_DAY: Final = date(2030, 1, 1)
_READ: Final = """
    SELECT (sum(i.idx_tup_read) + max(t.seq_tup_read))::int
    FROM pg_stat_user_indexes AS i JOIN pg_stat_user_tables AS t USING (relid)
    WHERE t.schemaname = 'vault' AND t.relname = %s
"""


def entries_read(database: str, pool: Pool, table: str, act: Callable[[], object]) -> int:
    """Do something, and return how many entries of a table's indexes, and rows of it one by one, were read for it."""

    def told() -> int:
        with pool.connection() as connection:
            connection.execute("SELECT pg_stat_force_next_flush()")
        with psycopg.connect(database, autocommit=True) as connection:
            row = connection.execute(_READ, (table,)).fetchone()
            return row[0] if row else 0

    before = told()
    act()
    return told() - before


def one_connection(pool: Pool) -> Pool:
    """A pool of one connection: its plans are those that the test had made."""
    return Pool(pool.conninfo, size=1)


def without_statistics(database: str) -> None:
    """Let nobody tidy up and count: as in the first minute of an installation, or after a backup was restored."""
    with psycopg.connect(database, autocommit=True) as connection:
        for table in ("keys", "people", "baskets", "family_tokens"):
            connection.execute(f"ALTER TABLE vault.{table} SET (autovacuum_enabled = false)".encode())


def test_people_are_found_and_confirmed_by_their_ids(database: str, pool: Pool) -> None:
    without_statistics(database)
    with one_connection(pool) as alone:
        mine = PeopleVault(alone, ASSOCIATION, Keyring([bytes(32)]))

        def bring_one() -> None:
            someone = uuid4()
            mine.put_many([person(someone)], uuid4())
            mine.provisional.confirm([someone])
            assert set(mine.get_many([someone])) == {someone}

        for _ in range(_PLANNED):
            bring_one()
        mine.put_many((person(uuid4()) for _ in range(_MANY)), uuid4())
        assert entries_read(database, alone, "keys", bring_one) < _MANY / 10
        assert entries_read(database, alone, "people", bring_one) < _MANY / 10


def test_baskets_and_tokens_of_families_are_found_by_their_digests(database: str, pool: Pool) -> None:
    without_statistics(database)
    with one_connection(pool) as alone:
        baskets, tokens = BasketVault(alone, ASSOCIATION, Keyring([bytes(32)])), FamilyTokens(alone, ASSOCIATION)

        def grant(contribution_id: UUID) -> FamilyGrant:
            return FamilyGrant(TokenPurpose.CONTRIBUTION, uuid4(), contribution_id, _DAY)

        def place_one() -> None:
            token, contribution_id = baskets.new_token(), uuid4()
            baskets.write(token, b"basket", NOW)
            assert baskets.read(token, NOW) is not None
            baskets.place(token, contribution_id, [])
            tokens.keep(token, grant(contribution_id))
            assert tokens.find(token, TokenPurpose.CONTRIBUTION, _DAY).contribution_id == contribution_id

        for _ in range(_PLANNED):
            place_one()
        for _ in range(_MANY):
            baskets.write(baskets.new_token(), b"basket", NOW)
        tokens.keep_all({baskets.new_token(): grant(uuid4()) for _ in range(_MANY)})
        assert entries_read(database, alone, "baskets", place_one) < _MANY / 10
        assert entries_read(database, alone, "family_tokens", place_one) < _MANY / 10
