"""The address book, groups and fields in browsers of both sizes: the way through, axe, the screen, the French."""

from __future__ import annotations

import re

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.api_server import MANDATAIRE, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as
from tests.service.pages.contacts.addresses import below

pytestmark = pytest.mark.browser
_KINDS = {"Texte": "text", "Oui/Non": "yes-no", "Choix": "choice"}
_PASTED = """Zéphyrine QUATREBARBES <zephyrine.quatrebarbes@tres-long-nom-de-domaine.example.org>
DUPONT Paul <paul@example.org>
anna@example.org
ANNA@example.org
pas une adresse"""


@pytest.fixture(autouse=True)
def _empty(api: ApiServer) -> None:
    """Begin each test without contacts and fields."""
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM vault.contacts; DELETE FROM vault.person_fields")


def _look(page: Page, name: str, size: str) -> None:
    """Keep a picture where people asked for one, and hear what axe, the screen and the rules of French say."""
    shoot(page, f"e19-{name}-{size}")
    assert [*violations(page), *too_wide(page), *wrong_french(page)] == [], name


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scripts", [True, False])
def test_contacts_are_pasted_seen_added_grouped_and_erased(
    browser: Browser, api: ApiServer, size: str, *, scripts: bool
) -> None:
    with browse_as(browser, api, MANDATAIRE, size, scripts=scripts) as page:
        page.goto(below(api, "/contacts"))
        page.get_by_role("main").get_by_role("link", name="carnet d’adresses").click()
        _look_once(page, "carnet-vide", size, scripts=scripts)
        page.get_by_role("link", name="Ajouter des contacts").click()
        page.get_by_role("textbox", name="Adresses e-mail").fill(_PASTED)
        _look_once(page, "ajouter", size, scripts=scripts)
        page.get_by_role("button", name="Voir la liste").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Vérifier la liste")
        _look_once(page, "verifier", size, scripts=scripts)
        page.get_by_role("button", name="Corriger").click()
        expect(page.get_by_role("textbox", name="Adresses e-mail")).to_have_value(re.compile("pas une adresse"))
        page.get_by_role("button", name="Voir la liste").click()
        page.get_by_role("button", name="Ajouter 3 contacts").click()
        expect(page.get_by_text("3 contacts ajoutés.")).to_be_visible()
        _look_once(page, "carnet", size, scripts=scripts)
        page.get_by_role("main").get_by_role("link", name="Groupes").click()
        page.get_by_role("link", name="Créer un groupe").click()
        page.get_by_label("Nom du groupe").fill(f"Conseil {size} {scripts}")
        page.get_by_role("button", name="Créer le groupe").click()
        page.get_by_label("Paul DUPONT").check()
        _look_once(page, "groupe", size, scripts=scripts)
        page.get_by_role("button", name="Enregistrer", exact=True).last.click()
        expect(page.get_by_text("Le groupe est enregistré.")).to_be_visible()
        page.get_by_role("link", name="Groupes", exact=True).last.click()
        _look_once(page, "groupes", size, scripts=scripts)
        page.goto(below(api, "/carnet"))
        page.get_by_role("link", name="Zéphyrine QUATREBARBES").click()
        _look_once(page, "fiche", size, scripts=scripts)
        page.locator("summary", has_text="Effacer ce contact").click()
        page.get_by_role("button", name="Effacer définitivement").click()
        expect(page.get_by_text("Le contact est effacé")).to_be_visible()


def _look_once(page: Page, name: str, size: str, *, scripts: bool) -> None:
    """Look where scripts run, which axe needs."""
    if scripts:
        _look(page, name, size)


@pytest.mark.parametrize("size", SIZES)
def test_fields_are_made_from_the_settings(browser: Browser, api: ApiServer, size: str) -> None:
    with browse_as(browser, api, MANDATAIRE, size) as page:
        page.goto(below(api, "/parametres"))
        _look(page, "parametres", size)
        page.get_by_role("main").get_by_role("link", name="Communauté").click()
        expect(page.get_by_label("Nom de la catégorie")).to_have_value("Informations sur les enfants")
        _look(page, "fiches-vide", size)
        page.get_by_role("button", name="Ajouter la catégorie").click()
        for name, kind in (("Classe de l’enfant 1", "Texte"), ("Sait nager", "Oui/Non"), ("Repas", "Choix")):
            adding = page.locator("form", has=page.get_by_role("button", name="Ajouter le champ"))
            if not adding.is_visible():
                page.locator("summary", has_text="Ajouter un champ").click()
            adding.get_by_label("Nom du champ").fill(name)
            adding.get_by_label("Type").select_option(_KINDS[kind])
            if kind == "Choix":
                adding.get_by_label("Réponses proposées").fill("Végétarien\nSans porc")
            adding.get_by_role("button", name="Ajouter le champ").click()
            expect(page.get_by_text(f"{name} ({kind})")).to_be_visible()
        _look(page, "fiches", size)
        page.get_by_role("button", name="Monter le champ Repas").click()
        expect(page.locator(".category li .strong")).to_have_text(["Classe de l’enfant 1", "Repas", "Sait nager"])
        page.locator("summary", has_text="Renommer ou supprimer la catégorie").click()
        _look(page, "fiches-ouvertes", size)
        page.locator("summary", has_text="Supprimer la catégorie…").click()
        page.get_by_role("button", name="Supprimer la catégorie et ses 3 champs").click()
        expect(page.locator(".category")).to_have_count(0)
