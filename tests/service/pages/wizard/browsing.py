"""What a mandate holder does in a browser at the five steps, again and again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.browser import SIZES, WAIT, shoot, too_wide, violations, wrong_french
from tests.kit.members.sessions import sign_in_browser


@contextmanager
def signed_in(browser: Browser, api: ApiServer, size: str) -> Iterator[BrowserContext]:
    """Open a mandate holder's browser of a size; the content policy is the page's own."""
    opened = browser.new_context(base_url=api.url, locale="fr-FR", viewport=SIZES[size])
    opened.set_default_timeout(WAIT)
    sign_in_browser(opened, api.url, api.session(MANDATAIRE))
    yield opened
    opened.close()


def silent(opened: Page) -> Page:
    """Return a page of which no script may fail."""
    opened.on("pageerror", lambda error: pytest.fail(str(error)))
    return opened


def begin(page: Page, api: ApiServer, purpose: str = "Sortie scolaire") -> None:
    """Open the first step of another campaign, and choose what it is for."""
    page.goto(f"/{SLUG}/coops/{api.ids.coop_id}/collectes")
    page.get_by_role("main").get_by_role("link", name="Créer une collecte").click()
    page.get_by_label("Objet de la collecte").select_option(label=purpose)
    expect(page.get_by_label("Titre du formulaire")).to_have_value(purpose)


def go_on(page: Page, step: str) -> None:
    """Press the button that saves a step, and arrive at the next one."""
    page.get_by_role("button", name="Suivant", exact=True).click()
    expect(page).to_have_url(re.compile(rf"/etapes/{step}(\?fait=\w+)?$"))


def look(page: Page, name: str) -> None:
    """Hear what axe, the screen and the rules of French say of a page; keep a picture where people asked for it."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    shoot(page, f"wizard-{name}-{width}")
    assert [*violations(page), *too_wide(page), *wrong_french(page)] == [], name
