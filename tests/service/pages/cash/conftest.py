"""A teacher of the coop's class, as a browser without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from domain.rights.roles import Role
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk


@pytest.fixture
def teacher(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """The browser of the teacher of a class."""
    with desk(live_server, Role.TEACHER, live_server.world.coop_id) as client:
        yield client
