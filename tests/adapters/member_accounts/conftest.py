"""The members of one association, on a database that others share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.local_postgres import LocalPostgres
from adapters.member_accounts import MemberProfile, MemberStores
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring
from adapters.postgres import DatabaseRole, conninfo_for
from tests.kit.databases import fresh_database

MakeMembers = Callable[[], MemberStores]
KEY: Final = os.urandom(32)
NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
PROFILE: Final = MemberProfile("Laurence", "MARDEGAN", "L.Mardegan@ecole.example")


@pytest.fixture(scope="module")
def place(postgres: LocalPostgres) -> Iterator[str]:
    """A database with its schemas, for a module."""
    with fresh_database(postgres) as database:
        migrate_database(database)
        yield database


@pytest.fixture(scope="module")
def pool(place: str) -> Iterator[Pool]:
    """Connections of the vault's own role."""
    with Pool(conninfo_for(place, DatabaseRole.VAULT), size=4) as pool:
        yield pool


@pytest.fixture
def make_members(pool: Pool) -> MakeMembers:
    """Found another association."""

    def make() -> MemberStores:
        secrets: dict[str, bytes] = {}
        secret = lambda name: secrets.setdefault(name, os.urandom(32))  # noqa: E731 - a stand-in of one line
        return MemberStores.open(pool, uuid4(), Keyring([KEY]), secret)

    return make


@pytest.fixture
def stores(make_members: MakeMembers) -> MemberStores:
    """An association of the test's own."""
    return make_members()


def invited(stores: MemberStores, profile: MemberProfile = PROFILE) -> UUID:
    """A new member."""
    member_id = uuid4()
    assert stores.members.invite(member_id, profile, NOW)
    return member_id


def another(stores: MemberStores) -> UUID:
    """A new member with an address of its own."""
    return invited(stores, MemberProfile("Anne", "AUTRE", f"{uuid4().hex}@ecole.example"))
