"""The stores of contacts of one association, on a database of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.contact_vault import ContactStores
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring
from adapters.postgres import DatabaseRole, conninfo_for

ASSOCIATION: Final = uuid4()
KEY: Final = os.urandom(32)
SECRET: Final = os.urandom(32)


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield pool


def stores_of(pool: Pool, association_id: UUID = ASSOCIATION, *keys: bytes) -> ContactStores:
    """The stores of an association under some keys, the first of which wraps."""
    return ContactStores.open(pool, association_id, Keyring(keys or (KEY,)), lambda _: SECRET)


@pytest.fixture
def stores(pool: Pool) -> ContactStores:
    """The stores of the association."""
    return stores_of(pool)
