"""An installation with the guide's season, and an empty database beside it to bring a backup back into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.local_postgres import LocalPostgres
from adapters.local_postgres_binaries import BINARIES_VARIABLE
from service.settings import Settings
from tests.kit.association import VAULT_KEY, play_guide
from tests.kit.databases import database_with, empty_database

Install = Callable[[str, str], Settings]
"""Gives the settings of an installation on a database, whose files are in a folder of a name."""


@pytest.fixture
def install(postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Install:
    """The settings of installations on the test server, as an operator gives them."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    monkeypatch.setenv(BINARIES_VARIABLE, str(postgres.binaries))

    def give(database: str, folder: str) -> Settings:
        monkeypatch.setenv("COOPLEDGER_DATABASE_URL", database)
        monkeypatch.setenv("COOPLEDGER_DATA_DIR", str(tmp_path / folder))
        return Settings()

    return give


@pytest.fixture
def season(postgres: LocalPostgres) -> Iterator[str]:
    """A database with the guide's season."""
    with database_with(postgres, play_guide) as made:
        yield made


@pytest.fixture
def empty(postgres: LocalPostgres) -> Iterator[str]:
    """A database without a single table."""
    with empty_database(postgres) as made:
        yield made
