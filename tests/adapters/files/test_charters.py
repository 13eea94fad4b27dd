"""The texts of charters: an association's own, found by their digest, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.files import CharterStore
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for


@pytest.fixture
def pool(database: str) -> Iterator[Pool]:
    """Connections of the application's role."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.APP), size=2) as pool:
        yield pool


def test_a_text_is_found_by_its_digest_in_its_association_alone(pool: Pool) -> None:
    here, there = CharterStore(pool, uuid4()), CharterStore(pool, uuid4())
    text = "Aucun enfant n’est exclu."
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert {here.keep(text) for _ in range(2)} == {digest}
    assert here.find_many([digest, "5f" * 32]) == {digest: text}
    assert there.find_many([digest]) == {}


def test_nobody_who_serves_can_change_or_remove_a_text(pool: Pool) -> None:
    CharterStore(pool, uuid4()).keep("Aucun enfant n’est exclu.")
    for statement in (
        "UPDATE files.charters SET text = 'x'",
        "DELETE FROM files.charters",
        "TRUNCATE files.charters",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), pool.connection() as connection:
            connection.execute(statement.encode())
