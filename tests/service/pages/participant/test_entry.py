"""A participant who is added by hand: placed and received are two facts, told to the cent, once and no more (S-138)."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

import pytest

from domain.campaign.state import Campaign
from tests.kit.api_server import MANDATAIRE, SLUG, STAFF, TREASURER, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.participant.families import hidden, list_of, pay_cash, shown

_PAYER: Final = {"first_name": "Odile", "last_name": "TESTARD", "email": "", "phone": "06 12 34 56 78"}
_LOU: Final = {"enfant-0": "1", "prenom-0": "Lou", "nom-0": "TESTARD", "classe-0": "CE1", "formule-0": "enfant"}
_NIL: Final = {"enfant-1": "1", "prenom-1": "Nil", "nom-1": "TESTARD", "classe-1": "", "formule-1": "enfant"}
_FORM: Final = {"cle": "a-key-of-a-form", **_LOU, **_PAYER, "moyen": "especes"}


def _address(api: ApiServer) -> str:
    return f"{list_of(api)}/ajouter"


def _tariff(api: ApiServer) -> str:
    (tariff_id,) = _state(api).tariffs
    return tariff_id


def _state(api: ApiServer) -> Campaign:
    return api.opened.ledger.store.load(Campaign, api.ids.campaign_id)


def _send(api: ApiServer, who: str = MANDATAIRE, **form: str) -> Any:  # noqa: ANN401 - a response
    typed = {name: _tariff(api) if name.startswith("formule-") else value for name, value in form.items()}
    with visit_as(api, who) as visit:
        return visit.post(_address(api), data=typed)


def _added(api: ApiServer, key: str, received: dict[str, str], **form: str) -> Any:  # noqa: ANN401 - a response
    """Send the form, then what its page that asks to confirm carries along with what was received."""
    confirm = _send(api, **{**_FORM, "cle": key, **form, "etape": "relire"})
    assert confirm.status_code == 200, words(confirm.text)
    return _send(api, **{**hidden(confirm.text), **received, "etape": "enregistrer"})


def test_cash_is_placed_and_received_as_two_facts_with_what_is_still_due(api: ApiServer) -> None:
    cash = {"recu": "20", "bordereau": "b-701", "jour": "2024-07-09"}
    answer = _added(api, "first-key-of-all", cash, **_NIL)
    assert answer.status_code == 303
    shown(api)
    with visit_as(api, MANDATAIRE) as visit:
        detail = words(visit.get(answer.headers["location"]).text)
        listed = words(visit.get(list_of(api), params={"moyen": "cash"}).text)
    assert "C’est ajouté." in detail
    assert "Montant dû 24,00\u00a0€ Reste à recevoir 4,00\u00a0€ Reçu 20,00\u00a0€" in detail
    assert "Espèces reçues le 9 juillet 2024, bordereau B-701." in detail
    assert "06 12 34 56 78" in detail.replace("\u00a0", " ")
    assert "Lou" in listed
    topics = [fact.event.TOPIC for fact in api.opened.ledger.store.coop_events(api.ids.coop_id)][-2:]
    assert topics == ["campaign.contribution_placed.1", "campaign.cash_received.1"]


def test_a_form_that_is_sent_twice_adds_one_family(api: ApiServer) -> None:
    cash = {"recu": "12,00", "bordereau": "B-711", "jour": "2024-07-09"}
    before = len(_state(api).contributions)
    confirm = _send(api, **{**_FORM, "cle": "twice-sent-key", "etape": "relire"})
    form = {**hidden(confirm.text), **cash, "etape": "enregistrer"}
    answers = [_send(api, **form) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(_state(api).contributions) == before + 1


def test_a_slip_that_is_taken_adds_nobody_and_loses_nothing_that_was_typed(api: ApiServer) -> None:
    cash = {"recu": "12,00", "bordereau": "B-721", "jour": "2024-07-09"}
    assert _added(api, "slip-key-one-a", cash).status_code == 303
    before, head = len(_state(api).contributions), api.head()
    answer = _added(api, "slip-key-two-b", cash, **{"prenom-0": "Zoé"})
    assert answer.status_code == 409
    assert len(_state(api).contributions) == before
    assert api.head() == head
    assert 'name="prenom-0" value="Zoé"' in answer.text
    assert 'value="B-721"' in answer.text


def test_another_platform_s_payment_is_entered_under_its_number(api: ApiServer) -> None:
    elsewhere = {"recu": "12", "plateforme": "lydia", "numero": "l-731", "jour": "2024-07-09"}
    answer = _added(api, "elsewhere-key-1", elsewhere, moyen="ailleurs")
    assert answer.status_code == 303
    shown(api)
    with visit_as(api, MANDATAIRE) as visit:
        detail = words(visit.get(answer.headers["location"]).text)
    assert "Paiement reçu sur une autre plateforme (Lydia) le 9 juillet 2024, saisi à la main." in detail
    assert ("lydia", "L-731") in _state(api).external_references


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"prenom-0": " "}, "prenom-0", "Indiquez le prénom de l’enfant."),
        ({"last_name": ""}, "last_name", "Indiquez le nom du payeur."),
        ({"email": "odile@"}, "email", "adresse"),
        ({"phone": "12"}, "phone", "numéro"),
        ({"classe-0": "CM2"}, "classe-0", "Choisissez la classe dans la liste de l’école."),
        ({"moyen": "cheque"}, "moyen", "Choisissez comment la famille a payé."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(api: ApiServer, form: dict[str, str], field: str, sentence: str) -> None:
    answer = _send(api, **{**_FORM, **form, "etape": "relire"})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert sentence in words(answer.text)
    assert 'value="TESTARD"' in answer.text


@pytest.mark.parametrize(
    ("received", "sentence"),
    [
        ({"recu": "12,01"}, "Le montant reçu va de 0,01\u00a0€ à 12,00\u00a0€."),
        ({"recu": "0"}, "Le montant reçu va de 0,01\u00a0€ à 12,00\u00a0€."),
        ({"bordereau": ""}, "Indiquez le numéro du bordereau."),
        ({"bordereau": "Odile"}, "Donnez un numéro de bordereau"),
        ({"jour": "demain"}, "Indiquez une date"),
        ({"jour": "2199-01-01"}, "bordereau"),
        ({"jour": "2001-01-01"}, "Cette date n’est pas possible"),
    ],
)
def test_what_was_received_must_be_possible(api: ApiServer, received: dict[str, str], sentence: str) -> None:
    before = len(_state(api).contributions)
    cash = {"recu": "12,00", "bordereau": "B-741", "jour": "2024-07-09", **received}
    if received.get("jour") == "2199-01-01":
        cash["bordereau"] = ""
    answer = _added(api, "never-possible-key", cash)
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert len(_state(api).contributions) == before


def test_children_come_and_go_and_nothing_that_was_typed_is_lost(api: ApiServer) -> None:
    more = _send(api, **{**_FORM, "etape": "ajouter"})
    assert re.findall(r'name="(enfant-\d+)"', more.text) == ["enfant-0", "enfant-1"]
    assert 'value="Odile"' in more.text
    assert re.search(r'value="especes" ?checked', more.text)
    less = _send(api, **{**_FORM, **_NIL, "etape": "retirer-0"})
    assert re.findall(r'name="(enfant-\d+)"', less.text) == ["enfant-1"]
    assert 'value="Nil"' in less.text


def test_where_cash_is_not_recorded_it_is_not_offered_and_not_taken(api: ApiServer) -> None:
    policy = api.get(TREASURER, "/policy")
    assert policy["cash_recording"] is True
    api.done(TREASURER, "PATCH", "/policy", {"cash_recording": False})
    try:
        with visit_as(api, MANDATAIRE) as visit:
            assert "En espèces" not in words(visit.get(_address(api)).text)
        assert _send(api, **{**_FORM, "etape": "relire"}).status_code == 422
    finally:
        api.done(TREASURER, "PATCH", "/policy", {"cash_recording": True})


def test_who_does_not_run_the_coop_adds_nobody(api: ApiServer) -> None:
    assert _send(api, STAFF, **{**_FORM, "etape": "relire"}).status_code == 403
    with visit_as(api, MANDATAIRE) as visit:
        assert visit.get(f"/{SLUG}/collectes/{UUID(int=5)}/participants/ajouter").status_code == 404


def test_the_next_free_slip_is_proposed_once_one_was_written(api: ApiServer) -> None:
    pay_cash(api, "B-4170", "Ignace")
    with visit_as(api, MANDATAIRE) as visit:
        begun = hidden(visit.get(f"{list_of(api)}/ajouter").text)
        typed = {"enfant-0": "1", "prenom-0": "Jade", "nom-0": "MARTIN", "first_name": "Odile", "last_name": "MARTIN"}
        tariff = re.findall(
            r'<option value="([^"]+)"', visit.get(f"{list_of(api)}/ajouter").text.split('id="formule-0"')[1]
        )
        page = visit.post(
            f"{list_of(api)}/ajouter",
            data={**begun, **typed, "formule-0": next(filter(None, tariff)), "moyen": "especes", "etape": "relire"},
        ).text
    assert re.search(r'name="bordereau" type="text" value="([^"]*)"', page)[1] == "B-4171"  # type: ignore[index]
