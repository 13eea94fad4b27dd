"""A school's campaign as families meet it, one for each module of tests, and their browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from adapters.local_postgres import LocalPostgres
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with
from tests.kit.live_server import LiveServer, run_live_server


@pytest.fixture(scope="module")
def live_server(postgres: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The service on line, heard by the sandbox, for a module: each test opens baskets of its own."""
    letters = tmp_path_factory.mktemp("letters")
    with pytest.MonkeyPatch.context() as patch, database_with(postgres, found_association) as database:
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        with run_live_server(database, letters) as opened:
            yield opened


@pytest.fixture
def page(telephone: BrowserContext) -> Page:
    """A page of it."""
    return telephone.new_page()
