"""A merchant with its pages, and a visitor who follows no redirects by itself."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.adapters.stripe_sandbox.pages.merchant import Merchant, open_merchant


@pytest.fixture
def merchant() -> Merchant:
    """A fresh sandbox with its pages."""
    return open_merchant()


@pytest.fixture
def visitor(merchant: Merchant) -> Iterator[TestClient]:
    """A visitor with a browser at the sandbox."""
    with TestClient(merchant.app, base_url="http://127.0.0.1:8001", follow_redirects=False) as client:
        yield client
