"""Connections of the worker role to a database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg_pool import ConnectionPool

from adapters.connections import Lender
from adapters.migrate import migrate_database
from adapters.postgres import DatabaseRole, conninfo_for


@pytest.fixture
def pool(database: str) -> Iterator[Lender]:
    """Connections as the worker role, as in service."""
    migrate_database(database)
    with ConnectionPool(conninfo_for(database, DatabaseRole.WORKER), kwargs={"autocommit": True}, open=True) as opened:
        yield opened
