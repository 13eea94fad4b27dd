"""Step 3 in a browser: how each question is asked, and what a family's form makes of it (S-74…S-83, S-86)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from service.pages.campaign.words import ASKED, QUESTIONS
from tests.kit.api_server import SLUG, ApiServer
from tests.kit.example_files import picture
from tests.service.pages.families.basket_forms import name_child, name_payer, proceed
from tests.service.pages.wizard.browsing import begin, go_on, look, signed_in, silent
from tests.service.pages.wizard.forms import Runner

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Browser, api: ApiServer) -> Iterator[BrowserContext]:
    """A mandate holder's browser on a desk."""
    with signed_in(browser, api, "desk") as opened:
        yield opened


def _choose(page: Page, mandataire: Runner, name: str, state: str) -> None:
    """Choose how a question is asked; the three answers exclude each other."""
    page.goto(mandataire.step("formulaire"))
    question = page.get_by_role("group", name=QUESTIONS[name])
    for label in ASKED.values():
        question.get_by_label(label, exact=True).check()
        expect(question.get_by_role("radio", checked=True)).to_have_count(1)
    question.get_by_label(ASKED[state], exact=True).check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()


def _begin_basket(page: Page, mandataire: Runner) -> None:
    """Fill in a basket with one child, up to what the campaign asks about it; nothing of a second is asked (S-86)."""
    page.goto(f"/{SLUG}/contribuer/{mandataire.campaign_id}")
    page.get_by_role("button", name="Je contribue").click()
    name_child(page, 1, "Marie")
    expect(page.get_by_role("group", name="Enfant 2")).to_have_count(0)
    page.get_by_role("group", name="Enfant 1").get_by_role("radio").check()
    name_payer(page)
    proceed(page)
    page.get_by_role("button", name="Continuer sans compte").click()
    expect(page).to_have_url(re.compile("/informations"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_asked_of_families_as_the_mandate_holder_chose(
    desk: BrowserContext, mandataire: Runner, name: str
) -> None:
    """S-75…S-80, S-82: not asked, optional, required; each changes the form of a family that is already at it."""
    mandataire.publish(f"Question {name}")
    beside = "landline" if name != "landline" else "mobile"
    mandataire.go("formulaire", {beside: "optional"})
    teacher, family = silent(desk.new_page()), silent(desk.new_page())
    _begin_basket(family, mandataire)
    basket = family.url
    asked = family.locator(f"[name^='{name}-']")
    for state in ASKED:
        _choose(teacher, mandataire, name, state)
        family.goto(basket)
        expect(family.locator(f"[name^='{beside}-']")).to_have_count(1)
        expect(asked).to_have_count(0 if state == "hidden" else 1)
        if state != "hidden":
            label = family.locator(".field", has=asked).locator("label").first
            expect(label).to_have_text(re.compile(r"\(facultatif\)$" if state == "optional" else r"\*$"))
        proceed(family)
        if state == "required":
            expect(family.locator(".field", has=asked).locator(".error")).to_be_visible()
        else:
            expect(family).not_to_have_url(re.compile("/informations"))


def test_a_class_of_several_levels_is_taken_and_the_photo_of_a_child(desk: BrowserContext, mandataire: Runner) -> None:
    """S-76, S-81, S-83."""
    mandataire.publish("Classe et photo")
    teacher, family = silent(desk.new_page()), silent(desk.new_page())
    teacher.goto(mandataire.step("formulaire"))
    children = teacher.get_by_role("region", name="Informations sur les enfants")
    expect(children).to_contain_text("réservées à")
    expect(children).to_contain_text("CE2-CM1")
    _choose(teacher, mandataire, "photo", "required")
    _choose(teacher, mandataire, "class", "required")
    _begin_basket(family, mandataire)
    family.locator("[name^='class-']").fill("CE2-CM1")
    family.locator("[name^='photo-']").set_input_files({"name": "m.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    proceed(family)
    expect(family).not_to_have_url(re.compile("/informations"))


def test_more_is_asked_only_below_the_names_which_always_are(desk: BrowserContext, api: ApiServer) -> None:
    """S-73, S-74, S-84: skipping says what it does, and what is ticked beside it does not hold then."""
    page = silent(desk.new_page())
    begin(page, api)
    go_on(page, "tarifs")
    page.get_by_label("1er enfant").fill("12")
    go_on(page, "formulaire")
    more = page.get_by_role("region", name="Collecter plus d’informations sur la personne")
    expect(more.get_by_role("group")).to_have_count(len(QUESTIONS) - 1)
    expect(more.get_by_role("radio", name="Ne pas demander", checked=True)).to_have_count(len(QUESTIONS) - 1)
    expect(page.get_by_text("systématiquement demandées")).to_contain_text("prénom, nom")
    expect(page.get_by_role("group", name=QUESTIONS["class"]).get_by_label("Obligatoire")).to_be_checked()
    page.get_by_role("button", name="Passer\u00a0: ne demander que les noms").click()
    page.get_by_role("button", name="Retour", exact=True).click()
    expect(page.get_by_role("radio", name="Ne pas demander", checked=True)).to_have_count(len(QUESTIONS))
    look(page, "3-names-alone")


def test_the_access_rule_is_said_and_more_options_are_a_click_away(desk: BrowserContext, api: ApiServer) -> None:
    """S-98, S-100, S-106."""
    page = silent(desk.new_page())
    begin(page, api)
    go_on(page, "tarifs")
    page.get_by_label("1er enfant").fill("12")
    go_on(page, "formulaire")
    go_on(page, "paiement")
    more = page.get_by_role("button", name="Enregistrer et activer d’autres paramètres")
    for shown in (True, False, True):
        page.get_by_text("Aller plus loin dans le paramétrage", exact=True).click()
        expect(more).to_be_visible(visible=shown)
    page.get_by_label("Personnaliser le message").fill("Merci de la part de la classe.")
    step = page.url
    more.click()
    expect(page).to_have_url(re.compile("/parametres$"))
    page.goto(step)
    expect(page.get_by_label("Personnaliser le message")).to_have_value("Merci de la part de la classe.")
    go_on(page, "publication")
    rule = page.get_by_text("Règles d’accès au formulaire")
    expect(rule).to_contain_text("toute personne ayant le lien peut contribuer (conseillé)")
