"""People of the association and of a coop at their desks."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from domain.rights.roles import Role
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk
from tests.kit.members.sessions import SLUG


@pytest.fixture
def office(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """The browser of somebody who works for the association."""
    with desk(live_server, Role.STAFF) as client:
        yield client


@pytest.fixture
def mandataire(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """The browser of somebody who holds the mandate of the coop."""
    with desk(live_server, Role.MANDATAIRE, live_server.world.coop_id) as client:
        yield client


@pytest.fixture
def opened(live_server: LiveServer) -> OpenLedger:
    """The ledger of the association."""
    return live_server.world.runtime.ledger(SLUG)
