"""A sandbox on this machine, and the adapter before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from adapters.stripe_provider import StripeProvider
from adapters.stripe_sandbox.testing import SandboxServer, run_sandbox
from tests.kit.stripe.provider_requests import settings_for


@pytest.fixture(scope="session")
def _running() -> Iterator[SandboxServer]:
    with run_sandbox() as running:
        yield running


@pytest.fixture
def sandbox(_running: SandboxServer) -> SandboxServer:
    """A fresh sandbox without a listener."""
    _running.do("/reset")
    return _running


@pytest.fixture
def provider(sandbox: SandboxServer) -> Iterator[StripeProvider]:
    """The adapter before the sandbox, with the sandbox's clock."""
    made = StripeProvider(
        settings_for(sandbox.url), clock=lambda: datetime.fromtimestamp(sandbox.sandbox.instant(), UTC)
    )
    yield made
    made.close()
