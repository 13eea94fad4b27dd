"""Every page that a link of the space leads to: it answers, axe finds nothing, nothing is cut, French is set as it is.

Pages are found by following links, so that a new one is looked at as soon as it can be reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.rights.roles import Role
from tests.kit.browser import SCHEMES, SIZES, shoot, too_wide, violations_in_turn, wrong_french
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import new_member, open_session, sign_in_browser
from tests.kit.run.extent import Extent
from tests.service.pages.frame.crawl import FoundPage, follow_links

pytestmark = pytest.mark.browser
WHO: Final = (Role.MANDATAIRE, Role.TREASURER, Role.STAFF, Role.AUDITOR, Role.TEACHER)
_LEAST: Final = 3
"""Pages that each of them reaches at least."""


class Space(dict[Role, dict[str, FoundPage]]):
    """What each of them finds, and their sessions."""

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.sessions: dict[Role, str] = {}

    def pages(self) -> Iterator[tuple[Role, str, FoundPage]]:
        """Yield each kind of page once, with who is shown it."""
        seen = set[str]()
        for role, found in self.items():
            for kind, page in found.items():
                if page.is_framed and kind not in seen:
                    seen.add(kind)
                    yield role, kind, page


@pytest.fixture(scope="module")
def space(live_server: LiveServer) -> Space:
    """What each of them finds, in a coop that families have paid."""
    world = live_server.world
    for classes in (("CP A",), ("CP A", "CE1"), ("CE1",)):
        world.pay(*classes)
    opened, found = world.runtime.ledger("ad06"), Space()
    for role in WHO:
        coop_id = world.coop_id if role in (Role.MANDATAIRE, Role.TEACHER) else None
        found.sessions[role] = open_session(opened, new_member(opened, role, coop_id), world.now())
        found[role] = follow_links(live_server.url, found.sessions[role])
    return found


def test_no_link_leads_to_what_is_refused_or_is_not_there(space: Space) -> None:
    wrong = [
        (role.value, page.path, page.status, page.led_from)
        for role, found in space.items()
        for page in found.values()
        if page.status != 200
    ]
    assert wrong == []
    assert all(len(found) >= _LEAST for found in space.values())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every size and every scheme in each run, every pair of them in a long one."""
    if "seen" in metafunc.fixturenames:
        every = metafunc.config.getoption("--long")
        pairs = list(product(SIZES, SCHEMES)) if every else list(zip(SIZES, SCHEMES, strict=True))
        metafunc.parametrize("seen", pairs, indirect=True, ids=str, scope="module")


@pytest.fixture(scope="module")
def seen(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser of a size, in a colour scheme."""
    size, scheme = request.param
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme)
    yield visit.new_page()
    visit.close()


def _open(page: Page, space: Space, role: Role, path: str, url: str) -> None:
    """Open a page as somebody."""
    page.context.clear_cookies()
    sign_in_browser(page.context, url, space.sessions[role])
    page.goto(path)


_SMALL: Final = """() => [...document.querySelectorAll(
    "button, summary, a.button, .tap, nav a, select, .choice, "
    + "input:not([type=hidden], [type=radio], [type=checkbox])")]
    .filter((one) => one.checkVisibility() && !one.classList.contains("visually-hidden"))
    .filter((one) => one.getBoundingClientRect().height < 44)
    .map((one) => one.outerHTML.slice(0, 90))"""
"""What is pressed and is lower than 44 px; links inside of a sentence may be (WCAG 2.5.8)."""


def test_axe_finds_nothing_french_is_set_as_french_is_nothing_is_cut_and_what_is_pressed_is_large(
    seen: Page, space: Space, live_server: LiveServer, extent: Extent
) -> None:
    wrong = {}
    for role, kind, found in space.pages():
        _open(seen, space, role, found.path, live_server.url)
        expect(seen.locator("html")).to_have_attribute("lang", "fr")
        expect(seen.get_by_role("heading", level=1)).to_have_count(1)
        width = seen.viewport_size["width"] if seen.viewport_size else 0
        wrong[kind] = [*violations_in_turn(seen, kind, extent), *wrong_french(seen), *too_wide(seen)]
        shoot(seen, f"space-{kind.strip('/').replace('/', '_')}-{width}")
        if width == SIZES["telephone"]["width"]:
            wrong[kind] += [*seen.evaluate(_SMALL), *_cut_at_200_percent(seen)]
    assert {kind: found for kind, found in wrong.items() if found} == {}


def _cut_at_200_percent(page: Page) -> list[str]:
    """What scrolls sideways where letters are twice as large: a telephone is 195 px wide then (WCAG 1.4.4, 1.4.10)."""
    page.set_viewport_size({"width": 195, "height": 422})
    cut = too_wide(page)
    page.set_viewport_size(SIZES["telephone"])
    return cut
