"""Connections of the worker role to a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.connections import Lender, Pool
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for


@pytest.fixture
def pool(database: str) -> Iterator[Lender]:
    """Connections as the worker role, as in service."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.WORKER), size=4) as opened:
        yield opened
