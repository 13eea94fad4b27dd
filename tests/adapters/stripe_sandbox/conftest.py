"""A sandbox for each test that wants one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.stripe_sandbox.serving import Served, serve


@pytest.fixture
def served() -> Iterator[Served]:
    """A fresh sandbox that nobody listens to."""
    with serve() as running:
        yield running
