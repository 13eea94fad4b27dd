"""A person with a real browser, whose device makes passkeys; and one without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from adapters.member_accounts import MemberLinkPurpose
from domain.rights.roles import Role
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.api_server import ApiServer, address_of, free_port, run_web_server
from tests.kit.browser import shoot
from tests.kit.members.sessions import SLUG, new_member

pytestmark = pytest.mark.browser
_DEVICE: Final = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A telephone that recognises its holder at once (Chromium's virtual authenticator)."""


@pytest.fixture(scope="module")
def url(api: ApiServer) -> Iterator[str]:
    """The service at a name, as people reach it: with the cookies of an installation in service."""
    with free_port() as held:
        address = address_of(held).replace("127.0.0.1", "localhost")
        settings = Settings(public_url=address)
        with Runtime(settings, None, api.database_url) as runtime, run_web_server(runtime, held=held):
            yield address


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[BrowserContext]:
    """A telephone's browser."""
    context = browser.new_context(base_url=url, locale="fr-FR", viewport={"width": 390, "height": 844})
    yield context
    context.close()


@pytest.fixture
def member(api: ApiServer) -> UUID:
    """Somebody new who holds the mandate of the coop."""
    return new_member(api.opened, Role.MANDATAIRE, api.ids.coop_id)


def with_device(visit: BrowserContext) -> Page:
    """A page of a browser whose device makes passkeys."""
    page = visit.new_page()
    session = visit.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": _DEVICE})
    return page


def accept_invitation(page: Page, api: ApiServer, member: UUID) -> None:
    """Open an invitation's link, confirm it, and follow the offer of a passkey."""
    token = api.opened.members.links.make(member, MemberLinkPurpose.INVITATION, datetime.now(UTC))
    page.goto(f"/{SLUG}/invitation/{token}")
    page.get_by_role("button", name="Accepter et me connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
    page.goto(f"/{SLUG}/acces")


def test_an_invited_person_adds_a_passkey_and_signs_in_with_it_from_then_on(
    visit: BrowserContext, api: ApiServer, member: UUID
) -> None:
    page = with_device(visit)
    accept_invitation(page, api, member)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_text("Clé de l’appareil où elle a été créée")).to_be_visible()
    shoot(page, "member-access")
    page.locator("summary", has_text="Fermer toutes mes connexions").click()
    page.get_by_role("button", name="Fermer toutes mes connexions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion des membres")
    shoot(page, "member-sign-in")
    page.goto(f"/{SLUG}/collectes/{api.ids.campaign_id}")
    page.get_by_role("button", name="Me connecter avec ma clé d’accès").click()
    expect(page.locator("#total")).to_be_visible()
    assert page.url.endswith(f"/{SLUG}/collectes/{api.ids.campaign_id}"), "the page that was wanted"
    assert len(api.opened.members.passkeys.of_member(member)) == 1


def test_an_operation_that_matters_is_confirmed_with_the_passkey(
    visit: BrowserContext, api: ApiServer, member: UUID
) -> None:
    page = with_device(visit)
    accept_invitation(page, api, member)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_text("Clé de l’appareil où elle a été créée")).to_be_visible()
    accept_invitation(page, api, member)
    page.locator("summary", has_text="Retirer").click()
    page.get_by_role("button", name="Retirer cette clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirmez que c’est vous")
    shoot(page, "member-verification")
    page.get_by_role("button", name="Confirmer avec ma clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre accès")
    expect(page.get_by_text("Clé de l’appareil où elle a été créée")).to_have_count(0)
    assert api.opened.members.passkeys.of_member(member) == []


def test_a_file_that_was_asked_for_is_taken_away_once_the_passkey_is_used(
    visit: BrowserContext, api: ApiServer, member: UUID
) -> None:
    page = with_device(visit)
    accept_invitation(page, api, member)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_text("Clé de l’appareil où elle a été créée")).to_be_visible()
    accept_invitation(page, api, member)
    page.goto(f"/{SLUG}/collectes/{api.ids.campaign_id}/participants")
    page.get_by_role("button", name="Exporter", exact=True).click()
    page.get_by_text("CSV", exact=True).click()
    page.get_by_role("button", name="Continuer").click()
    shoot(page, "member-verification-of-a-form")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Confirmer avec ma clé d’accès").click()
    assert taken.value.suggested_filename.endswith(".csv")
    expect(page.get_by_role("status")).to_contain_text("il se télécharge")
    expect(page.get_by_role("button", name="Confirmer avec ma clé d’accès")).to_be_hidden()
    page.get_by_role("link", name="Retour à la page").click()
    expect(page).to_have_url(re.compile(f"/{api.ids.campaign_id}/participants$"))


def test_a_device_that_knows_nobody_says_what_to_do(visit: BrowserContext) -> None:
    page = with_device(visit)
    page.goto(f"/{SLUG}/connexion")
    page.get_by_role("button", name="Me connecter avec ma clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("demandez un lien par e-mail")


def test_the_session_is_held_by_a_cookie_of_this_host_alone_that_no_script_sees(
    visit: BrowserContext, api: ApiServer, member: UUID
) -> None:
    page = visit.new_page()
    accept_invitation(page, api, member)
    (cookie,) = visit.cookies()
    assert cookie["name"] == f"__Host-coopledger-{SLUG}"
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")
    assert cookie["domain"] == "localhost"
    assert page.evaluate("document.cookie") == ""


def test_without_javascript_a_letter_does_it_and_no_button_promises_more(
    browser: Browser, url: str, api: ApiServer, member: UUID
) -> None:
    visit = browser.new_context(base_url=url, java_script_enabled=False)
    page = visit.new_page()
    page.goto(f"/{SLUG}/connexion")
    expect(page.get_by_role("button", name="Recevoir un lien")).to_be_visible()
    expect(page.get_by_role("button", name="Me connecter avec ma clé d’accès")).to_be_hidden()
    token = api.opened.members.links.make(member, MemberLinkPurpose.SIGN_IN, datetime.now(UTC))
    page.goto(f"/{SLUG}/connexion/{token}")
    page.get_by_role("button", name="Me connecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
    visit.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_everyone_can_read_the_pages(browser: Browser, url: str, api: ApiServer, member: UUID, width: int) -> None:
    visit = browser.new_context(base_url=url, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = with_device(visit)
    token = api.opened.members.links.make(member, MemberLinkPurpose.INVITATION, datetime.now(UTC))
    for path in ("connexion", "connexion?suite=x", "connexion/over", f"invitation/{token}"):
        page.goto(f"/{SLUG}/{path}")
        _check_readable(page, width)
    accept_invitation(page, api, member)
    _check_readable(page, width)
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    expect(page.get_by_text("Clé de l’appareil où elle a été créée")).to_be_visible()
    _check_readable(page, width)
    page.goto(f"/{SLUG}/verification")
    _check_readable(page, width)
    visit.close()


def _check_readable(page: Page, width: int) -> None:
    """No violation that axe knows, and nothing wider than the screen."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
