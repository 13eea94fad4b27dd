"""The office names mandate holders, ends mandates, and invites once more (S-01, S-03, S-27)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final
from uuid import UUID

import httpx2
import pytest

from domain.coop.state import Coop
from service.runtime.open_ledger import OpenLedger
from tests.kit.email_world import PUBLIC, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.office import DAYS, TODAY, desk_of, form_key, register_coop
from tests.kit.members.sessions import SLUG
from tests.kit.waiting import wait_until

_GIVEN: Final = {
    "first_name": "Karim",
    "last_name": "HADDAD",
    "valid_from": DAYS[0].isoformat(),
    "valid_to": DAYS[1].isoformat(),
}


def mandates_of(coop_id: UUID) -> str:
    """The address below which the mandates of a coop are."""
    return f"/{SLUG}/coops/{coop_id}/cooperative/mandats"


def invitations(live_server: LiveServer, email: str) -> list[str]:
    """The links in the invitations to an address."""
    found = [link for letter in letters_in(live_server.letters, email) for link in links(letter)]
    return [link.removeprefix(PUBLIC) for link in found if "/invitation/" in link]


@pytest.fixture
def coop_id(office: httpx2.Client, request: pytest.FixtureRequest) -> UUID:
    """A coop of its own, whose mandate holder was invited."""
    number = f"7{abs(hash(request.node.name)) % 100_000}"
    return register_coop(office, affiliation_number=number, email=f"n{number}@ecole.example")


def test_a_second_holder_is_named_and_each_sees_the_coop(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    new = f"{mandates_of(coop_id)}/nouveau"
    fields = {**_GIVEN, "email": "karim@ecole.example", "cle": form_key(office.get(new).text)}
    for _ in range(2):
        assert office.post(new, data=fields).headers["location"].endswith("/cooperative")
    page = office.get(f"/{SLUG}/coops/{coop_id}/cooperative").text
    assert page.count("Gérer le mandat de </span>Karim HADDAD") == 1
    wait_until(lambda: len(invitations(live_server, "karim@ecole.example")) == 1)
    member = opened.members.members.id_of("karim@ecole.example")
    assert member is not None
    with desk_of(live_server, member) as client:
        assert client.get(f"/{SLUG}/coops/{coop_id}").status_code == 200


def test_an_ended_mandate_opens_nothing_any_more(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    coop = opened.ledger.store.load(Coop, coop_id)
    ((mandate_id, (holder, _, _)),) = coop.mandates.items()
    address = f"{mandates_of(coop_id)}/{mandate_id}"
    with desk_of(live_server, holder) as client:
        assert client.get(f"/{SLUG}/coops/{coop_id}").status_code == 200
        refused = office.post(address, data={"action": "finir", "cle": "k"})
        assert (refused.status_code, "Choisissez le motif" in refused.text) == (422, True)
        asked = office.post(address, data={"action": "finir", "reason": "replaced", "cle": "k2"})
        assert (asked.status_code, "Garder le mandat" in asked.text) == (200, True)
        assert client.get(f"/{SLUG}/coops/{coop_id}").status_code == 200, "it is asked once more"
        ended = office.post(address, data={"action": "terminer", "reason": "replaced", "cle": form_key(asked.text)})
        assert ended.headers["location"].endswith("/cooperative")
        wait_until(lambda: client.get(f"/{SLUG}/coops/{coop_id}").status_code != 200)
    assert office.get(address).status_code == 404
    page = office.get(f"/{SLUG}/coops/{coop_id}/cooperative").text
    assert "Aucun mandat n’est en cours" in page


def test_a_lost_invitation_is_sent_once_more_and_any_of_its_links_serves_once(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    coop = opened.ledger.store.load(Coop, coop_id)
    ((mandate_id, (holder, _, _)),) = coop.mandates.items()
    member = opened.members.members.by_id(holder)
    assert member is not None
    email = member.profile.email
    wait_until(lambda: len(invitations(live_server, email)) == 1)
    live_server.world.sandbox.pass_time(seconds=180)
    answer = office.post(f"{mandates_of(coop_id)}/{mandate_id}", data={"action": "inviter", "cle": "again"})
    assert "Une nouvelle invitation part" in answer.text
    wait_until(lambda: len(invitations(live_server, email)) == 2)
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, timeout=30) as client:
        assert client.post(invitations(live_server, email)[1]).headers["location"].startswith(f"/{SLUG}/accueil")
        for used in invitations(live_server, email):
            gone = client.post(used)
            assert (gone.status_code, "a déjà servi" in gone.text) == (410, True)


def test_a_wrong_address_and_a_mandate_that_is_over_are_said_at_their_fields(
    office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    head = opened.head()[0]
    wrong = {**_GIVEN, "email": "karim@", "valid_to": (TODAY - timedelta(days=1)).isoformat(), "cle": "k"}
    answer = office.post(f"{mandates_of(coop_id)}/nouveau", data=wrong)
    assert answer.status_code == 422
    for name in ("email", "valid_to"):
        assert f'id="{name}-error"' in answer.text
        assert re.search(rf'name="{name}"[^>]*value="{wrong[name]}"', answer.text)
    assert opened.head()[0] == head
