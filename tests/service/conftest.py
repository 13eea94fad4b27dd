"""What the tests of the service may ask for: the sandbox, a world to pay in, and the service on line."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from adapters.local_postgres import LocalPostgres
from tests.kit import api_server
from tests.kit.api_server import Served
from tests.kit.browser_pages import WAIT
from tests.kit.online_service import VAULT_KEY, OnLine, open_on_line
from tests.kit.service_world import MONDAY, Town, found_town
from tests.kit.stripe import sandbox_server


@pytest.fixture(scope="module")
def served(postgres: LocalPostgres) -> Iterator[Served]:
    """The service on line, on a database of its own for each module of tests."""
    with api_server.serve(postgres) as running:
        yield running


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[sandbox_server.Served]:
    """A sandbox on this machine; its clock begins on a Monday morning, whatever the day of the test."""
    with sandbox_server.serve(start=MONDAY) as running:
        yield running


@pytest.fixture
def sandbox(running_sandbox: sandbox_server.Served) -> sandbox_server.Served:
    """The sandbox, fresh."""
    running_sandbox.do("/reset")
    return running_sandbox


@pytest.fixture
def town(database: str, sandbox: sandbox_server.Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town with its school, not yet certified."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    with found_town(database, sandbox) as founded:
        yield founded


@pytest.fixture
def online(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OnLine]:
    """The service on line, heard by the sandbox."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    with open_on_line(database, tmp_path / "letters") as opened:
        yield opened


@pytest.fixture
def telephone(browser: Browser, online: OnLine) -> Iterator[BrowserContext]:
    """A parent's telephone."""
    visit = browser.new_context(base_url=online.url, locale="fr-FR", viewport={"width": 390, "height": 844})
    visit.set_default_timeout(WAIT)
    yield visit
    visit.close()
