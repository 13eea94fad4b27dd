"""One world for hundreds of histories: each has families of its own."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.testing import run_sandbox
from tests.kit.association import found_association
from tests.kit.databases import database_with
from tests.kit.service_world import MONDAY, ServiceWorld, open_world


@contextmanager
def certified_world(postgres: LocalPostgres) -> Iterator[ServiceWorld]:
    """A world with a certified school, at a sandbox of its own."""
    with (
        pytest.MonkeyPatch.context() as patch,
        database_with(postgres, found_association) as database,
        run_sandbox(start=MONDAY) as sandbox,
    ):
        patch.setenv("COOPLEDGER_VAULT_KEY", base64.b64encode(bytes(range(32))).decode())
        with open_world(database, sandbox) as founded:
            founded.certify()
            # The platform has money of its own: what it gives back leaves at once, in the history that asked for it.
            founded.pay("CP A", tip=2_000_00)
            founded.settle(days=8)
            yield founded


@pytest.fixture(scope="module")
def world(postgres: LocalPostgres) -> Iterator[ServiceWorld]:
    """One world for a module's histories."""
    with certified_world(postgres) as founded:
        yield founded
