"""The five steps in a browser, on a telephone and on a desk: what is shown at once, what is sent, what is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.kit.api_server import SLUG, ApiServer
from tests.kit.browser import SIZES, shoot
from tests.kit.example_files import PDF, picture
from tests.service.pages.wizard.browsing import begin, go_on, look, signed_in, silent

pytestmark = pytest.mark.browser


@pytest.fixture(params=SIZES)
def visit(browser: Browser, api: ApiServer, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A mandate holder's browser, of each size; the content policy is the page's own."""
    with signed_in(browser, api, request.param) as opened:
        yield opened


@pytest.fixture
def page(visit: BrowserContext) -> Page:
    """A page of it, whose console must stay silent but for what is refused on purpose."""
    return silent(visit.new_page())


def _file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_first_campaign_is_on_line_after_few_clicks_and_keystrokes(page: Page, api: ApiServer) -> None:
    """S-21, S-50: a purpose, an amount, the day of the decision; the title is proposed."""
    begin(page, api)
    look(page, "1")
    go_on(page, "tarifs")
    expect(page.get_by_label("1er enfant")).to_be_focused()
    page.keyboard.type("12")
    look(page, "2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/etapes/formulaire$"))
    look(page, "3")
    go_on(page, "paiement")
    look(page, "4")
    go_on(page, "publication")
    page.get_by_label("Date de la décision").fill("2026-09-10")
    look(page, "5")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page).to_have_url(re.compile(r"/diffusion\?fait=publie$"))
    page.goto(page.url.replace("/diffusion?fait=publie", "/configuration"))
    look(page, "configuration")
    page.get_by_role("link", name="Historique des modifications").click()
    look(page, "history")
    page.goto(page.url.replace("/historique", "/apercu"))
    expect(page.get_by_role("button", name="Je contribue")).to_be_disabled()
    shoot(page, f"wizard-preview-{page.viewport_size['width'] if page.viewport_size else 0}")
    page.goto(f"/{SLUG}/coops/{api.ids.coop_id}/collectes")
    look(page, "list")


def test_a_file_that_is_chosen_is_shown_at_once_and_nothing_typed_is_lost(page: Page, api: ApiServer) -> None:
    """S-55, S-59."""
    begin(page, api)
    page.get_by_label("Description").fill("Trois jours à la mer.")
    page.get_by_label("Ajouter une photo").set_input_files(_file("mer.jpg", "image/jpeg", picture()))
    expect(page.get_by_alt_text("La photo de la collecte")).to_be_visible()
    expect(page.get_by_label("Changer la photo")).to_be_focused()
    expect(page.get_by_label("Description")).to_have_value("Trois jours à la mer.")
    page.get_by_text("Ajouter des pièces jointes").click()
    page.get_by_label("Pièces jointes").set_input_files(_file("Budget.pdf", "application/pdf", PDF))
    expect(page.get_by_text("Budget.pdf")).to_be_visible()
    expect(page.get_by_alt_text("La photo de la collecte")).to_be_visible()
    look(page, "files")
    page.get_by_role("button", name="Retirer la photo").click()
    expect(page.get_by_alt_text("La photo de la collecte")).to_have_count(0)
    expect(page.get_by_label("Titre du formulaire")).to_have_value("Sortie scolaire")


def test_what_is_set_is_seen_as_it_is_and_what_is_wrong_has_room(page: Page, api: ApiServer) -> None:
    """S-55, S-69: the picture itself, a free amount by its least, errors over the whole width of a telephone."""
    begin(page, api)
    page.get_by_label("Ajouter une photo").set_input_files(_file("mer.jpg", "image/jpeg", picture()))
    expect(page.get_by_alt_text("La photo de la collecte")).to_be_visible()
    go_on(page, "tarifs")
    page.get_by_label("1er enfant").fill("5")
    expect(page.get_by_text("Montant minimal")).to_be_hidden()
    page.get_by_label("Montant libre").check()
    expect(page.get_by_text("Montant minimal")).to_be_visible()
    for gone in ("1er enfant", "2e enfant", "Tarif dégressif"):
        expect(page.get_by_role("main").get_by_text(gone)).to_be_hidden()
    look(page, "2-free")
    go_on(page, "formulaire")
    go_on(page, "paiement")
    go_on(page, "publication")
    page.get_by_label("Date de fin").fill("2026-01-01")
    page.get_by_label("Date de début").fill("2026-02-01")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_role("alert").get_by_role("link")).to_have_count(2)
    look(page, "5-errors")
    said, box = page.locator("#to_day-error").bounding_box(), page.locator("#from_day").bounding_box()
    assert said is not None
    assert box is not None
    assert said["width"] >= box["width"]
    page.goto(re.sub("/etapes/.*", "/configuration", page.url))
    expect(page.get_by_alt_text("La photo de la collecte")).to_be_visible()
    look(page, "configuration-picture")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page: Page, api: ApiServer) -> None:
    begin(page, api)
    page.get_by_label("Ajouter une photo").set_input_files(_file("mer.jpg", "image/jpeg", picture() + bytes(8_000_000)))
    expect(page.get_by_role("alert")).to_contain_text("dépasse 8")
    expect(page.get_by_label("Titre du formulaire")).to_have_value("Sortie scolaire")


def test_what_families_pay_follows_the_amounts_as_they_are_typed(page: Page, api: ApiServer) -> None:
    """S-70: the guide's sliding scale, as the server prices it."""
    begin(page, api)
    go_on(page, "tarifs")
    for rank, amount in (("1er enfant", "12"), ("2e enfant", "10,00"), ("3e enfant", "8")):
        page.get_by_label(rank).fill(amount)
    row = page.get_by_role("region", name="Ce que paie une famille").locator("tbody tr")
    expect(row.locator("td")).to_have_text(["12,00\u00a0€", "22,00\u00a0€", "30,00\u00a0€"])
    page.get_by_role("button", name="+ Tarifs").click()
    expect(row.first.locator("td")).to_have_text(["12,00\u00a0€", "22,00\u00a0€", "30,00\u00a0€"])
    expect(page.get_by_label("Nom du tarif").nth(1)).to_be_focused()
    page.get_by_label("Montant libre").nth(1).check()
    expect(page.get_by_label("2e enfant").nth(1)).to_be_hidden()
    page.get_by_role("button", name="Retirer le tarif 2").click()
    expect(page.get_by_label("Nom du tarif")).to_have_count(1)
    expect(page.get_by_label("2e enfant")).to_have_value("10,00")


def test_instalments_are_asked_for_only_once_they_are_ticked_and_show_an_example(page: Page, api: ApiServer) -> None:
    """S-89, S-94…S-98: more and fewer options without a script of ours."""
    begin(page, api)
    go_on(page, "tarifs")
    page.get_by_label("1er enfant").fill("25,00")
    go_on(page, "formulaire")
    page.get_by_role("button", name="Passer").click()
    expect(page.get_by_label("Nombre de paiements")).to_be_hidden()
    page.get_by_label("En plusieurs fois").check()
    page.get_by_label("Nombre de paiements").fill("3")
    page.get_by_label("Intervalle").fill("1")
    page.get_by_role("button", name="Voir un exemple").click()
    amounts = page.locator("caption:has-text('25,00') ~ tbody td.number")
    expect(amounts).to_have_text(["8,34\u00a0€", "8,33\u00a0€", "8,33\u00a0€"])
    for locked in ("Espèces", "Chèque", "Autres (TPE, virement, etc.)"):
        expect(page.get_by_role("checkbox", name=locked)).to_be_disabled()
    expect(page.get_by_label("Recevoir une notification")).to_be_hidden()
    page.get_by_text("Aller plus loin dans le paramétrage", exact=True).click()
    page.get_by_label("Recevoir une notification").fill("claire@example.org, dominique@")
    page.get_by_role("button", name="Suivant", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("L’adresse numéro 2")
    look(page, "errors")
    page.get_by_label("Recevoir une notification").fill("claire@example.org")
    page.get_by_role("button", name="Enregistrer et activer d’autres paramètres").click()
    expect(page).to_have_url(re.compile(f"/coops/{api.ids.coop_id}/parametres$"))


def test_two_tabs_end_in_a_calm_page_with_both_versions(visit: BrowserContext, page: Page, api: ApiServer) -> None:
    begin(page, api)
    go_on(page, "tarifs")
    page.goto(page.url.replace("tarifs", "informations"))
    other = visit.new_page()
    other.goto(page.url)
    other.get_by_label("Titre du formulaire").fill("Sortie au zoo")
    go_on(other, "tarifs")
    page.get_by_label("Titre du formulaire").fill("Sortie à la mer")
    page.get_by_role("button", name="Suivant", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deux versions")
    look(page, "both")
    page.get_by_role("button", name="Garder ma saisie").click()
    expect(page).to_have_url(re.compile("/etapes/tarifs$"))
    page.goto(page.url.replace("tarifs", "informations"))
    expect(page.get_by_label("Titre du formulaire")).to_have_value("Sortie à la mer")
