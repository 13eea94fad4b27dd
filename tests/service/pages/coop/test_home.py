"""« Accueil » as the guide has it: what is on it, where it leads, what it says of what asks for attention."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Final
from uuid import UUID

import httpx2
import pytest

from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, TREASURER, ApiServer
from tests.service.pages.coop.conftest import Visits

_CARD: Final = re.compile(r'<li class="card action-card">(.*?)</li>', re.DOTALL)
_CONCERN: Final = re.compile(r'<li class="notice warning"><span>(.*?)</span> <a class="tap" href="(.*?)">', re.DOTALL)


@pytest.fixture(scope="module")
def mandataire(visits: Visits) -> httpx2.Client:
    """The mandate holder of the guide's coop."""
    return visits(MANDATAIRE)


def home_of(api: ApiServer) -> str:
    """The home of the guide's coop."""
    return f"/{SLUG}/coops/{api.ids.coop_id}"


def read(client: httpx2.Client, path: str) -> str:
    """A page that must be there, its no-break spaces plain."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.text).replace("\u00a0", " ")


def test_who_has_one_coop_arrives_at_its_home_after_signing_in(api: ApiServer, mandataire: httpx2.Client) -> None:
    arrived = mandataire.get(f"/{SLUG}/accueil")
    assert (arrived.status_code, arrived.headers["location"]) == (303, home_of(api))
    shown = read(mandataire, home_of(api))
    assert "<h1>Accueil</h1>" in shown
    assert "<title>Accueil – Coop Test 900</title>" in shown


def test_the_menu_shows_whose_it_is_and_where_one_is(api: ApiServer, mandataire: httpx2.Client) -> None:
    shown = read(mandataire, home_of(api))
    menu = shown[shown.index('id="menu"') : shown.index("</header>")]
    assert ">Coop Test 900</a>" in menu
    assert "Laurence MARDEGAN" in menu
    assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == [home_of(api)]
    below = {f"{home_of(api)}{path}" for path in ("/paiements", "/compte", "/statistiques")}
    below |= {f"{home_of(api)}/statistiques/{path}" for path in ("ventes", "communaute")}
    assert below <= set(re.findall(r'href="([^"]+)"', menu))
    assert "<summary>Aide</summary>" in shown


def test_there_are_exactly_three_cards_and_each_leads_where_the_guide_says(
    api: ApiServer, mandataire: httpx2.Client
) -> None:
    cards = _CARD.findall(read(mandataire, home_of(api)))
    led = [re.findall(r'<a href="([^"]+)">([^<]+)</a>', card) for card in cards]
    assert led == [
        [(f"{home_of(api)}/contacts", "Gérer ses contacts")],
        [(f"{home_of(api)}/collectes", "Gérer ses contributions, dons, événements")],
        [(f"{home_of(api)}/fonctionnalites", "Activer d’autres fonctionnalités")],
    ]


def test_a_card_that_somebody_may_not_open_says_so_and_leads_nowhere(api: ApiServer, visits: Visits) -> None:
    cards = _CARD.findall(read(visits(AUDITOR), home_of(api)))
    assert len(cards) == 3
    assert "<a " not in cards[0]
    assert "Réservé aux mandataires" in cards[0]


def test_a_collection_is_created_from_the_home_by_who_may(
    api: ApiServer, visits: Visits, mandataire: httpx2.Client
) -> None:
    button = f'<a class="button" href="{home_of(api)}/collectes/nouvelle">Créer une collecte</a>'
    assert button in read(mandataire, home_of(api))
    assert button not in read(visits(AUDITOR), home_of(api))


def test_a_collection_whose_window_is_over_is_said_to_be_closed_beside_its_status(
    api: ApiServer, mandataire: httpx2.Client
) -> None:
    for page in (home_of(api), f"{home_of(api)}/cooperative", f"/{SLUG}/collectes", f"{home_of(api)}/exports"):
        assert "Publié – close" in read(mandataire, page), page


def test_the_network_s_words_are_on_the_cards(api: ApiServer, mandataire: httpx2.Client) -> None:
    api.done(TREASURER, "PATCH", "/policy", {"wording": "adhesion"})
    try:
        assert "Gérer ses adhésions, dons, événements" in read(mandataire, home_of(api))
    finally:
        api.done(TREASURER, "PATCH", "/policy", {"wording": "contribution"})


def test_the_hint_says_where_settings_and_help_are_and_the_tour_can_be_walked_again(
    api: ApiServer, mandataire: httpx2.Client
) -> None:
    shown = read(mandataire, home_of(api))
    hint = "Retrouvez vos paramètres en bas du menu latéral gauche, et l’aide en haut à droite."
    assert hint in re.sub(r"</?span[^>]*>", "", shown)
    assert '<span class="at-desk"> latéral gauche</span>' in mandataire.get(home_of(api)).text, "hidden on a telephone"
    assert f'<a class="tap" href="{home_of(api)}/visite?etape=1">Refaire le tour de la solution</a>' in shown


def test_the_tour_has_six_steps_forth_and_back_and_each_leads_to_its_page(
    api: ApiServer, mandataire: httpx2.Client
) -> None:
    here, titles, places = f"{home_of(api)}/visite?etape=1", list[str](), list[str]()
    for number in range(1, 7):
        shown = read(mandataire, here)
        assert f"Étape {number} sur 6" in shown
        main = shown[shown.index("<main") :]
        assert ("Quitter la visite" in main) is (number < 6)
        titles += re.findall(r'<h2 id="step">.*?<span>(.*?)</span></h2>', main, re.DOTALL)
        places += re.findall(r'<p><a class="tap" href="([^"]+)">', main)
        assert (f"etape={number - 1}" in main) is (number > 1)
        following = re.search(r'<a class="button primary" href="([^"]+)">', main)
        assert following is not None
        here = following[1]
    assert here == home_of(api), "the last step ends where it began"
    named = ["Accueil", "Collectes", "Paiements", "Compte en ligne", "Contacts et classes", "Paramètres et aide"]
    assert titles == named
    below = ("", "/collectes", "/paiements", "/compte", "/contacts", "/parametres")
    assert places == [f"{home_of(api)}{path}" for path in below]


@pytest.mark.parametrize("step", ["0", "7", "99", "x", "", "²"])
def test_a_step_that_there_is_not_is_the_nearest_one(api: ApiServer, mandataire: httpx2.Client, step: str) -> None:
    shown = read(mandataire, f"{home_of(api)}/visite?etape={step}")
    assert f"Étape {6 if step == '7' else 1} sur 6" in shown


def test_shortcuts_lead_to_contacts_collections_and_payments(api: ApiServer, mandataire: httpx2.Client) -> None:
    shown = read(mandataire, home_of(api))
    doors = re.findall(r'class="door" href="([^"]+)"', shown[shown.index('id="shortcuts"') :])
    below = [f"{home_of(api)}{path}" for path in ("/collectes", "/contacts", "/paiements", "/compte")]
    assert doors == [f"/{SLUG}/collectes/{api.ids.campaign_id}", *below]


def concerns(client: httpx2.Client, coop_id: UUID) -> dict[str, str]:
    """What asks for attention, and where it leads."""
    return dict(_CONCERN.findall(read(client, f"/{SLUG}/coops/{coop_id}")))


def test_a_new_coop_is_told_what_is_still_to_be_done(api: ApiServer, visits: Visits) -> None:
    coop_id, base = api.foreign_coop_id, f"/{SLUG}/coops/{api.foreign_coop_id}"
    draft = {"title": "Sortie", "purpose": "sortie-scolaire", "school_year": 2024}
    made = api.done(TREASURER, "POST", f"/coops/{coop_id}/campaigns", draft)
    api.get(TREASURER, f"/campaigns/{made['stream_id']}", at_least=made["position"])
    found = concerns(visits(FOREIGN), coop_id)
    uncertified = "Le compte en ligne n’est pas certifié : il reçoit des paiements, mais rien ne peut être viré."
    assert found == {
        "La charte des collectes est à accepter avant de publier une collecte.": f"{base}/charte",
        "Aucun compte bancaire n’est enregistré pour la coopérative.": f"{base}/cooperative",
        uncertified: f"{base}/compte",
        "La collecte « Sortie » est un brouillon.": f"/{SLUG}/collectes/{made['stream_id']}/configuration",
    }


def test_a_bank_account_that_waits_for_a_second_person_is_spoken_of(api: ApiServer, visits: Visits) -> None:
    iban = {"iban": "FR1420041010050500013M02606"}
    made = api.done(TREASURER, "POST", f"/coops/{api.foreign_coop_id}/bank-accounts", iban)
    api.get(TREASURER, f"/coops/{api.foreign_coop_id}/balance", at_least=made["position"])
    sentence = "Le compte bancaire attend qu’une seconde personne de l’association le confirme."
    assert sentence in concerns(visits(FOREIGN), api.foreign_coop_id)


def test_the_charter_is_to_be_accepted_by_who_runs_the_coop_and_once(api: ApiServer, visits: Visits) -> None:
    sentence = "La charte des collectes est à accepter avant de publier une collecte."
    assert sentence in concerns(visits(FOREIGN), api.foreign_coop_id)
    assert sentence not in concerns(visits(AUDITOR), api.foreign_coop_id)
    assert sentence not in concerns(visits(MANDATAIRE), api.ids.coop_id)


def test_a_collection_that_closes_within_seven_days_is_spoken_of(api: ApiServer, mandataire: httpx2.Client) -> None:
    path = f"/campaigns/{api.ids.campaign_id}/opening"
    for days, told in ((6, True), (8, False)):
        closes = datetime.now(UTC) + timedelta(days=days)
        window = {"opens_at": None, "closes_at": closes.isoformat(), "by_link": True}
        done = api.done(TREASURER, "PUT", path, window)
        api.get(TREASURER, f"/campaigns/{api.ids.campaign_id}", at_least=done["position"])
        said = " ".join(concerns(mandataire, api.ids.coop_id))
        assert ("Contributions volontaires des familles en début d’année » se termine le" in said) is told
