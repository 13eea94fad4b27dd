"""Where the links of e-mails lead: to what they are for, for as long as they say, and nowhere else."""

from __future__ import annotations

from uuid import UUID, uuid4

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from adapters.people_vault import TokenPurpose
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled
from service.family_links import PATHS, RETURN
from tests.kit.api_server import SLUG
from tests.kit.browser import WAIT, shoot, type_card
from tests.kit.email_world import PAYER
from tests.kit.live_server import LiveServer
from tests.kit.waiting import wait_until


def in_three(live_server: LiveServer, card: str) -> UUID:
    """A family that pays in three times, the first one paid."""
    contribution_id = live_server.world.place_for(PAYER, "CP A", "CE1", instalments=3)
    assert live_server.world.submit(live_server.world.page(contribution_id), card) == "Paid"
    wait_until(lambda: "InstalmentsScheduled" in live_server.world.kinds())
    return contribution_id


@pytest.mark.browser
def test_a_refused_instalment_is_paid_by_the_link_of_its_letter_with_3_d_secure(
    telephone: BrowserContext, live_server: LiveServer
) -> None:
    contribution_id = in_three(live_server, "asks later")
    live_server.world.sandbox.pass_time(days=31)
    wait_until(lambda: live_server.link("payer-echeance") is not None)
    page = telephone.new_page()
    page.goto(live_server.address(contribution_id))
    refused = (
        "Votre première échéance sur 3 est bien reçue. Il reste 16,00\u00a0€. Votre banque n’a pas accepté l’échéance"
    )
    expect(page.get_by_role("status")).to_contain_text(refused)
    page.goto(live_server.link("payer-echeance") or "")
    expect(page.get_by_role("definition").first).to_have_text("2 sur 3")
    shoot(page, "instalment")
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
    page.get_by_role("button", name="Payer 8,00\u00a0€").click()
    type_card(page, "always asks")
    page.get_by_role("button", name="Confirmer").click()
    told = "Votre deuxième échéance sur 3 est bien reçue. Il reste 8,00\u00a0€, prélevés le "
    expect(page.get_by_role("status")).to_contain_text(told, timeout=WAIT)
    shoot(page, "instalment-paid")
    assert live_server.world.kinds().count("PaymentCaptured") == 2
    failed = [event for event in live_server.world.events() if isinstance(event, InstalmentFailed)]
    assert [event.reason for event in failed] == ["authentication_required"]
    assert 2 not in live_server.world.contribution(contribution_id).schedule


@pytest.mark.browser
def test_a_family_stops_its_instalments_by_the_link_of_a_letter(
    telephone: BrowserContext, live_server: LiveServer
) -> None:
    contribution_id = in_three(live_server, "good")
    page = telephone.new_page()
    page.goto(live_server.family_link(TokenPurpose.PLAN, contribution_id))
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_text("Arrêter les prélèvements").first.click()
    shoot(page, "plan")
    seen = Axe().run(page)
    assert seen.violations_count == 0, seen.generate_report()
    page.get_by_role("button", name="Arrêter les prélèvements").click()
    expect(page.get_by_role("status")).to_contain_text("Plus rien ne sera prélevé")
    (stopped,) = (event for event in live_server.world.events() if isinstance(event, InstalmentsCancelled))
    assert (stopped.numbers, stopped.cents, stopped.reason) == ((2, 3), 16_00, "family")
    page.goto(live_server.address(contribution_id))
    expect(page.get_by_role("status")).to_contain_text("Plus rien ne sera prélevé", timeout=WAIT)
    expect(page.locator("#asked")).to_have_text("24,00\u00a0€")
    expect(page.locator("#later")).to_be_hidden()


def test_a_link_to_a_receipt_pays_nothing(live_server: LiveServer) -> None:
    receipt = live_server.family_link(TokenPurpose.RECEIPT, live_server.world.place("CP A")).rsplit("/", 1)[1]
    stolen = httpx2.get(f"{live_server.url}/{SLUG}/payer-echeance/{receipt}", headers={"Accept": "text/html"})
    assert (stolen.status_code, "n’est pas valable" in stolen.text) == (404, True)


@pytest.mark.parametrize("purpose", [purpose for purpose in TokenPurpose if PATHS[purpose] != RETURN])
def test_a_link_that_is_over_says_so(live_server: LiveServer, purpose: TokenPurpose) -> None:
    over = live_server.family_link(purpose, live_server.world.place("CP A"), until=live_server.yesterday)
    answer = httpx2.get(f"{live_server.url}{over}", headers={"Accept": "text/html"})
    assert (answer.status_code, "n’est plus valable" in answer.text) == (410, True)


def test_a_made_up_or_altered_link_leads_nowhere(live_server: LiveServer) -> None:
    good = live_server.family_link(TokenPurpose.PLAN, uuid4())
    forged = (good[:-3] + ("AAA" if good[-3:] != "AAA" else "BBB"), f"/{SLUG}/echeances/x", f"/{SLUG}/echeances/é%00")
    for path in forged:
        answer = httpx2.get(f"{live_server.url}{path}", headers={"Accept": "text/html"})
        assert (answer.status_code, "n’est pas valable" in answer.text) == (404, True), path


def test_a_plan_is_not_stopped_by_a_form_of_another_site(live_server: LiveServer) -> None:
    contribution_id = in_three(live_server, "good")
    path = live_server.family_link(TokenPurpose.PLAN, contribution_id)
    answer = httpx2.post(f"{live_server.url}{path}/arreter", headers={"Origin": "https://ailleurs.example"})
    assert answer.status_code == 403
    assert "InstalmentsCancelled" not in live_server.world.kinds()
