"""A sandbox for each test that wants one: one server for all, its state afresh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.stripe_sandbox.testing import SandboxServer, run_sandbox


@pytest.fixture(scope="session")
def _running() -> Iterator[SandboxServer]:
    with run_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_running: SandboxServer) -> SandboxServer:
    """A fresh sandbox without a listener."""
    _running.do("/reset")
    return _running
