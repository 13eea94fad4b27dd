"""What the tests of the service may ask for: the sandbox, a world to pay in, and the service on line."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.testing import SandboxServer, run_sandbox
from tests.kit import api_server
from tests.kit.api_server import ApiServer
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.browser import WAIT
from tests.kit.databases import database_with, fresh_database
from tests.kit.live_server import LiveServer, run_live_server
from tests.kit.service_world import MONDAY, ServiceWorld, open_world


@pytest.fixture(scope="module")
def api(postgres: LocalPostgres) -> Iterator[ApiServer]:
    """The service on line, on a database of its own for each module of tests."""
    with api_server.run_api_server(postgres) as running:
        yield running


@pytest.fixture
def database(postgres: LocalPostgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """The connection string of a database, dropped after the test: a world's has the association, others no ledger."""
    worlds = {"world", "live_server"}.intersection(request.fixturenames)
    with database_with(postgres, found_association) if worlds else fresh_database(postgres) as made:
        yield made


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxServer]:
    """A sandbox on this machine; its clock begins on a Monday morning, whatever the day of the test."""
    with run_sandbox(start=MONDAY) as running:
        yield running


@pytest.fixture
def sandbox(running_sandbox: SandboxServer) -> SandboxServer:
    """The sandbox, fresh."""
    running_sandbox.do("/reset")
    return running_sandbox


@pytest.fixture
def world(database: str, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceWorld]:
    """A world with its school, not yet certified."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    with open_world(database, sandbox) as founded:
        yield founded


@pytest.fixture
def live_server(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LiveServer]:
    """The service on line, heard by the sandbox."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    with run_live_server(database, tmp_path / "letters") as opened:
        yield opened


@pytest.fixture
def telephone(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A parent's telephone."""
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport={"width": 390, "height": 844})
    visit.set_default_timeout(WAIT)
    yield visit
    visit.close()
