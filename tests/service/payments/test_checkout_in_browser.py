"""A parent pays in a browser: the amounts, the bank, the page afterwards, and what the mandataire sees."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.calendar import french_date
from domain.events.contribution import PaymentCaptured, PaymentFailed
from domain.events.instalment import InstalmentsScheduled
from tests.kit.api_server import SLUG
from tests.kit.browser import WAIT, shoot, type_card
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import sign_in_browser

pytestmark = pytest.mark.browser


def _live_page(browser: Browser, live_server: LiveServer) -> Page:
    """The mandataire's live page of the campaign."""
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR")
    page = visit.new_page()
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    page.goto(f"/{SLUG}/collectes/{live_server.world.campaign_id}")
    expect(page.locator("#total")).to_have_text("0,00\u00a0€")
    return page


def test_a_parent_pays_24_euros_and_a_tip_with_3_d_secure_and_the_mandataire_sees_it(
    browser: Browser, telephone: BrowserContext, live_server: LiveServer
) -> None:
    mandataire = _live_page(browser, live_server)
    contribution_id = live_server.world.place("CP A", "CE1")
    page = telephone.new_page()
    page.goto(live_server.address(contribution_id))
    expect(page.get_by_role("status")).to_contain_text("pas encore confirmé")
    shoot(page, "thanks-pending")
    page.get_by_role("button", name="Reprendre le paiement").click()
    expect(page.get_by_role("button", name="Payer 25,92\u00a0€")).to_be_visible()
    shoot(page, "card")
    type_card(page, "always asks")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confirmez-vous ce paiement")
    shoot(page, "3-d-secure")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre contribution est bien reçue", timeout=WAIT)
    expect(page.locator("#paid")).to_have_text("24,00\u00a0€")
    expect(page.locator("#tip")).to_have_text("1,92\u00a0€")
    expect(page.locator("#total")).to_have_text("25,92\u00a0€")
    shoot(page, "thanks-received")
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
    expect(mandataire.locator("#total")).to_have_text("24,00\u00a0€", timeout=WAIT)
    expect(mandataire.locator(".counts")).to_contain_text("2 participants")
    shoot(mandataire, "mandataire")
    (captured,) = (event for event in live_server.world.events() if isinstance(event, PaymentCaptured))
    assert (captured.contribution_id, captured.cents, captured.tip_cents) == (contribution_id, 24_00, 1_92)


def test_a_parent_refuses_at_the_bank_and_tries_again(telephone: BrowserContext, live_server: LiveServer) -> None:
    contribution_id = live_server.world.place("CE1", tip=0)
    page = telephone.new_page()
    page.goto(live_server.address(contribution_id))
    page.get_by_role("button", name="Reprendre le paiement").click()
    type_card(page, "always asks")
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("alert")).to_be_visible()
    shoot(page, "refused")
    type_card(page, "good")
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
    page.wait_for_timeout(1_500)
    kinds = [type(event) for event in live_server.world.events()]
    assert kinds.count(PaymentCaptured) == 1
    assert kinds.count(PaymentFailed) == 1


def test_a_parent_pays_in_three_times(telephone: BrowserContext, live_server: LiveServer) -> None:
    contribution_id = live_server.world.place("CP A", "CE1", instalments=3)
    page = telephone.new_page()
    page.goto(live_server.address(contribution_id))
    page.get_by_role("button", name="Reprendre le paiement").click()
    expect(page.get_by_role("button", name="Payer 9,92\u00a0€")).to_be_visible()
    expect(page.get_by_text("vous autorisez")).to_be_visible()
    type_card(page, "asks once")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("première échéance", timeout=WAIT)
    shoot(page, "thanks-partial")
    (plan,) = (event for event in live_server.world.events() if isinstance(event, InstalmentsScheduled))
    assert [due.cents for due in plan.instalments] == [8_00, 8_00]
    children = ["Enfant 1 – Un enfant", "12,00\u00a0€", "Enfant 2 – Un enfant", "12,00\u00a0€"]
    assert shown(page, "Votre contribution") == [*children, "Montant total", "24,00\u00a0€"]
    paid = ["Contribution à la coopérative", "8,00\u00a0€", "Pourboire facultatif à la plateforme", "1,92\u00a0€"]
    assert shown(page, "Ce que vous avez payé") == [*paid, "Total débité", "9,92\u00a0€"]
    later = [text for due in plan.instalments for text in (f"Le {french_date(due.due_on)}", "8,00\u00a0€")]
    assert shown(page, "Prochaines échéances") == later
    page.reload()
    assert shown(page, "Prochaines échéances") == later
    first, second = (french_date(due.due_on) for due in plan.instalments)
    remains = (
        f"Votre première échéance sur 3 est bien reçue. Il reste 16,00\u00a0€ en 2 échéances, la prochaine le {first}."
    )
    expect(page.get_by_role("status")).to_have_text(remains)
    live_server.world.sandbox.pass_time(days=31)
    page.goto(live_server.address(contribution_id))  # the first link is over by now
    remains = f"Votre deuxième échéance sur 3 est bien reçue. Il reste 8,00\u00a0€, prélevés le {second}."
    expect(page.get_by_role("status")).to_have_text(remains, timeout=WAIT)
    shoot(page, "thanks-second")
    live_server.world.sandbox.pass_time(days=31)
    page.goto(live_server.address(contribution_id))
    paid_up = "Vos 3 échéances sont payées\u00a0: votre contribution est bien reçue. Merci."
    expect(page.get_by_role("status")).to_have_text(paid_up, timeout=WAIT)
    expect(page.locator("#paid")).to_have_text("24,00\u00a0€")
    expect(page.locator("#later")).to_be_hidden()


def shown(page: Page, title: str) -> list[str]:
    """The lines under a title: labels and amounts."""
    return page.get_by_role("region", name=title).locator("dt, dd").all_inner_texts()


def test_the_page_follows_without_scripts(browser: Browser, live_server: LiveServer) -> None:
    contribution_id = live_server.world.place()
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = plain.new_page()
    page.goto(live_server.address(contribution_id))
    expect(page.get_by_role("status")).to_contain_text("pas encore confirmé")
    live_server.world.submit(live_server.world.page(contribution_id))
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
    plain.close()
