"""A mandate holder lets a teacher count for one class, until 31 August, and nothing more."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import httpx2

from domain.association.state import Association
from domain.calendar import fiscal_year
from domain.coop.state import Coop
from domain.rights.roles import MemberRole
from service.runtime.open_ledger import OpenLedger
from tests.kit.email_world import body
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.office import TODAY, desk_of, form_key
from tests.kit.members.sessions import SLUG
from tests.kit.members.visits import words
from tests.kit.waiting import wait_until
from tests.service.pages.cash.typed import class_page, coop_page
from tests.service.pages.coop_profile.test_mandates import invitations


def invite(client: httpx2.Client, live_server: LiveServer, email: str, **fields: str) -> httpx2.Response:
    """Invite a teacher of the class CE1 by the form, twice as by a double click."""
    address = coop_page(live_server, "/parametres/enseignants")
    usual = {"first_name": "Inès", "last_name": "MOREL", "email": email, "classe": "CE1"}
    typed = {**usual, "cle": form_key(client.get(address).text), **fields}
    client.post(address, data=typed)
    return client.post(address, data=typed)


def test_a_teacher_is_invited_for_one_class_until_31_august_and_finds_it(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    answer = invite(mandataire, live_server, "ines@ecole.example")
    assert answer.headers["location"].endswith("?fait=invite")
    member = opened.members.members.id_of("ines@ecole.example")
    assert member is not None
    (role,) = (one for one in opened.association().roles.values() if one.member_id == member)
    end = date(fiscal_year(TODAY) + 1, 8, 31)
    assert (role.role, role.coop_id, role.class_code, role.valid_to) == (
        *(MemberRole.TEACHER, live_server.world.coop_id, "CE1", end),
    )
    wait_until(lambda: len(invitations(live_server, "ines@ecole.example")) == 1)
    (letter,) = letters_in(live_server.letters, "ines@ecole.example")
    details = opened.ledger.store.load(Coop, live_server.world.coop_id).details
    assert details is not None
    said, inviter = words(body(letter)), "Laurence MARDEGAN"
    for word in (inviter, "compter les espèces de la classe CE1", details.name, details.school):
        assert word in said, word
    with desk_of(live_server, member) as client:
        assert client.get(f"/{SLUG}/accueil").headers["location"] == class_page(live_server)
    assert "Inès MOREL" in mandataire.get(coop_page(live_server, "/parametres/enseignants")).text


def test_an_ended_access_opens_nothing_any_more(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger
) -> None:
    invite(mandataire, live_server, "leo@ecole.example")
    member = opened.members.members.id_of("leo@ecole.example")
    assert member is not None
    (role_id,) = (key for key, one in opened.association().roles.items() if one.member_id == member)
    address = coop_page(live_server, f"/parametres/enseignants/{role_id}")
    with desk_of(live_server, member) as client:
        assert client.get(class_page(live_server)).status_code == 200
        assert mandataire.post(address, data={}).status_code == 422
        assert mandataire.post(address, data={"reason": "departure"}).status_code == 303
        assert client.get(class_page(live_server)).status_code in {303, 401}
    assert mandataire.post(address, data={"reason": "departure"}).status_code == 404


def test_what_is_wrong_is_said_and_the_same_class_is_given_once(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    wrong = invite(mandataire, live_server, "nobody", classe="CM2")
    assert wrong.status_code == 422
    assert "Indiquez une classe de la coopérative" in words(wrong.text)
    assert "Indiquez une adresse e-mail valable" in words(wrong.text)
    invite(mandataire, live_server, "eva@ecole.example")
    again = invite(mandataire, live_server, "eva@ecole.example")
    assert again.status_code == 422
    assert "compte déjà pour cette classe" in words(again.text)


def test_no_other_right_is_given_or_withdrawn_from_here(
    live_server: LiveServer, mandataire: httpx2.Client, teacher: httpx2.Client, opened: OpenLedger
) -> None:
    invite(mandataire, live_server, "max@ecole.example", role="treasurer", coop_id=str(uuid4()))
    member = opened.members.members.id_of("max@ecole.example")
    held = [one for one in opened.association().roles.values() if one.member_id == member]
    assert [(one.role, one.coop_id) for one in held] == [(MemberRole.TEACHER, live_server.world.coop_id)]
    association = opened.ledger.store.load(Association, opened.ledger.association_id)
    others = [key for key, one in association.roles.items() if one.coop_id != live_server.world.coop_id]
    for role_id in (*others, uuid4()):
        address = coop_page(live_server, f"/parametres/enseignants/{role_id}")
        assert mandataire.post(address, data={"reason": "mistake"}).status_code == 404
    assert teacher.get(coop_page(live_server, "/parametres/enseignants")).status_code in {403, 404}
