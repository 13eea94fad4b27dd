"""The office registers a coop: its identity, its IBAN with the bank's name, its mandate holder, by one form (S-02)."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Final

import httpx2
import msgspec

from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.coop.state import Coop
from domain.rights.roles import Role
from service.runtime.open_ledger import OpenLedger
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.office import DAYS, NEW_COOP, desk, form_key, register_coop
from tests.kit.members.sessions import SLUG
from tests.kit.waiting import wait_until

ADDRESS: Final = f"/{SLUG}/coops/inscrire"


def coop_of(opened: OpenLedger, number: str) -> Coop:
    """The coop that was registered under a number."""
    for coop_id in {event.coop_id for event in opened.ledger.store.events(1, 100_000) if event.coop_id is not None}:
        coop = opened.ledger.store.load(Coop, coop_id)
        if coop.details is not None and coop.details.affiliation_number == number:
            return coop
    raise AssertionError(number)


def test_one_form_registers_the_coop_its_account_and_its_mandate_holder(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger
) -> None:
    coop_id = register_coop(office, affiliation_number="600", email="une@ecole.example")
    coop = opened.ledger.store.load(Coop, coop_id)
    assert coop.details is not None
    assert (coop.details.school, coop.details.town, coop.details.name) == (
        "école Jean MOULIN",
        "Grasse",
        "Coop Jean MOULIN",
    )
    assert coop.details.postal_address == "12 rue des Écoles, 06130"
    assert "12 rue des Écoles, 06130" in office.get(f"/ad06/coops/{coop_id}/cooperative").text
    assert coop.demo is opened.ledger.demo, "S-04: of a demonstration all is, of a real association nothing"
    assert list(coop.masked_ibans.values()) == ["FR08 •••• 7866"]
    ((holder, first, last),) = coop.mandates.values()
    assert (first, last) == DAYS
    member = opened.members.members.by_id(holder)
    assert member is not None
    assert (member.profile.last_name, member.profile.email) == ("BENALI", "une@ecole.example")
    wait_until(lambda: bool(letters_in(live_server.letters, "une@ecole.example")))


def test_the_bank_is_shown_back_before_anything_is_registered(office: httpx2.Client, opened: OpenLedger) -> None:
    head = opened.head()[0]
    fields = {**NEW_COOP, "affiliation_number": "601", "cle": form_key(office.get(ADDRESS).text)}
    page = office.post(ADDRESS, data={**fields, "etape": "verifier"}).text
    assert "Crédit Mutuel" in page
    assert "code banque 10278" in page
    assert "FR08 1027 8060 0000 0203 4567 866" in page
    assert opened.head()[0] == head
    unknown = {**fields, "iban": "FR18 9999 9010 0505 0001 3M02 606"}
    assert "que ce service ne connaît pas" in office.post(ADDRESS, data={**unknown, "etape": "verifier"}).text


def test_going_back_to_correct_loses_nothing_that_was_typed(office: httpx2.Client) -> None:
    fields = {**NEW_COOP, "cle": form_key(office.get(ADDRESS).text)}
    page = office.post(ADDRESS, data={**fields, "etape": "corriger"})
    assert page.status_code == 200
    for value in fields.values():
        assert f'value="{value}"' in page.text


def test_what_is_wrong_is_said_at_each_field_and_nothing_is_lost_or_registered(
    office: httpx2.Client, opened: OpenLedger
) -> None:
    head = opened.head()[0]
    typed = {
        **NEW_COOP,
        "school": " ",
        "affiliation_number": "N 174",
        "iban": "FR08 1027 8060 0000 0203 4567 867",
        "email": "nadia",
        "valid_to": "2020-08-31",
    }
    answer = office.post(ADDRESS, data={**typed, "cle": "k", "etape": "inscrire"})
    assert answer.status_code == 422
    for name in ("school", "affiliation_number", "iban", "email", "valid_to"):
        assert f'id="{name}-error"' in answer.text, name
        assert f'href="#{name}"' in answer.text, name
    for name in ("affiliation_number", "iban", "email", "valid_to", "town", "last_name"):
        assert f'value="{typed[name]}"' in answer.text, name
    assert "il y a une faute de frappe" in answer.text
    assert opened.head()[0] == head


def test_a_double_click_registers_one_coop_and_sends_one_letter(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger
) -> None:
    fields = {**NEW_COOP, "affiliation_number": "602", "email": "deux@ecole.example"}
    fields["cle"] = form_key(office.get(ADDRESS).text)
    first, second = (office.post(ADDRESS, data={**fields, "etape": "inscrire"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    coop = coop_of(opened, "602")
    assert (len(coop.mandates), len(coop.bank_accounts)) == (1, 1)
    wait_until(lambda: bool(letters_in(live_server.letters, "deux@ecole.example")))
    assert len(letters_in(live_server.letters, "deux@ecole.example")) == 1


def test_a_number_that_another_coop_has_is_refused(office: httpx2.Client) -> None:
    register_coop(office, affiliation_number="603", email="trois@ecole.example")
    fields = {**NEW_COOP, "affiliation_number": "603", "cle": "another-key", "etape": "verifier"}
    answer = office.post(ADDRESS, data=fields)
    assert answer.status_code == 422
    assert "déjà celui de «\u00a0Coop Jean MOULIN\u00a0»" in answer.text


def test_a_coop_without_an_iban_is_registered_and_its_page_says_what_is_left(office: httpx2.Client) -> None:
    coop_id = register_coop(office, affiliation_number="604", email="quatre@ecole.example", iban="")
    page = office.get(f"/{SLUG}/coops/{coop_id}/cooperative").text
    assert "Aucun IBAN n’est enregistré." in page
    assert f"/{SLUG}/coops/{coop_id}/cooperative/comptes/nouveau" in page


def test_a_member_who_is_known_by_the_address_holds_a_second_mandate(office: httpx2.Client, opened: OpenLedger) -> None:
    for number in ("605", "606"):
        register_coop(office, affiliation_number=number, email="cinq@ecole.example")
    typed = {**NEW_COOP, "affiliation_number": "608", "email": "cinq@ecole.example", "last_name": "AUTRE"}
    page = office.post(ADDRESS, data={**typed, "cle": "k", "etape": "verifier"}).text
    assert "déjà celle de Nadia BENALI" in page
    holders = {holder for number in ("605", "606") for holder, _, _ in coop_of(opened, number).mandates.values()}
    assert holders == {opened.members.members.id_of("cinq@ecole.example")}


def test_only_the_association_registers_a_coop(live_server: LiveServer) -> None:
    for role, coop_id in ((Role.MANDATAIRE, live_server.world.coop_id), (Role.AUDITOR, None)):
        with desk(live_server, role, coop_id) as client:
            assert client.get(ADDRESS).status_code == 403
            assert client.post(ADDRESS, data={**NEW_COOP, "etape": "inscrire"}).status_code == 403


def test_a_passkey_that_is_asked_for_loses_nothing_that_was_typed(office: httpx2.Client, opened: OpenLedger) -> None:
    fields = {**NEW_COOP, "affiliation_number": "609", "email": "six@ecole.example", "cle": "passkey"}
    stamp = Stamp(at=datetime.now(UTC), by="test")
    for demanded in (True, False):
        policy = msgspec.structs.replace(opened.association().policy, require_passkey=demanded)
        change = ChangePolicy(stream_id=opened.ledger.association_id, stamp=stamp, policy=policy)
        opened.ledger.bus.submit(change).result()
        head = opened.head()[0]
        answer = office.post(ADDRESS, data={**fields, "etape": "inscrire"})
        if demanded:
            assert answer.status_code == 403
            assert "Ajoutez-en une dans un autre onglet" in answer.text
            kept = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', answer.text))
            assert {name: html.unescape(value) for name, value in kept.items()} == {**fields, "etape": "inscrire"}
            assert opened.head()[0] == head
    assert answer.status_code == 303


def test_nobody_gives_a_mandate_to_themselves(live_server: LiveServer, office: httpx2.Client) -> None:
    opened = live_server.world.runtime.ledger(SLUG)
    with desk(live_server, Role.STAFF) as client:
        mine = opened.members.members.all()[-1].profile.email
        answer = client.post(
            ADDRESS, data={**NEW_COOP, "affiliation_number": "607", "email": mine, "etape": "verifier"}
        )
    assert (answer.status_code, "personne ne se donne un mandat" in answer.text) == (422, True)
    assert office.get(ADDRESS).status_code == 200
