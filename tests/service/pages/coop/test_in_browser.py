"""A coop's pages as people meet them: live, readable at every size, and whole without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.money import euros
from projections.figures import coop_sums
from projections.figures.coop_sums import AccountNow
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.browser import SCHEMES, SIZES, WAIT, shoot, too_wide, violations, wrong_french
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import MEMBER_COOKIE, sign_in_browser
from tests.kit.service_world import PRICE

pytestmark = pytest.mark.browser
PAGES: Final = {
    "home": "",
    "tour": "/visite?etape=2",
    "account": "/compte?mois=2024-07",
    "receipts": "/operations?lignes=compte&montant=encaissements&mois=2024-06",
    "nothing": "/operations?lignes=contestes",
    "payments": "/paiements",
    "nobody": "/paiements?moyen=cash",
    "general": "/statistiques",
    "sales": "/statistiques/ventes",
    "community": "/statistiques/communaute",
}


@pytest.fixture
def holder(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """The mandate holder of a coop that takes payments."""
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES["desk"])
    visit.set_default_timeout(WAIT)
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    yield visit
    visit.close()


def home_of(live_server: LiveServer) -> str:
    """The home of the world's coop."""
    return f"/{SLUG}/coops/{live_server.world.coop_id}"


def funds(live_server: LiveServer) -> AccountNow:
    """What the read models say that the coop holds: a world's coop is that of all tests of this file."""
    now: AccountNow = live_server.world.runtime.ledger(SLUG).read(coop_sums.account_now, live_server.world.coop_id)
    return now


def test_what_the_coop_holds_and_collects_rises_without_a_reload(
    holder: BrowserContext, live_server: LiveServer
) -> None:
    page, before = holder.new_page(), funds(live_server)
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if said.type in {"error", "warning"} else None)
    page.goto(home_of(live_server))
    expect(page.locator("#balance")).to_have_text(euros(before.balance))
    page.evaluate("document.body.dataset.kept = 'yes'")
    live_server.world.pay("CP A")
    expect(page.locator("#balance")).to_have_text(euros(before.balance + PRICE))
    expect(page.locator("#available")).to_have_text(euros(before.available + PRICE))
    collected = page.locator("#collected").inner_text()
    expect(page.locator("#campaigns tr")).to_have_count(1)
    expect(page.locator("#campaigns a")).to_have_text(collected)
    assert page.evaluate("document.body.dataset.kept") == "yes", "the page was loaded again"
    assert heard == []
    page.locator("#campaigns a").click()
    expect(page.locator("#total")).to_have_text(collected)


def test_what_is_set_aside_for_a_refund_can_not_be_paid_out_and_is_seen_at_once(
    holder: BrowserContext, live_server: LiveServer
) -> None:
    contribution_id = live_server.world.pay("CP A")
    page, before = holder.new_page(), funds(live_server)
    page.goto(home_of(live_server))
    expect(page.locator("#available")).to_have_text(euros(before.available))
    live_server.world.refund(contribution_id, 5_00)
    expect(page.locator("#available")).to_have_text(euros(before.available - 5_00))
    page.locator("#available").click()
    expect(page.locator("#total")).to_have_text(euros(before.available - 5_00))


def test_an_open_home_ends_with_its_member_s_session(live_server: LiveServer) -> None:
    session = live_server.mandataire_session()
    opened = live_server.world.runtime.ledger(SLUG)
    headers = {"Cookie": f"{MEMBER_COOKIE}={session}"}
    with httpx2.stream("GET", f"{live_server.url}{home_of(live_server)}/flux", headers=headers, timeout=15) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert next(lines) == "event: coop"
        opened.members.sessions.end(session, live_server.world.now())
        assert "" in list(lines), "the stream ended"


@pytest.mark.parametrize(("size", "scheme"), [*zip(SIZES, SCHEMES, strict=True)])
def test_every_page_is_readable_and_french_as_it_is_set(
    browser: Browser, api: ApiServer, size: str, scheme: Literal["dark", "light"]
) -> None:
    visit = browser.new_context(
        base_url=api.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme, bypass_csp=True
    )
    sign_in_browser(visit, api.url, api.session(MANDATAIRE))
    page = visit.new_page()
    wrong = {}
    for name, below in PAGES.items():
        page.goto(f"/{SLUG}/coops/{api.ids.coop_id}{below}")
        wrong[name] = faults(page, f"coop-{name}-{size}")
    page.goto(f"/{SLUG}/collectes/{api.ids.campaign_id}")
    wrong["direct"] = faults(page, f"coop-direct-{size}")
    visit.close()
    assert {name: found for name, found in wrong.items() if found} == {}


def faults(page: Page, name: str) -> list[object]:
    """What is wrong with what is seen now."""
    shoot(page, name)
    headings = [] if page.locator("h1").count() == 1 and page.title().strip() else ["no title or no heading"]
    return [*violations(page), *too_wide(page), *wrong_french(page), *headings]


def test_without_scripts_payments_are_filtered_and_searched(browser: Browser, api: ApiServer) -> None:
    visit = browser.new_context(base_url=api.url, locale="fr-FR", java_script_enabled=False)
    visit.set_default_timeout(WAIT)
    sign_in_browser(visit, api.url, api.session(MANDATAIRE))
    page = visit.new_page()
    page.goto(f"/{SLUG}/coops/{api.ids.coop_id}")
    page.locator("summary", has_text="Paiements").click()
    page.get_by_label("Menu").get_by_role("link", name="Suivi des paiements").click()
    expect(page.locator("#count")).to_have_text("4 lignes")
    page.get_by_label("Mois").select_option("Juin 2024")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.locator("#count")).to_have_text("3 lignes")
    page.get_by_label("Recherche").fill("Dupond")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.locator("#count")).to_have_text("1 ligne")
    expect(page.locator(".people tbody")).to_contain_text("Robert DUPOND")
    assert "Dupond" not in page.url
    page.get_by_role("link", name="Tout afficher").click()
    expect(page.locator("#count")).to_have_text("4 lignes")
    visit.close()
