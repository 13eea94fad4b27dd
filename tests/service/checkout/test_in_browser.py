"""A parent pays in a browser: the amounts, the bank, the page afterwards, and what the mandataire sees."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from domain.events.contribution import PaymentCaptured, PaymentFailed
from domain.events.instalment import InstalmentsScheduled
from tests.adapters.stripe_sandbox.acting import CARDS
from tests.service.checkout.conftest import OnLine
from tests.service.serving import MANDATAIRE, SLUG, create_token

pytestmark = pytest.mark.browser
CHROMIUM: Final = Path("/usr/bin/chromium")
_ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_SHOTS: Final = os.environ.get("COOPLEDGER_SCREENSHOTS")
_WAIT: Final = 15_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium for the module: Debian's where it is, else Playwright's own."""
    with sync_playwright() as playwright:
        path = str(CHROMIUM) if CHROMIUM.exists() else None
        chromium = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def telephone(browser: Browser, online: OnLine) -> Iterator[BrowserContext]:
    """A parent's telephone."""
    visit = browser.new_context(base_url=online.url, locale="fr-FR", viewport={"width": 390, "height": 844})
    visit.set_default_timeout(_WAIT)
    yield visit
    visit.close()


def _shoot(page: Page, name: str) -> None:
    """Keep a picture for people, where they asked for it."""
    if _SHOTS:
        page.screenshot(path=Path(_SHOTS) / f"{name}.png", full_page=True)


def _type_card(page: Page, card: str) -> None:
    """Type a card and pay."""
    page.get_by_label("Numéro de carte").fill(CARDS[card])
    page.get_by_label("Expiration").fill("12/30")
    page.get_by_label("Code de sécurité").fill("123")
    page.get_by_label("Nom sur la carte").fill("Camille Test")
    page.get_by_role("button", name="Payer").click()


def _live_page(browser: Browser, online: OnLine) -> Page:
    """The mandataire's live page of the campaign."""
    visit = browser.new_context(base_url=online.url, locale="fr-FR")
    page = visit.new_page()
    page.goto(f"/{SLUG}/connexion")
    page.get_by_label("Votre code d’accès personnel").fill(
        create_token(online.database, MANDATAIRE, online.town.coop_id)
    )
    page.get_by_role("button", name="Se connecter").click()
    page.goto(f"/{SLUG}/collectes/{online.town.campaign_id}")
    expect(page.locator("#total")).to_have_text("0,00\u00a0€")
    return page


def test_a_parent_pays_24_euros_and_a_tip_with_3_d_secure_and_the_mandataire_sees_it(
    browser: Browser, telephone: BrowserContext, online: OnLine
) -> None:
    mandataire = _live_page(browser, online)
    contribution_id = online.town.place("CP A", "CE1")
    page = telephone.new_page()
    page.goto(online.address(contribution_id))
    expect(page.get_by_role("status")).to_contain_text("pas encore confirmé")
    _shoot(page, "thanks-pending")
    page.get_by_role("link", name="Reprendre le paiement").click()
    expect(page.get_by_role("button", name="Payer 25,92\u00a0€")).to_be_visible()
    _shoot(page, "card")
    _type_card(page, "always asks")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confirmez-vous ce paiement")
    _shoot(page, "3-d-secure")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre contribution est bien reçue", timeout=_WAIT)
    expect(page.locator("#paid")).to_have_text("24,00\u00a0€")
    expect(page.locator("#tip")).to_have_text("1,92\u00a0€")
    expect(page.locator("#total")).to_have_text("25,92\u00a0€")
    _shoot(page, "thanks-received")
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
    expect(mandataire.locator("#total")).to_have_text("24,00\u00a0€", timeout=_WAIT)
    expect(mandataire.locator(".counts")).to_contain_text("2 participants")
    _shoot(mandataire, "mandataire")
    (captured,) = (event for event in online.town.events() if isinstance(event, PaymentCaptured))
    assert (captured.contribution_id, captured.cents, captured.tip_cents) == (contribution_id, 24_00, 1_92)


def test_a_parent_refuses_at_the_bank_and_tries_again(telephone: BrowserContext, online: OnLine) -> None:
    contribution_id = online.town.place("CE1", tip=0)
    page = telephone.new_page()
    page.goto(f"{online.address(contribution_id)}/payer")
    _type_card(page, "always asks")
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("alert")).to_be_visible()
    _shoot(page, "refused")
    _type_card(page, "good")
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=_WAIT)
    page.wait_for_timeout(1_500)
    kinds = [type(event) for event in online.town.events()]
    assert kinds.count(PaymentCaptured) == 1
    assert kinds.count(PaymentFailed) == 1


def test_a_parent_pays_in_three_times(telephone: BrowserContext, online: OnLine) -> None:
    contribution_id = online.town.place("CP A", "CE1", instalments=3)
    page = telephone.new_page()
    page.goto(f"{online.address(contribution_id)}/payer")
    expect(page.get_by_role("button", name="Payer 9,92\u00a0€")).to_be_visible()
    expect(page.get_by_text("vous autorisez")).to_be_visible()
    _type_card(page, "asks once")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("première échéance", timeout=_WAIT)
    _shoot(page, "thanks-partial")
    (plan,) = (event for event in online.town.events() if isinstance(event, InstalmentsScheduled))
    assert [due.cents for due in plan.instalments] == [8_00, 8_00]
    online.town.sandbox.pass_time(days=62)
    expect(page.get_by_role("status")).to_contain_text("Votre contribution est bien reçue", timeout=_WAIT)
    expect(page.locator("#paid")).to_have_text("24,00\u00a0€")


def test_the_page_follows_without_scripts(browser: Browser, online: OnLine) -> None:
    contribution_id = online.town.place()
    plain = browser.new_context(base_url=online.url, java_script_enabled=False)
    page = plain.new_page()
    page.goto(online.address(contribution_id))
    expect(page.get_by_role("status")).to_contain_text("pas encore confirmé")
    online.town.submit(online.town.page(contribution_id))
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=_WAIT)
    plain.close()
