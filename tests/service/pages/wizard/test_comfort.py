"""What is typed into the five steps is not lost: « back », Enter, other links, a preview; what pages say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from tests.kit.api_server import SLUG, ApiServer
from tests.kit.browser import SIZES
from tests.service.pages.wizard.browsing import begin, go_on, look, signed_in, silent
from tests.service.pages.wizard.forms import Runner

pytestmark = pytest.mark.browser
_STEP: Final = "/etapes/"


@pytest.fixture
def desk(browser: Browser, api: ApiServer) -> Iterator[BrowserContext]:
    """A mandate holder's browser on a desk."""
    with signed_in(browser, api, "desk") as opened:
        yield opened


@pytest.fixture
def page(desk: BrowserContext) -> Page:
    """A page of it."""
    return silent(desk.new_page())


def test_the_browser_s_back_shows_the_answer_to_a_form_with_what_was_typed(page: Page, api: ApiServer) -> None:
    """No « Confirm Form Resubmission »: an error, its correction, the next step, and back to change it once more."""
    begin(page, api)
    go_on(page, "tarifs")
    page.get_by_label("Nom du tarif").fill("Par élève")
    page.get_by_label("1er enfant").fill("douze")
    page.get_by_role("button", name="Suivant", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez un montant")
    page.get_by_label("1er enfant").fill("12,00")
    go_on(page, "formulaire")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tarifs")
    expect(page.get_by_label("Nom du tarif")).to_have_value("Par élève")
    expect(page.get_by_label("1er enfant")).to_have_value("12,00")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("1er enfant").fill("13,00")
    go_on(page, "formulaire")


def test_back_shows_a_form_that_a_row_was_added_to(page: Page, api: ApiServer) -> None:
    begin(page, api)
    go_on(page, "tarifs")
    page.get_by_label("1er enfant").fill("12,00")
    page.get_by_role("button", name="+ Tarifs").click()
    page.get_by_label("Nom du tarif").nth(1).fill("Soutien")
    page.get_by_label("1er enfant").nth(1).fill("20,00")
    go_on(page, "formulaire")
    page.go_back()
    expect(page.get_by_label("Nom du tarif")).to_have_count(2)
    expect(page.get_by_label("1er enfant").first).to_have_value("12,00")


def test_enter_goes_on_in_each_step_and_never_publishes(page: Page, api: ApiServer, mandataire: Runner) -> None:
    """S-110: at the last step it keeps the draft, with the decision that was typed."""
    begin(page, api)
    for step, field in (("tarifs", "Titre du formulaire"), ("formulaire", "Nom du tarif")):
        if step == "formulaire":
            page.get_by_label("1er enfant").fill("12")
        page.get_by_label(field).press("Enter")
        expect(page).to_have_url(re.compile(f"{_STEP}{step}"))
    go_on(page, "paiement")
    go_on(page, "publication")
    page.get_by_label("Date de la décision").fill("2026-09-10")
    page.get_by_label("Numéro du procès-verbal").fill("PV 12")
    page.get_by_label("Numéro du procès-verbal").press("Enter")
    expect(page.get_by_text("Le brouillon est enregistré")).to_be_visible()
    expect(page.get_by_label("Date de la décision")).to_have_value("2026-09-10")
    mandataire.campaign_id = page.url.split("/")[5]
    assert mandataire.state().status == "draft"


def test_a_campaign_is_published_after_a_preview_and_the_page_says_so(page: Page, api: ApiServer) -> None:
    """S-49, S-111, S-112."""
    begin(page, api)
    go_on(page, "tarifs")
    page.get_by_label("1er enfant").fill("12")
    go_on(page, "formulaire")
    go_on(page, "paiement")
    go_on(page, "publication")
    page.get_by_label("Date de la décision").fill("2026-09-10")
    page.get_by_role("button", name="Retour", exact=True).click()
    go_on(page, "publication")
    expect(page.get_by_label("Date de la décision")).to_have_value("2026-09-10")
    page.get_by_role("button", name="Prévisualiser").click()
    page.get_by_role("link", name="Quitter l’aperçu").click()
    expect(page.get_by_label("Date de la décision")).to_have_value("2026-09-10")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_text("C’est publié.")).to_be_visible()
    look(page, "published")
    page.get_by_role("link", name="Voir la page des familles").click()
    expect(page.get_by_role("button", name="Je contribue")).to_be_enabled()


def test_going_back_saves_and_other_links_ask_whether_to_leave_what_was_typed(page: Page, api: ApiServer) -> None:
    begin(page, api)
    go_on(page, "tarifs")
    page.get_by_label("1er enfant").fill("12,00")
    page.get_by_role("button", name="Retour", exact=True).click()
    expect(page).to_have_url(re.compile(f"{_STEP}informations$"))
    go_on(page, "tarifs")
    expect(page.get_by_label("1er enfant")).to_have_value("12,00")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("1er enfant").fill("douze")
    page.get_by_role("main").get_by_role("link", name="Collectes", exact=True).click(no_wait_after=True)
    expect(page.get_by_label("1er enfant")).to_have_value("douze")
    page.get_by_role("button", name="Retour", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Indiquez un montant")
    look(page, "back-with-errors")
    page.get_by_role("link", name="Revenir sans enregistrer").click()
    expect(page).to_have_url(re.compile(f"{_STEP}informations$"))
    assert asked == ["beforeunload"]


def test_what_is_proposed_is_typed_over(page: Page, api: ApiServer) -> None:
    """S-54, S-64: a title and a tariff are proposed; who clicks into them and types has one's own, and no mixture."""
    begin(page, api)
    page.get_by_label("Titre du formulaire").click()
    page.keyboard.type("Sortie au zoo")
    expect(page.get_by_label("Titre du formulaire")).to_have_value("Sortie au zoo")
    page.get_by_label("Titre du formulaire").click(position={"x": 5, "y": 10})
    page.keyboard.type("!")
    expect(page.get_by_label("Titre du formulaire")).to_have_value(re.compile("^.*Sortie au zoo.*$"))
    go_on(page, "tarifs")
    expect(page.get_by_label("Nom du tarif")).to_have_value("Par enfant")
    page.get_by_label("Nom du tarif").click()
    page.keyboard.type("Par élève")
    expect(page.get_by_label("Nom du tarif")).to_have_value("Par élève")


@pytest.mark.parametrize("size", SIZES)
def test_a_field_that_is_corrected_no_longer_looks_wrong(browser: Browser, api: ApiServer, size: str) -> None:
    with signed_in(browser, api, size) as opened:
        page = silent(opened.new_page())
        begin(page, api)
        go_on(page, "tarifs")
        page.get_by_label("2e enfant").fill("dix")
        page.get_by_role("button", name="Suivant", exact=True).click()
        first, second = page.get_by_label("1er enfant"), page.get_by_label("2e enfant")
        links = page.get_by_role("alert").get_by_role("link")
        expect(links).to_have_count(2)
        look(page, "2-errors")
        links.first.click()
        expect(first).to_be_focused()
        first.fill("12")
        expect(first).not_to_have_attribute("aria-invalid", "true")
        expect(page.locator("#amount-0-0-error")).to_be_hidden()
        expect(second).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#amount-0-1-error")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_a_draft_goes_on_where_it_was_left_or_is_abandoned_from_the_list(
    browser: Browser, api: ApiServer, size: str
) -> None:
    """S-115, S-117."""
    title = f"Essai sans suite {size}"
    with signed_in(browser, api, size) as opened:
        page = silent(opened.new_page())
        begin(page, api)
        page.get_by_label("Titre du formulaire").fill(title)
        go_on(page, "tarifs")
        page.get_by_label("1er enfant").fill("12")
        go_on(page, "formulaire")
        page.get_by_role("main").get_by_role("link", name="Collectes", exact=True).click()
        look(page, "list-drafts")
        page.get_by_role("link", name=f"Continuer\u00a0: {title}").click()
        expect(page).to_have_url(re.compile(f"{_STEP}formulaire$"))
        expect(page.locator(".stepper .done")).to_have_count(2)
        expect(page.locator(".rail [aria-current=page]")).to_have_text("Collectes")
        page.goto(page.url.replace("/etapes/formulaire", "/configuration"))
        look(page, "configuration-draft")
        page.goto(f"/{SLUG}/coops/{api.ids.coop_id}/collectes")
        page.locator("summary", has_text=f"Abandonner… {title}").click()
        page.get_by_role("button", name=f"Abandonner ce brouillon {title}").click()
        expect(page.get_by_text("Le brouillon est abandonné.")).to_be_visible()
        expect(page.get_by_role("link", name=title, exact=True)).to_be_hidden()
        page.get_by_text("Archivées (").click()
        expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()


def test_on_a_telephone_the_buttons_are_reached_in_the_order_in_which_they_are_seen(
    browser: Browser, api: ApiServer
) -> None:
    with signed_in(browser, api, "telephone") as opened:
        page = silent(opened.new_page())
        begin(page, api)
        go_on(page, "tarifs")
        page.get_by_label("1er enfant").fill("12")
        go_on(page, "formulaire")
        for step in ("formulaire", "publication"):
            page.goto(re.sub(r"[^/]+$", step, page.url))
            buttons = page.locator(".stacked > .buttons button")
            places = [buttons.nth(at).bounding_box() for at in range(buttons.count())]
            seen = [(round(box["y"]), round(box["x"])) for box in places if box]
            assert len(seen) > 2
            assert seen == sorted(seen), step
