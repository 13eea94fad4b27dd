"""The rows of a figure: no names, no class of few families, nothing that no page asked for."""

from __future__ import annotations

from typing import Final

import pytest

from adapters.log.event_store import EventStore
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, PLATFORM, SLUG, STAFF, TREASURER, ApiServer
from tests.service.pages.coop.conftest import Visits

_NAMES: Final = ("GALANTE", "DURAND", "DUPOND", "Camille", "Julien")
_OF_IT: Final = "lignes=enfants&collecte={campaign}"
_KNOWN: Final = (
    "lignes=compte&montant=solde",
    "lignes=compte&montant=disponible",
    "lignes=compte&montant=bloque",
    "lignes=compte&montant=encaissements&mois=2024-07",
    "lignes=recettes",
    "lignes=recettes&mois=2024-07&collecte={campaign}",
    f"{_OF_IT}&montant=conserve",
    f"{_OF_IT}&montant=familles",
    "lignes=a-venir",
    "lignes=contestes",
    "lignes=incompletes",
)
_UNKNOWN: Final = (
    "lignes=tout",
    "lignes=",
    "lignes=compte",
    "lignes=compte&montant=tout",
    "lignes=compte&montant=encaissements",
    "lignes=compte&montant=encaissements&mois=2024-00",
    "lignes=recettes&montant=solde",
    "lignes=recettes&collecte=x",
    "lignes=recettes&collecte=00000000-0000-4000-8000-000000000000",
    "lignes=enfants&montant=recu",
    f"{_OF_IT}&montant=recu&classe=ZZ",
    f"{_OF_IT}&montant=recu&classe=%00",
    f"{_OF_IT}&montant=recu&tarif=t9",
    f"{_OF_IT}&montant=recu&tarif=%00",
    f"{_OF_IT}&montant=recu&page=2",
    f"{_OF_IT}&montant=recu&page=0",
    f"{_OF_IT}&montant=recu&page=1e3",
)


def path_of(api: ApiServer, words: str) -> str:
    """The rows of the guide's coop that some words ask for."""
    return f"/{SLUG}/coops/{api.ids.coop_id}/operations?{words.format(campaign=api.ids.campaign_id)}"


@pytest.mark.parametrize("words", _KNOWN)
def test_whoever_sees_the_coop_sees_the_rows_of_its_figures_and_no_name(
    api: ApiServer, visits: Visits, words: str
) -> None:
    for who in (MANDATAIRE, STAFF, AUDITOR):
        answer = visits(who).get(path_of(api, words))
        assert answer.status_code == 200
        main = answer.text[answer.text.index("<main") :]
        assert [name for name in _NAMES if name in main] == []
    assert visits(FOREIGN).get(path_of(api, words)).status_code == 404


@pytest.mark.parametrize("words", _UNKNOWN)
def test_rows_that_no_page_leads_to_are_not_found(api: ApiServer, visits: Visits, words: str) -> None:
    assert visits(TREASURER).get(path_of(api, words)).status_code == 404


def test_another_coop_s_collection_is_not_found(api: ApiServer, visits: Visits) -> None:
    words = f"lignes=enfants&collecte={api.ids.campaign_id}&montant=recu"
    assert visits(TREASURER).get(f"/{SLUG}/coops/{api.foreign_coop_id}/operations?{words}").status_code == 404


def test_an_address_without_words_leads_to_the_account(api: ApiServer, visits: Visits) -> None:
    answer = visits(MANDATAIRE).get(f"/{SLUG}/coops/{api.ids.coop_id}/operations")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{SLUG}/coops/{api.ids.coop_id}/compte")


def test_a_program_of_the_platform_has_no_pages(api: ApiServer) -> None:
    headers = {"Authorization": f"Bearer {api.tokens[PLATFORM]}", "Accept": "text/html"}
    answer = api.client.get(path_of(api, _KNOWN[0]), headers=headers)
    assert "/connexion" in answer.headers["location"]


def test_no_page_of_a_coop_folds_its_events(api: ApiServer, visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[str] = []
    for name in ("coop_events", "events", "load"):
        monkeypatch.setattr(EventStore, name, lambda *_args, _name=name, **_more: folded.append(_name))
    client, home = visits(TREASURER), f"/{SLUG}/coops/{api.ids.coop_id}"
    below = ("", "/compte", "/paiements", "/statistiques", "/statistiques/ventes", "/statistiques/communaute")
    paths = [*(f"{home}{one}" for one in below), f"/{SLUG}/collectes/{api.ids.campaign_id}"]
    paths += [path_of(api, words) for words in _KNOWN]
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert folded == []
