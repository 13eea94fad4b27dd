"""A school on line with an address of its own for each family, and its e-mails."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from typing import Final
from uuid import uuid4

import httpx2
import pytest

from tests.kit.email_world import PUBLIC, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.quick_passwords import quick_passwords
from tests.kit.waiting import wait_until

HOME: Final = "/ad06/compte"
PASSWORD: Final = "cerise tracteur lundi"  # noqa: S105 - of a test
OTHER: Final = "girafe parapluie mardi"


@pytest.fixture(scope="module", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Hashes that cost nothing."""
    with quick_passwords():
        yield


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript, with cookies."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


@pytest.fixture
def email() -> str:
    """A fresh address."""
    return f"z.{uuid4().hex[:10]}@famille.example"


def fields(email: str, **more: str) -> dict[str, str]:
    """The four fields of an account."""
    return {"first_name": "Zéphyrine", "last_name": "QUATREBARBES", "email": email, "password": PASSWORD, **more}


def letters_to(live_server: LiveServer, email: str) -> list[EmailMessage]:
    """The e-mails to an address, the oldest first."""
    return letters_in(live_server.letters, email)


def link_to(live_server: LiveServer, email: str, path: str, number: int = 1) -> str:
    """The link of the ``number``-th e-mail to an address that leads to a page of accounts, once it has come."""

    def found() -> list[str]:
        told = [link for letter in letters_to(live_server, email) for link in links(letter)]
        return [link.removeprefix(PUBLIC) for link in told if f"/compte/{path}" in link]

    wait_until(lambda: len(found()) >= number)
    return found()[number - 1]


def open_account(live_server: LiveServer, family: httpx2.Client, email: str) -> None:
    """Open an account and confirm it; the client is then signed in."""
    assert family.post(f"{HOME}/creer", data=fields(email)).status_code == 200
    link = link_to(live_server, email, "confirmation")
    assert family.post(link, data={"password": PASSWORD}).status_code == 303


def sign_in(family: httpx2.Client, email: str, password: str = PASSWORD, suite: str = "") -> httpx2.Response:
    """Try to sign in."""
    return family.post(f"{HOME}/connexion", params={"suite": suite}, data={"email": email, "password": password})
