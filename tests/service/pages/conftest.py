"""A school's campaign as families meet it, one for each module of tests, and their browsers."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page

from adapters.local_postgres import LocalPostgres
from domain.rights.roles import Role
from service.runtime.open_ledger import OpenLedger
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with
from tests.kit.live_server import LiveServer, run_live_server
from tests.kit.members.office import desk
from tests.kit.members.sessions import SLUG


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


@pytest.fixture
def office(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """The browser of a member of the association's staff."""
    with desk(live_server, Role.STAFF) as client:
        yield client


@pytest.fixture
def mandataire(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """The browser of a holder of the coop's mandate."""
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
        yield client


@pytest.fixture
def opened(live_server: LiveServer) -> OpenLedger:
    """The ledger of the association."""
    return live_server.world.runtime.ledger(SLUG)
