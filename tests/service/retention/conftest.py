"""An installation without a payment provider, and what erasing by the rules needs of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.local_postgres import LocalPostgres
from service.demo.scenario import DemoIds, DemoScenario
from service.runtime.projectors import Projectors
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with


@pytest.fixture
def database(postgres: LocalPostgres) -> Iterator[str]:
    """The connection string of a database with the association, dropped after the test."""
    with database_with(postgres, found_association) as made:
        yield made


@pytest.fixture
def runtime(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Runtime]:
    """The service open on an association, with no payment provider."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    with Runtime(Settings(data_dir=tmp_path), None, database) as opened:
        yield opened


@pytest.fixture
def ids(runtime: Runtime) -> DemoIds:
    """The guide's season, played and shown by the read models."""
    opened = runtime.ledger("ad06")
    played = DemoScenario(opened).play()
    projectors = Projectors(runtime)
    assert projectors.wait_for("ad06", opened.ledger.store.head()[0], 20)
    projectors.close()
    return played
