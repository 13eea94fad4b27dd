"""Who runs campaigns in the tests of their pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.api_server import TREASURER, ApiServer
from tests.service.pages.wizard.forms import Runner, runner


@pytest.fixture
def mandataire(api: ApiServer) -> Iterator[Runner]:
    """The mandate holder of the guide's coop, at no campaign yet."""
    with runner(api) as signed_in:
        yield signed_in


@pytest.fixture
def treasurer(api: ApiServer) -> Iterator[Runner]:
    """The treasurer of the association, who holds no mandate."""
    with runner(api, TREASURER) as signed_in:
        yield signed_in
