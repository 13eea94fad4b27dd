"""What somebody meets in the demonstration's first hour, on a telephone and at a desk: the door, the pages, the roles.

Nothing that axe finds, nothing that scrolls sideways, a title and a heading, French as it is set, and a way on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from service.demo.run import SLUG
from tests.kit.browser import SCHEMES, SIZES, WAIT, shoot, too_wide, violations_in_turn, wrong_french
from tests.kit.run.extent import Extent
from tests.service.demo.conftest import ServedDemonstration
from tests.service.demo.pages.test_entry import LANDINGS
from tests.service.demo.test_school import school

pytestmark = pytest.mark.browser
REFERENCE: Final = "/api/v1/docs"
NAMES: Final = {"tresorier": "trésorier"}
PUBLIC: Final = {
    "members sign in": f"/{SLUG}/connexion",
    "families sign in": f"/{SLUG}/compte/connexion",
    "a new account": f"/{SLUG}/compte/creer",
    "the association": f"/{SLUG}",
    "the reference of the API": REFERENCE,
    "nowhere": "/nulle-part/rien",
}
BEHIND: Final = {
    "famille": {"account": f"/{SLUG}/compte"},
    "mandataire": {
        "campaigns": f"/{SLUG}/collectes",
        "sharing": f"/{SLUG}/collectes/{{played}}/diffusion",
        "e-mails": f"/{SLUG}/courrier",
        "payouts": f"/{SLUG}/coops/{{school}}/virements",
        "cash": f"/{SLUG}/coops/{{school}}/especes",
        "address book": f"/{SLUG}/coops/{{school}}/carnet",
    },
    "enseignante": {"class": f"/{SLUG}/coops/{{school}}/classes/CE1"},
    "association": {"registration": f"/{SLUG}/coops/inscrire", "invitations": f"/{SLUG}/demonstration/invitations"},
    "tresorier": {"campaigns": f"/{SLUG}/collectes", "balance": f"/{SLUG}/collectes/{{played}}"},
    "auditeur": {"access": f"/{SLUG}/acces"},
}
WAYS_ON: Final = {"/", f"/{SLUG}", f"/{SLUG}/aide", f"/{SLUG}/acces"}
"""Each page leads to one of these: the first page, the association's, the help, which has the menu beside it, or the
own access, for a teacher, who has no more than a class."""


@pytest.fixture(params=[*zip(SIZES, SCHEMES, strict=True)], ids=str)
def visitor(request: pytest.FixtureRequest, browser: Browser, served: ServedDemonstration) -> Iterator[Page]:
    """Somebody at the door, on a telephone in the dark or at a light desk."""
    size, scheme = request.param
    visit = browser.new_context(base_url=served.url, locale="fr-FR", viewport=SIZES[size], color_scheme=scheme)
    visit.set_default_timeout(WAIT)
    yield visit.new_page()
    visit.close()


def faults(page: Page, name: str, extent: Extent) -> list[object]:
    """What is wrong with what is seen now."""
    shoot(page, f"{name}-{page.viewport_size['width'] if page.viewport_size else 0}")
    found: list[object] = [*violations_in_turn(page, name, extent), *too_wide(page)]
    if page.url.endswith(REFERENCE):
        found += [] if page.locator("main [lang=en]").count() else ["its English is not said to be English"]
    else:
        found += wrong_french(page)
    leads = set(page.eval_on_selector_all("a", "links => links.map((one) => one.getAttribute('href'))"))
    found += [] if leads & WAYS_ON else [f"no way on: {leads}"]
    found += [] if page.title().strip() and page.locator("h1").count() == 1 else ["no title or no heading"]
    return found


def test_every_page_of_everybody_is_readable_and_leads_on(visitor: Page, extent: Extent) -> None:
    wrong = {}
    for name, path in {"the door": "/", **PUBLIC}.items():
        visitor.goto(path)
        wrong[name] = faults(visitor, name, extent)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_every_role_s_pages_are_one_click_away_readable_and_lead_on(
    visitor: Page, served: ServedDemonstration, extent: Extent
) -> None:
    wrong = {}
    for role, pages in BEHIND.items():
        visitor.goto("/")
        visitor.get_by_role("button", name=f"Entrer comme {NAMES.get(role, role)}").click()
        expect(visitor.get_by_text(LANDINGS[role]).first).to_be_visible()
        wrong[role] = faults(visitor, role, extent)
        for name, path in pages.items():
            visitor.goto(path.format(played=served.demonstration.ids.campaign_id, school=school(served)))
            wrong[f"{role}, {name}"] = faults(visitor, f"{role}-{name}", extent)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_the_two_ways_to_sign_in_say_whose_they_are_and_of_which_association(visitor: Page) -> None:
    titles = {}
    for name in ("members sign in", "families sign in"):
        visitor.goto(PUBLIC[name])
        titles[name] = visitor.title()
        assert visitor.get_by_role("heading", level=1).inner_text() in titles[name]
    assert titles == {
        "members sign in": "Connexion des membres – OCCE\u00a006",
        "families sign in": "Connexion des familles – OCCE\u00a006",
    }
