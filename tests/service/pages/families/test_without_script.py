"""The whole journey without JavaScript, and by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.events.contribution import ContributionPlaced, PaymentCaptured
from tests.kit.browser import WAIT, shoot
from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import address, ask, events_of, name_child, name_payer, proceed

pytestmark = pytest.mark.browser


def test_a_family_contributes_without_javascript(browser: Browser, live_server: LiveServer) -> None:
    """Totals are computed by the server when asked; a tip that was not shown yet is shown before it is paid."""
    ask(live_server, class_="required")
    before = len(events_of(live_server, ContributionPlaced))
    size = {"width": 390, "height": 844}
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="fr-FR", viewport=size)  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(address(live_server))
    page.get_by_role("button", name="Je contribue").click()
    name_child(page, 1, "Marie")
    page.get_by_role("button", name="Ajouter un autre enfant").click()
    name_child(page, 2, "Julien")
    name_payer(page)
    page.get_by_role("button", name="Recalculer le montant").click()
    expect(page.locator("[data-total]")).to_have_text("24,00\u00a0€")
    proceed(page)
    page.get_by_role("button", name="Continuer sans compte").click()
    for number in (0, 1):
        page.get_by_label("Classe de l’enfant").nth(number).select_option("CE1")
    proceed(page)
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_label("8 % du montant").check()
    page.get_by_label("J’accepte les").check()
    page.get_by_role("button", name="Payer 24,00\u00a0€").click()
    expect(page.get_by_role("alert")).to_contain_text("Le montant tient compte de vos choix")
    assert len(events_of(live_server, ContributionPlaced)) == before
    expect(page.get_by_label("J’accepte les")).to_be_checked()
    shoot(page, "without-script")
    page.get_by_role("button", name="Payer 25,92\u00a0€").click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    assert len(events_of(live_server, ContributionPlaced)) == before + 1
    plain.close()


def go_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the thing is in focus, as without a mouse."""
    wanted = page.get_by_role(role, name=name, exact=role == "textbox").first  # type: ignore[arg-type]
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            outline = wanted.evaluate("one => getComputedStyle(one).outlineStyle + getComputedStyle(one).outlineWidth")
            assert outline == "solid3px", name
            return
    raise AssertionError(name)


def write(page: Page, name: str, text: str) -> None:
    """Go to a field and type."""
    go_to(page, "textbox", name)
    page.keyboard.type(text)


def press(page: Page, name: str, role: str = "button", key: str = "Enter") -> None:
    """Go to something and press it."""
    go_to(page, role, name)
    page.keyboard.press(key)


def test_a_family_contributes_by_the_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    ask(live_server, mobile="optional")
    before = len(events_of(live_server, PaymentCaptured))
    page.goto(address(live_server))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    press(page, "Je contribue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pour qui")
    write(page, "Prénom de l’enfant", "Marie")
    write(page, "Nom de l’enfant", "GALANTE")
    write(page, "Votre prénom", "Zéphyrine")
    write(page, "Votre nom", "QUATREBARBES")
    write(page, "Adresse e-mail pour la confirmation", "famille@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Comment voulez-vous continuer")
    press(page, "Continuer sans compte")
    write(page, "Téléphone mobile (facultatif)", "0612345678")
    press(page, "Continuer")
    press(page, "Confirmer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement")
    press(page, "J’accepte les", role="checkbox", key="Space")
    press(page, "Payer")
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    write(page, "Numéro de carte", "4242424242424242")
    write(page, "Expiration", "12/30")
    write(page, "Code de sécurité", "123")
    write(page, "Nom sur la carte", "Camille Test")
    press(page, "Payer")
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
    assert len(events_of(live_server, PaymentCaptured)) == before + 1
