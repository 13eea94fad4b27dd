"""While cards are tested on a campaign: unknown visitors wait, families that are known pay, one e-mail tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx2
import pytest

from adapters.family_accounts import Profile
from adapters.jobs.card_alerts import CardAlerts
from domain.rights.roles import Role
from service.worker import card_testing
from tests.kit.email_world import HOLDER
from tests.kit.example_emails import subject
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import address_of, new_member
from tests.kit.waiting import wait_until
from tests.service.pages.accounts.conftest import letters_to
from tests.service.pages.families.basket_forms import ask, draft, paying, put

COOKIE = "coopledger-family-ad06"
DECLINED = "4000000000000002"


@pytest.fixture
def family(live_server: LiveServer) -> Iterator[httpx2.Client]:
    """A browser without JavaScript."""
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        yield client


def pay(live_server: LiveServer, family: httpx2.Client) -> httpx2.Response:
    """Fill in a basket and press « Payer »."""
    path = put(live_server, draft(live_server, "Marie"))
    return family.post(f"{path}/paiement", data=paying(family, path))


def test_unknown_visitors_wait_and_a_family_that_is_signed_in_does_not(
    live_server: LiveServer, family: httpx2.Client
) -> None:
    ask(live_server)
    world = live_server.world
    alerts, now = CardAlerts(world.worker.outbox.pool), world.now()
    assert alerts.begin("ad06", world.campaign_id, now)
    assert [pay(live_server, family).status_code for _ in range(11)] == [303] * 10 + [429]
    opened, account_id = world.runtime.ledger("ad06"), uuid4()
    opened.families.accounts.create(account_id, Profile("A", "B", "a@famille.example"), now, confirmed=True)
    family.cookies.set(COOKIE, opened.families.sessions.open(account_id, now))
    assert pay(live_server, family).status_code == 303
    family.cookies.clear()
    world.sandbox.do("/clock", seconds=30)
    assert pay(live_server, family).status_code == 303
    world.sandbox.do("/clock", seconds=3600)
    assert [pay(live_server, family).status_code for _ in range(12)] == [303] * 12


def test_refused_cards_are_told_once_to_who_answers_for_the_campaign_and_to_the_association(
    live_server: LiveServer, family: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_testing, "MANY", 3)
    ask(live_server)
    world = live_server.world
    world.appoint()
    opened = world.runtime.ledger("ad06")
    staff, treasurer, auditor = (new_member(opened, role) for role in (Role.STAFF, Role.TREASURER, Role.AUDITOR))
    world.sandbox.do("/clock", seconds=7200)
    for _ in range(6):
        session = pay(live_server, family).headers["location"].rsplit("/", 1)[1]
        world.sandbox.do(f"/checkout/{session}/card", number=DECLINED)
    alerts = CardAlerts(world.worker.outbox.pool)
    wait_until(lambda: alerts.is_on("ad06", world.campaign_id, world.now()))
    read_by = [HOLDER.email, address_of(staff), address_of(treasurer)]
    wait_until(lambda: all(told(live_server, email) for email in read_by))
    about = ["Beaucoup de cartes refusées : Contributions volontaires des familles"]
    assert [told(live_server, email) for email in (*read_by, address_of(auditor))] == [about] * 3 + [[]]
    assert pay(live_server, family).status_code == 303


def told(live_server: LiveServer, email: str) -> list[str]:
    """What somebody was written about cards."""
    about = [subject(letter.as_bytes()) for letter in letters_to(live_server, email)]
    return [one.replace("\u00a0", " ") for one in about if "cartes" in one]
