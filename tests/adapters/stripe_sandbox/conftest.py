"""A sandbox for each test that wants one: one server for all, its state afresh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.stripe.sandbox_server import Served, serve


@pytest.fixture(scope="session")
def _running() -> Iterator[Served]:
    with serve() as running:
        yield running


@pytest.fixture
def served(_running: Served) -> Served:
    """A fresh sandbox that nobody listens to."""
    _running.do("/reset")
    return _running
