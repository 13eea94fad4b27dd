"""People of an association at their desks: browsers without JavaScript that are signed in, and what they register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import httpx2

from domain.calendar import paris_date
from domain.rights.roles import Role
from service.pages.association.registration_form import default_mandate
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import MEMBER_COOKIE, SLUG, new_member, open_session

MUTUEL: Final = "FR08 1027 8060 0000 0203 4567 866"
"""An account of the Crédit Mutuel, as nobody has it."""
_KEY: Final = re.compile(r'name="cle" value="([^"]+)"')
_COOP: Final = re.compile(rf"/{SLUG}/coops/([0-9a-f-]{{36}})")
TODAY: Final = paris_date(datetime.now(UTC))
"""The day that the service on line is in."""
DAYS: Final = default_mandate(TODAY)
"""The first and the last day of a mandate that begins now."""
NEW_COOP: Final = {
    "school": "école Jean MOULIN",
    "address": "12 rue des Écoles, 06130",
    "town": "Grasse",
    "name": "Coop Jean MOULIN",
    "affiliation_number": "512",
    "iban": MUTUEL,
    "first_name": "Nadia",
    "last_name": "BENALI",
    "email": "nadia.benali@ecole.example",
    "valid_from": DAYS[0].isoformat(),
    "valid_to": DAYS[1].isoformat(),
}
"""What is typed to register a coop."""


@contextmanager
def desk_of(live_server: LiveServer, member_id: UUID) -> Iterator[httpx2.Client]:
    """Give the browser of a member who is signed in."""
    token = open_session(live_server.world.runtime.ledger(SLUG), member_id, live_server.world.now())
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        client.cookies.set(MEMBER_COOKIE, token)
        yield client


@contextmanager
def desk(live_server: LiveServer, role: Role, coop_id: UUID | None = None) -> Iterator[httpx2.Client]:
    """Give the browser of somebody new with a role, or with the mandate of a coop."""
    with desk_of(live_server, new_member(live_server.world.runtime.ledger(SLUG), role, coop_id)) as client:
        yield client


def form_key(page: str) -> str:
    """The key of the first form on a page."""
    found = _KEY.search(page)
    assert found is not None
    return found[1]


def register_coop(client: httpx2.Client, **typed: str) -> UUID:
    """Register a coop by the form, and return its id."""
    address = f"/{SLUG}/coops/inscrire"
    fields = {**NEW_COOP, **typed, "cle": form_key(client.get(address).text)}
    looked_at = client.post(address, data={**fields, "etape": "verifier"})
    assert looked_at.status_code == 200, looked_at.text
    done = client.post(address, data={**fields, "etape": "inscrire"})
    assert done.status_code == 303, done.text
    found = _COOP.search(done.headers["location"])
    assert found is not None
    return UUID(found[1])
