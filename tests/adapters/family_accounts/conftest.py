"""The accounts of one association, on a database that others share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.family_accounts import FamilyStores
from adapters.local_postgres import LocalPostgres
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring
from adapters.postgres import DatabaseRole, conninfo_for
from tests.kit.databases import fresh_database

MakeStores = Callable[[], FamilyStores]
KEY: Final = os.urandom(32)


@pytest.fixture(scope="module")
def place(postgres: LocalPostgres) -> Iterator[str]:
    """A database with its schemas, for a module."""
    with fresh_database(postgres) as database:
        migrate_database(database)
        yield database


@pytest.fixture(scope="module")
def pool(place: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    with Pool(conninfo_for(place, DatabaseRole.VAULT), size=2) as pool:
        yield pool


@pytest.fixture
def make_stores(pool: Pool) -> MakeStores:
    """Found another association."""

    def make(association_id: UUID | None = None, key: bytes = KEY) -> FamilyStores:
        secrets: dict[str, bytes] = {}
        secret = lambda name: secrets.setdefault(name, os.urandom(32))  # noqa: E731 - a stand-in of one line
        return FamilyStores.open(pool, association_id or uuid4(), Keyring([key]), secret)

    return make


@pytest.fixture
def families(make_stores: MakeStores) -> FamilyStores:
    """An association of the test's own."""
    return make_stores()
