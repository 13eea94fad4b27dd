"""The statistics as people see them: charts that fill any screen, readable, with the table of each below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.api_server import SLUG, STAFF, ApiServer
from tests.kit.browser import SCHEMES, SIZES, WAIT, shoot, too_wide, violations, violations_in_turn, wrong_french
from tests.kit.members.sessions import sign_in_browser
from tests.kit.run.extent import Extent
from tests.service.pages.coop.figure_crawl import put_behind
from tests.service.pages.statistics.two_years import TwoYears

pytestmark = pytest.mark.browser
_PAGES: Final = {"general": "", "sales": "/ventes", "community": "/communaute"}
_SMALLEST: Final = 12
"""Pixels of the letters of a chart, at least."""
_TEXTS: Final = """() => [...document.querySelectorAll(".chart text")].filter(one => one.getClientRects().length)
    .map(one => ({text: one.textContent, size: parseFloat(getComputedStyle(one).fontSize),
                  box: one.getBoundingClientRect().toJSON(),
                  chart: one.closest(".chart").getBoundingClientRect().toJSON(),
                  of: [...document.querySelectorAll(".chart")].indexOf(one.closest(".chart"))}))"""


@pytest.fixture(params=[*zip(SIZES, SCHEMES, strict=True)], ids="-".join)
def page(browser: Browser, api: ApiServer, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of somebody of the office, at a size and in a scheme."""
    size: str = request.param[0]
    scheme: Literal["dark", "light"] = request.param[1]
    visit = browser.new_context(
        base_url=api.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme, bypass_csp=True
    )
    visit.set_default_timeout(WAIT)
    sign_in_browser(visit, api.url, api.session(STAFF))
    yield visit.new_page()
    visit.close()


def words_in_trouble(page: Page) -> list[object]:
    """Words of charts that are too small, beyond their chart, or on other words of it."""
    found = page.evaluate(_TEXTS)
    wrong: list[object] = [one["text"] for one in found if one["size"] < _SMALLEST]
    wrong += [one["text"] for one in found if one["box"]["left"] < one["chart"]["left"] - 8]
    wrong += [one["text"] for one in found if one["box"]["right"] > one["chart"]["right"] + 8]
    for at, one in enumerate(found):
        wrong += [(one["text"], other["text"]) for other in found[at + 1 :] if _meet(one, other)]
    return wrong


def _meet(one: dict[str, dict[str, float]], other: dict[str, dict[str, float]]) -> bool:
    """Whether the words of a chart lie on each other."""
    a, b = one["box"], other["box"]
    across = a["left"] < b["right"] - 1 and b["left"] < a["right"] - 1
    return one["of"] == other["of"] and across and a["top"] < b["bottom"] - 3 and b["top"] < a["bottom"] - 3


def test_a_chart_and_its_table_are_as_wide_as_their_card(page: Page, years: TwoYears) -> None:
    for below in _PAGES.values():
        page.goto(f"/{SLUG}/coops/{years.coop_id}/statistiques{below}")
        narrow = page.evaluate(
            """() => [...document.querySelectorAll(".balance")].flatMap((card) => {
                const style = getComputedStyle(card);
                const room = card.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
                return [...card.querySelectorAll(".chart, .statistics")]
                    .map((one) => one.getBoundingClientRect().width / room).filter((part) => Math.abs(part - 1) > 0.02);
            })"""
        )
        assert narrow == [], below


def test_each_page_is_readable_french_and_as_wide_as_the_screen(page: Page, years: TwoYears, extent: Extent) -> None:
    wrong = {}
    size = "telephone" if page.viewport_size == SIZES["telephone"] else "desk"
    choices = {
        "": "",
        "-before": "?pour=2023",
        "-one": f"?pour={years.collections[2]}",
        "-free": f"?pour={years.collections[3]}",
    }
    for name, below in _PAGES.items():
        for of, chosen in choices.items():
            page.goto(f"/{SLUG}/coops/{years.coop_id}/statistiques{below}{chosen}")
            shoot(page, f"statistics-{name}{of}-{size}")
            axe = violations_in_turn(page, f"{name}{of}", extent)
            found = [*axe, *too_wide(page), *wrong_french(page), *words_in_trouble(page)]
            wrong[name, of] = [
                *found,
                *(["no chart"] if not page.locator(".chart").count() and name != "community" else []),
            ]
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_coop_without_a_payment_says_so(page: Page, api: ApiServer) -> None:
    size = page.viewport_size or SIZES["desk"]
    history = TwoYears(size["width"], families=0)
    put_behind(api, [fact for fact in history.told if fact.stream_id == history.coop_id][:3])
    for name, below in _PAGES.items():
        page.goto(f"/{SLUG}/coops/{history.coop_id}/statistiques{below}")
        shoot(page, f"statistics-{name}-nothing-{size['width']}")
        expect(page.get_by_text("Aucune collecte n’a encore reçu de paiement.")).to_be_visible()
        assert [*violations(page), *too_wide(page), *wrong_french(page)] == []
