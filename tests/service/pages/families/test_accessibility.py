"""Every page that families see: no violation of axe, large or small, light or dark; nothing lost at 200 %."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from adapters.family_accounts import LinkedContribution, OneTimeLinkPurpose, Profile
from domain.campaign.settings import SetTariffs
from tests.kit.browser import SCHEMES, SIZES, shoot, too_wide, violations_in_turn, wrong_french
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import FAMILY_COOKIE
from tests.kit.run.extent import Extent
from tests.kit.service_world import TIERS
from tests.service.pages.families.basket_forms import address, ask, draft, put

pytestmark = pytest.mark.browser
PRESSED: Final = "button, a.button, .tap, select, .choice, input:not([type=hidden], [type=radio], [type=checkbox])"
PAGES: Final = {
    "campaign": "{campaign}",
    "children": "{basket}",
    "children with errors": "{empty}?verifier",
    "the campaign again": "{basket}/collecte",
    "account": "{new}/compte",
    "information": "{basket}/informations",
    "information with errors": "{basket}/informations?verifier",
    "recap": "{answered}/recapitulatif",
    "recap, address": "{answered}/recapitulatif?email",
    "payment": "{answered}/paiement",
    "pending": "{pending}",
    "account, signed in": "{new}/compte",
    "back once more": "/ad06/retour/abcdefghijklmnopqrstuv",
    "basket gone": "/ad06/paniers/abcdefghijklmnopqrstuv",
    "terms": "/ad06/cguv",
    "privacy": "/ad06/confidentialite",
    "why a tip": "/ad06/pourboire",
    "a new account": "/ad06/compte/creer",
    "signing in": "/ad06/compte/connexion?suite=/ad06/paniers/abcdefghijklmnopqrstuv/compte",
    "a password forgotten": "/ad06/compte/mot-de-passe",
    "another password": "/ad06/compte/mot-de-passe/{renewal}",
    "a link that is over": "/ad06/compte/confirmation/abc",
    "my account": "/ad06/compte",
    "every component": "/style",
    "not found": "/ad06/contribuer/00000000-0000-0000-0000-000000000000",
}


@pytest.fixture(scope="module")
def places(live_server: LiveServer) -> dict[str, str]:
    """Addresses of everything a page can show."""
    live_server.world.do(SetTariffs, tariffs=TIERS)
    placed = live_server.world.place("CP A")
    ask(live_server, class_="required", birth_date="optional", mobile="required", photo="optional")
    families, account_id = live_server.world.runtime.ledger("ad06").families, uuid4()
    profile = Profile("Zéphyrine", "QUATREBARBES", "z@famille.example")
    families.accounts.create(account_id, profile, live_server.world.now(), password="x", confirmed=True)  # noqa: S106 - no hash of any
    contribution = LinkedContribution(live_server.world.campaign_id, placed, live_server.world.now())
    families.accounts.link(account_id, contribution)
    answered = draft(live_server, seen=[1, 2])
    for child in answered.children:
        child.answers |= {"mobile": "0612345678"}
    return {
        "campaign": address(live_server),
        "basket": put(live_server),
        "empty": put(live_server, draft(live_server, "", first_name="", email="nom@")),
        "new": put(live_server, draft(live_server, guest=False)),
        "answered": put(live_server, answered),
        "pending": live_server.address(placed),
        "renewal": families.links.make(account_id, OneTimeLinkPurpose.PASSWORD, live_server.world.now()),
        "session": families.sessions.open(account_id, live_server.world.now()),
    }


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every size and every scheme in each run, every pair of them in a long one."""
    if "seen" in metafunc.fixturenames:
        pairs = (
            list(product(SIZES, SCHEMES))
            if metafunc.config.getoption("--long")
            else list(zip(SIZES, SCHEMES, strict=True))
        )
        metafunc.parametrize("seen", pairs, indirect=True, ids=str, scope="module")


@pytest.fixture(scope="module")
def seen(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser of a size, in a colour scheme."""
    size, scheme = request.param
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme)
    yield visit.new_page()
    visit.close()


def go(page: Page, name: str, places: dict[str, str]) -> None:
    """Open a page by its name, signed in where it is the account's own."""
    page.context.clear_cookies()
    if name in ("my account", "account, signed in"):
        there = urlsplit(page.url)
        cookie = {"name": FAMILY_COOKIE, "value": places["session"], "url": f"{there.scheme}://{there.netloc}/"}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(PAGES[name].format(**places))


def test_no_page_has_a_violation(seen: Page, places: dict[str, str], extent: Extent) -> None:
    wrong = {}
    for name in PAGES:
        go(seen, name, places)
        wrong[name] = violations_in_turn(seen, name, extent)
        shoot(seen, f"{name}-{seen.viewport_size['width'] if seen.viewport_size else 0}")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_at_200_percent_nothing_scrolls_sideways_or_is_cut(
    browser: Browser, live_server: LiveServer, places: dict[str, str]
) -> None:
    """WCAG 1.4.4 and 1.4.10: a telephone at 200 % is 195 px wide; letters alone at 200 %."""
    visit = browser.new_context(base_url=live_server.url, viewport={"width": 195, "height": 422}, device_scale_factor=2)
    page = visit.new_page()
    for name in PAGES:
        go(page, name, places)
        assert too_wide(page) == [], name
        shoot(page, f"zoomed-{name}")
    page.set_viewport_size({"width": 390, "height": 844})
    for name in PAGES:
        go(page, name, places)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.evaluate("document.body.style.fontSize = '34px'")
        assert too_wide(page) == [], name
    visit.close()


def test_what_is_pressed_is_large_enough(page: Page, places: dict[str, str]) -> None:
    """Touch targets of 44 px; links inside of a sentence may be smaller (WCAG 2.5.8)."""
    small = {}
    for name in PAGES:
        go(page, name, places)
        boxes = page.evaluate(
            """(pressed) => [...document.querySelectorAll(pressed)]
                .filter((one) => one.checkVisibility() && !one.classList.contains("visually-hidden"))
                .filter((one) => one.getBoundingClientRect().height < 44)
                .map((one) => one.outerHTML.slice(0, 80))""",
            PRESSED,
        )
        small[name] = boxes
    assert {name: found for name, found in small.items() if found} == {}


def test_the_language_of_each_page_is_french_and_its_title_says_what_it_is(page: Page, places: dict[str, str]) -> None:
    titles = []
    for name in PAGES:
        go(page, name, places)
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        titles.append(page.title())
    assert all(titles)
    assert "Mon compte – OCCE\u00a006" in titles
    assert "Coopledger" not in titles


def test_french_is_set_as_french_is(page: Page, places: dict[str, str]) -> None:
    wrong = {}
    for name in PAGES:
        go(page, name, places)
        wrong[name] = wrong_french(page)
    assert {name: found for name, found in wrong.items() if found} == {}
