"""What the tests of the service may ask for: the service on line, with the guide's story told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.local_postgres import LocalPostgres
from tests.service.serving import Served, serve


@pytest.fixture(scope="module")
def served(postgres: LocalPostgres) -> Iterator[Served]:
    """The service on line, on a database of its own for each module of tests."""
    with serve(postgres) as running:
        yield running
