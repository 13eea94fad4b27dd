"""Every member's page has the guide's menu, its own help and the way out, large and small, with or without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.rights.roles import Role
from service.pages.mandataire.entry import HELP, HELP_PARTS
from tests.kit.browser import SIZES, shoot
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import new_member, open_session, sign_in_browser

pytestmark = pytest.mark.browser
GUIDE = ["Accueil", "Communauté", "Paiements", "Formulaires", "Statistiques", "Exports", "Paramètres"]
"""The guide's menu (S-08…S-14)."""


@pytest.fixture
def desk(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A mandate holder on a computer."""
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES["desk"])
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    yield visit.new_page()
    visit.close()


def _top(page: Page) -> list[str]:
    """The first level of the menu, as it is read."""
    return page.locator(".menu > li > a, .menu > li > details > summary").all_inner_texts()


def test_the_menu_is_that_of_the_guide_and_says_whose_coop_it_is_and_who_is_here(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto("/ad06/accueil")
    expect(desk).to_have_url(f"{live_server.url}/ad06/coops/{live_server.world.coop_id}")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Accueil")
    assert _top(desk) == GUIDE
    expect(desk.locator(".menu [aria-current=page]")).to_have_text("Accueil")
    expect(desk.locator(".rail .coop")).to_have_text("Coop Jules Ferry")
    expect(desk.locator(".rail .whose")).to_contain_text("Laurence MARDEGAN")
    shoot(desk, "frame-1280")


def test_a_sub_menu_opens_where_its_pages_are(desk: Page, live_server: LiveServer) -> None:
    desk.goto(f"/ad06/coops/{live_server.world.coop_id}")
    expect(desk.get_by_role("link", name="Créer une collecte")).to_be_hidden()
    desk.locator("summary", has_text="Formulaires").click()
    expect(desk.get_by_role("link", name="Créer une collecte")).to_be_visible()


def test_help_is_about_this_very_page_and_all_of_it_is_one_click_further(desk: Page, live_server: LiveServer) -> None:
    desk.goto(f"/ad06/coops/{live_server.world.coop_id}")
    button = desk.locator(".help > summary")
    expect(button).to_have_text("Aide")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] > SIZES["desk"]["width"] - 40, "it is top right"
    assert box["y"] < 40
    button.click()
    expect(desk.locator(".help-text h2")).to_have_text("Accueil")
    shoot(desk, "frame-help-1280")
    with desk.expect_popup() as opened:
        desk.get_by_role("link", name="Toute l’aide, dans un autre onglet").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Aide")
    assert opened.value.locator("section.card h2").count() > 1


def test_the_whole_help_lists_the_help_of_every_page_and_leads_to_each(desk: Page) -> None:
    known = {path.stem for path in HELP.glob("*.html")}
    assert sorted(known) == sorted(name for names in HELP_PARTS.values() for name in names)
    desk.goto("/ad06/aide")
    assert desk.get_by_role("navigation", name="Sommaire").get_by_role("link").count() == len(known)
    desk.get_by_role("navigation", name="Sommaire").get_by_role("link", name="Exports").click()
    expect(desk.locator("#exports h2")).to_be_in_viewport()


def test_a_telephone_has_the_menu_below_and_the_whole_of_it_one_tap_away(
    browser: Browser, live_server: LiveServer
) -> None:
    visit = browser.new_context(base_url=live_server.url, viewport=SIZES["telephone"], java_script_enabled=False)
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    page = visit.new_page()
    page.goto(f"/ad06/coops/{live_server.world.coop_id}")
    quick = page.get_by_role("navigation", name="Accès rapides")
    assert quick.get_by_role("link").all_inner_texts() == ["Accueil", "Paiements", "Formulaires", "Menu"]
    expect(page.locator(".menu")).to_be_hidden()
    shoot(page, "frame-390")
    quick.get_by_role("link", name="Menu").click()
    assert _top(page) == GUIDE
    shoot(page, "frame-menu-390")
    page.get_by_role("link", name="Fermer le menu").click()
    expect(page.locator(".menu")).to_be_hidden()
    visit.close()


def test_who_may_only_read_is_shown_no_entry_that_would_refuse(browser: Browser, live_server: LiveServer) -> None:
    opened = live_server.world.runtime.ledger("ad06")
    visit = browser.new_context(base_url=live_server.url, viewport=SIZES["desk"])
    sign_in_browser(
        visit, live_server.url, open_session(opened, new_member(opened, Role.AUDITOR), live_server.world.now())
    )
    page = visit.new_page()
    page.goto(f"/ad06/coops/{live_server.world.coop_id}")
    assert _top(page) == [label for label in GUIDE if label != "Communauté"]
    expect(page.get_by_role("link", name="Créer une collecte")).to_have_count(0)
    visit.close()


def test_another_coop_is_as_if_it_did_not_exist(desk: Page) -> None:
    answer = desk.goto("/ad06/coops/00000000-0000-4000-8000-000000000000")
    assert answer is not None
    assert answer.status == 404
