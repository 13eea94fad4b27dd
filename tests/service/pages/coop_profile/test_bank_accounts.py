"""An IBAN is registered by one person, shown with its bank, and confirmed by another (S-02)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import httpx2
import psycopg
import pytest

from domain.coop.state import Coop
from domain.rights.roles import Role
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk, register_coop
from tests.kit.members.sessions import SLUG

POSTALE: Final = "FR14 2004 1010 0505 0001 3M02 606"
"""An account of La Banque Postale, as nobody has it."""


@pytest.fixture
def coop_id(office: httpx2.Client, request: pytest.FixtureRequest) -> UUID:
    """A coop of its own, without an account."""
    number = f"8{abs(hash(request.node.name)) % 100_000}"
    return register_coop(office, affiliation_number=number, email=f"n{number}@ecole.example", iban="")


def register(client: httpx2.Client, coop_id: UUID, iban: str = POSTALE) -> httpx2.Response:
    """Register an IBAN by its page."""
    fields = {"iban": iban, "cle": f"key-{iban[-3:]}", "etape": "enregistrer"}
    return client.post(f"/{SLUG}/coops/{coop_id}/cooperative/comptes/nouveau", data=fields)


def account_of(opened: OpenLedger, coop_id: UUID) -> str:
    """The address of the coop's one account."""
    (account_id,) = opened.ledger.store.load(Coop, coop_id).bank_accounts
    return f"/{SLUG}/coops/{coop_id}/cooperative/comptes/{account_id}"


def test_the_bank_is_shown_before_the_account_is_registered(
    office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    address = f"/{SLUG}/coops/{coop_id}/cooperative/comptes/nouveau"
    page = office.post(address, data={"iban": POSTALE, "cle": "k", "etape": "verifier"}).text
    assert "La Banque Postale" in page
    assert "FR14 2004 1010 0505 0001 3M02 606" in page
    assert opened.ledger.store.load(Coop, coop_id).bank_accounts == {}
    wrong = office.post(address, data={"iban": POSTALE.replace("606", "607"), "cle": "k", "etape": "enregistrer"})
    assert (wrong.status_code, 'id="iban-error"' in wrong.text) == (422, True)


def test_the_person_who_registered_it_does_not_confirm_it_and_another_one_does(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    assert register(office, coop_id).status_code == 303
    address = account_of(opened, coop_id)
    assert "une autre personne de l’association le confirme" in office.get(address).text
    confirm = {"action": "confirmer", "payee_check": "match", "cle": "k"}
    alone = office.post(address, data=confirm)
    assert (alone.status_code, 'class="notice refusal"' in alone.text) == (409, True)
    with desk(live_server, Role.TREASURER) as second:
        assert "Confirmer ce compte" in second.get(address).text
        undecided = second.post(address, data={"action": "confirmer", "cle": "k"})
        assert (undecided.status_code, "Dites ce que la banque répond" in undecided.text) == (422, True)
        other = second.post(address, data={**confirm, "payee_check": "none"})
        assert 'class="notice refusal"' in other.text
        assert second.post(address, data=confirm).status_code == 303
    assert opened.ledger.store.load(Coop, coop_id).current_account is not None
    page = office.get(f"/{SLUG}/coops/{coop_id}/cooperative").text
    assert "La Banque Postale" in page
    assert "Son compte bancaire est confirmé par deux personnes." in page


def test_the_second_person_compares_the_whole_iban_which_is_noted_and_masked_elsewhere(
    live_server: LiveServer, office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    register(office, coop_id)
    address, tab = account_of(opened, coop_id), f"/{SLUG}/coops/{coop_id}/cooperative"
    account_id, query = UUID(address.rsplit("/", 1)[1]), "SELECT count(*) FROM trail.entries WHERE subject_id = %s"
    assert POSTALE not in office.get(address).text, "who registered it has nothing to compare"
    assert ">Retirer<span" in office.get(tab).text
    assert "Confirmer ou retirer" not in office.get(tab).text
    with psycopg.connect(live_server.database, autocommit=True) as owner, desk(live_server, Role.TREASURER) as second:
        assert "Confirmer ou retirer" in second.get(tab).text
        assert owner.execute(query, (account_id,)).fetchone() == (0,)
        page = second.get(address).text
        assert POSTALE in page
        assert "Comparez l’IBAN ci-dessus avec le RIB" in page
        assert owner.execute(query, (account_id,)).fetchone() == (1,)
        assert second.post(address, data={"payee_check": "match", "cle": "k"}).status_code == 303
        for seen in (second.get(address).text, second.get(tab).text):
            assert POSTALE not in seen


def test_an_account_that_is_wrong_is_withdrawn_and_a_known_one_is_not_registered_twice(
    office: httpx2.Client, opened: OpenLedger, coop_id: UUID
) -> None:
    register(office, coop_id)
    twice = {"iban": POSTALE, "cle": "another", "etape": "enregistrer"}
    refused = office.post(f"/{SLUG}/coops/{coop_id}/cooperative/comptes/nouveau", data=twice)
    assert (refused.status_code, "déjà celui de la coopérative" in refused.text) == (422, True)
    address = account_of(opened, coop_id)
    assert office.post(address, data={"action": "retirer", "cle": "k"}).status_code == 303
    assert opened.ledger.store.load(Coop, coop_id).bank_accounts == {}
    assert office.get(address).status_code == 404


def test_a_mandate_holder_neither_registers_nor_confirms(live_server: LiveServer, mandataire: httpx2.Client) -> None:
    assert register(mandataire, live_server.world.coop_id).status_code == 403
