"""« Suivi des paiements »: payer, amount, children and classes of every payment, filtered, searched and noted."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

import httpx2
import pytest

from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, STAFF, ApiServer
from tests.service.pages.coop.conftest import Visits

_ROW: Final = re.compile(r'<tr role="row"><th scope="row"[^>]*>(.*?)</tr>', re.DOTALL)
_BENEATH: Final = re.compile(r"(</span>)<small>")
"""What stands beneath, in the same cell."""
_CELL: Final = re.compile(r"</?t[hd][^>]*>")
TITLE: Final = "Contributions volontaires des familles en début d’année"
GALANTE: Final = [
    "Camille GALANTE",
    "24,00 €",
    "Marie GALANTE CP a|Julien GALANTE CE1",
    "Paiement reçu · Carte bancaire",
]


@pytest.fixture(scope="module")
def mandataire(visits: Visits) -> httpx2.Client:
    """The mandate holder of the guide's coop."""
    return visits(MANDATAIRE)


def path_of(api: ApiServer) -> str:
    """The payments of the guide's coop."""
    return f"/{SLUG}/coops/{api.ids.coop_id}/paiements"


def rows_of(answer: httpx2.Response) -> list[list[str]]:
    """The cells of the rows of the table; children are separated by a stroke."""
    assert answer.status_code == 200, answer.status_code
    said = unescape(answer.text).replace("\u00a0", " ")
    rows = [_CELL.split(row)[:-1] for row in _ROW.findall(said)]
    return [
        [re.sub(r"</span><span[^>]*>", "|", _BENEATH.sub(r"\1 · ", cell)).strip() for cell in row if cell.strip()]
        for row in rows
    ]


def texts(answer: httpx2.Response) -> list[list[str]]:
    """The same without what is left of elements."""
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in rows_of(answer)]


def told(answer: httpx2.Response) -> tuple[str, str]:
    """How many rows there are and what they add up to, as the page says."""
    said = unescape(answer.text).replace("\u00a0", " ")
    number, total = re.search(r'id="count">(.*?)<', said), re.search(r'id="total">(.*?)<', said)
    assert number is not None
    assert total is not None
    return number[1], total[1]


def test_the_table_shows_payer_amount_children_and_classes_of_every_payment(
    api: ApiServer, mandataire: httpx2.Client
) -> None:
    answer = mandataire.get(path_of(api))
    rows = texts(answer)
    assert rows[0][:4] == GALANTE
    assert [row[0] for row in rows] == ["Camille GALANTE", "Laurence DURAND", "Robert DUPOND", "Laurence DURAND"]
    assert rows[0][4].startswith("4 juillet 2024 · ")
    assert rows[0][5] == TITLE
    assert told(answer) == ("4 lignes", "60,00 €")


def test_who_gave_a_tip_is_not_told_to_the_school(api: ApiServer, mandataire: httpx2.Client) -> None:
    with_tip = mandataire.get(path_of(api))
    assert "1,92" not in with_tip.text, "the family of the first row gave 1,92 € to the platform"
    assert "25,92" not in with_tip.text


def test_a_settled_payment_is_called_as_in_the_guide_and_a_refunded_one_otherwise(
    api: ApiServer, mandataire: httpx2.Client
) -> None:
    states = [row[3].removesuffix(" · Carte bancaire") for row in texts(mandataire.get(path_of(api)))]
    assert states == ["Paiement reçu", "Remboursé", "Paiement reçu", "Paiement reçu"]
    refunded = texts(mandataire.get(f"{path_of(api)}?etat=refunded"))
    assert "rendu 12,00" in refunded[0][1]


FILTERS: Final = {
    "classe=CE1": (["Camille GALANTE"], "24,00 €"),
    "etat=refunded": (["Laurence DURAND"], "12,00 €"),
    "mois=2024-06": (["Laurence DURAND", "Robert DUPOND", "Laurence DURAND"], "36,00 €"),
    "mois=2024-06&etat=received": (["Robert DUPOND", "Laurence DURAND"], "24,00 €"),
    "mois=2024-06&etat=received&classe=CPA": (["Robert DUPOND"], "12,00 €"),
    "moyen=cash": ([], "0,00 €"),
    "moyen=card&collecte={campaign}": (
        ["Camille GALANTE", "Laurence DURAND", "Robert DUPOND", "Laurence DURAND"],
        "60,00 €",
    ),
}


@pytest.mark.parametrize("words", FILTERS)
def test_what_is_chosen_is_listed_counted_and_added_up(api: ApiServer, mandataire: httpx2.Client, words: str) -> None:
    payers, total = FILTERS[words]
    answer = mandataire.get(f"{path_of(api)}?{words.format(campaign=api.ids.campaign_id)}")
    assert [row[0] for row in texts(answer)] == payers
    lines = f"{len(payers)} ligne" if len(payers) < 2 else f"{len(payers)} lignes"
    assert told(answer) == (lines, total)


NAMES: Final = {
    "galante": ["Camille GALANTE"],
    "JULIEN": ["Camille GALANTE"],
    "  galante   camille ": ["Camille GALANTE"],
    "dúrand": ["Laurence DURAND", "Laurence DURAND"],
    "dupond robert": ["Robert DUPOND"],
    "robert durand": [],
    "<script>": [],
    "%": [],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_found_among_payers_and_children_whatever_its_accents_and_its_order(
    api: ApiServer, mandataire: httpx2.Client, name: str
) -> None:
    answer = mandataire.post(path_of(api), data={"recherche": name})
    assert [row[0] for row in texts(answer)] == NAMES[name]
    assert str(answer.url).endswith("/paiements"), "a name stands in no address"
    assert " ".join(name.split()) in unescape(answer.text), "what was typed is still there"


def test_a_search_is_made_among_what_was_chosen(api: ApiServer, mandataire: httpx2.Client) -> None:
    answer = mandataire.post(path_of(api), data={"etat": "refunded", "recherche": "Durand"})
    assert [row[3] for row in texts(answer)] == ["Remboursé · Carte bancaire"]
    assert told(answer) == ("1 ligne", "12,00 €")


@pytest.mark.parametrize(
    "words",
    [
        "collecte=x",
        "collecte=00000000-0000-4000-8000-000000000000",
        "mois=2024-13",
        "mois=juin",
        "etat=pending",
        "moyen=gold",
        "classe=%00",
    ],
)
def test_what_there_is_not_is_not_found(api: ApiServer, mandataire: httpx2.Client, words: str) -> None:
    assert mandataire.get(f"{path_of(api)}?{words}").status_code == 404


def test_filters_without_a_name_lead_to_an_address_that_can_be_kept(api: ApiServer, mandataire: httpx2.Client) -> None:
    chosen = mandataire.post(path_of(api), data={"mois": "2024-06", "etat": "received", "recherche": " "})
    assert (chosen.status_code, chosen.headers["location"]) == (303, f"{path_of(api)}?mois=2024-06&etat=received")
    assert mandataire.post(path_of(api), data={}).headers["location"] == path_of(api)


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "99999999"])
def test_a_page_that_there_is_not_is_the_nearest_one(api: ApiServer, mandataire: httpx2.Client, page: str) -> None:
    assert len(texts(mandataire.get(f"{path_of(api)}?page={page}"))) == 4


def test_each_payment_leads_to_its_detail(api: ApiServer, mandataire: httpx2.Client) -> None:
    details = re.findall(rf'href="(/{SLUG}/collectes/[^"]+/participants/[^"]+)"', mandataire.get(path_of(api)).text)
    assert len(details) == 4
    assert {mandataire.get(detail).status_code for detail in details} == {200}


def test_names_are_read_by_who_runs_the_coop_alone_and_it_is_noted(
    api: ApiServer, visits: Visits, mandataire: httpx2.Client
) -> None:
    assert {visits(who).get(path_of(api)).status_code for who in (STAFF, AUDITOR)} == {403}
    assert visits(FOREIGN).get(path_of(api)).status_code == 404

    def notes() -> int:
        entries = api.get(AUDITOR, "/trail", limit=500)["items"]
        return sum(one["kind"] == "names-read" and one["coop_id"] == str(api.ids.coop_id) for one in entries)

    before = notes()
    mandataire.get(path_of(api))
    mandataire.post(path_of(api), data={"recherche": "durand"})
    assert notes() == before + 2
