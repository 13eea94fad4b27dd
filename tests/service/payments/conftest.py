"""One sandbox for all journeys, one town for each."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest

from tests.adapters.stripe_sandbox.serving import Served, serve
from tests.service.payments.town import Town, found_town

MONDAY: Final = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Served]:
    """A sandbox on this machine; its clock begins on a Monday morning, whatever the day of the test."""
    with serve(start=MONDAY) as running:
        yield running


@pytest.fixture
def sandbox(running_sandbox: Served) -> Served:
    """The sandbox, fresh."""
    running_sandbox.do("/reset")
    return running_sandbox


@pytest.fixture
def town(database: str, sandbox: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A town with its school, not yet certified."""
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
    with found_town(database, sandbox) as founded:
        yield founded
