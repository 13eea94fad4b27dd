"""A browser without JavaScript at a school on line, a member who runs its coop, and that member's letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import httpx2
import pytest

from adapters.member_accounts import MemberLinkPurpose
from domain.rights.roles import Role
from service.runtime.open_ledger import OpenLedger
from tests.kit.email_world import PUBLIC, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG, address_of, new_member
from tests.kit.waiting import wait_until

HOME: Final = f"/{SLUG}/coops"
"""A page for whoever is signed in."""
LANDING: Final = f"/{SLUG}/accueil"
"""Where somebody is led who wanted no page in particular."""
COLLECTIONS: Final = f"/{SLUG}/collectes"
SIGN_IN: Final = f"/{SLUG}/connexion"
_HTML: Final = {"Accept": "text/html"}


@pytest.fixture
def visit(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser."""
    with httpx2.Client(base_url=live_server.url, headers=_HTML, timeout=30) as client:
        yield client


@pytest.fixture
def elsewhere(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """Another browser, or a program that reads mail and opens links."""
    with httpx2.Client(base_url=live_server.url, headers=_HTML, timeout=30) as client:
        yield client


@pytest.fixture
def member(live_server: LiveServer, opened: OpenLedger) -> UUID:
    """Somebody new who holds the mandate of the coop."""
    return new_member(opened, Role.MANDATAIRE, live_server.world.coop_id)


def make_link(live_server: LiveServer, opened: OpenLedger, member_id: UUID) -> str:
    """The address of a sign-in link that no browser asked for, as the command line makes it."""
    return f"{SIGN_IN}/{opened.members.links.make(member_id, MemberLinkPurpose.SIGN_IN, live_server.world.now())}"


def letters_to(live_server: LiveServer, member_id: UUID) -> list[str]:
    """The links in the letters to a member, the oldest letter first."""
    letters = letters_in(live_server.letters, address_of(member_id))
    return [link.removeprefix(PUBLIC) for letter in letters for link in links(letter)]


def ask_for_link(live_server: LiveServer, visit: httpx2.Client, member_id: UUID, suite: str = "") -> str:
    """Ask for a link in a browser, and return the one that comes."""
    before = len(letters_to(live_server, member_id))
    answer = visit.post(SIGN_IN, data={"email": address_of(member_id), "suite": suite})
    assert answer.status_code == 200
    wait_until(lambda: len(letters_to(live_server, member_id)) > before)
    return letters_to(live_server, member_id)[before]
