"""In a browser: the office registers a coop, the letter's link lets its mandate holder in, who sees that coop alone."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from domain.rights.roles import Role
from tests.kit.browser import SIZES, WAIT, shoot, too_wide, violations_in_turn, wrong_french
from tests.kit.email_world import PUBLIC, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.office import NEW_COOP
from tests.kit.members.sessions import SLUG, new_member, open_session, sign_in_browser
from tests.kit.run.extent import Extent
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.browser


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """A telephone, and a desk."""
    return str(request.param)


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, size: str) -> Iterator[BrowserContext]:
    """A browser of that size."""
    with browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES[size]) as context:
        context.set_default_timeout(WAIT)
        yield context


def signed_in(visit: BrowserContext, live_server: LiveServer, member_id: UUID) -> Page:
    """A page of somebody who is signed in."""
    token = open_session(live_server.world.runtime.ledger(SLUG), member_id, live_server.world.now())
    sign_in_browser(visit, live_server.url, token)
    return visit.new_page()


def look(page: Page, name: str, extent: Extent) -> None:
    """Keep a picture, and hold the page to what every page is held to; ``name`` begins with the size."""
    shoot(page, name)
    assert violations_in_turn(page, name.partition("-")[2], extent) == [], name
    assert too_wide(page) == [], name
    assert wrong_french(page) == [], name


def test_from_the_office_s_form_to_the_mandate_holder_s_first_page(
    visit: BrowserContext, live_server: LiveServer, extent: Extent, size: str
) -> None:
    opened = live_server.world.runtime.ledger(SLUG)
    page = signed_in(visit, live_server, new_member(opened, Role.STAFF))
    number, email = ("901", "tel@ecole.example") if size == "telephone" else ("902", "desk@ecole.example")
    page.goto(f"/{SLUG}/coops")
    look(page, f"{size}-coops", extent)
    page.locator("main").get_by_role("link", name="Inscrire une coopérative").click()
    look(page, f"{size}-inscrire", extent)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("alert")).to_contain_text("Des informations sont à corriger")
    look(page, f"{size}-inscrire-erreurs", extent)
    for name, value in {**NEW_COOP, "affiliation_number": number, "email": email}.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("main")).to_contain_text("Crédit Mutuel")
    look(page, f"{size}-inscrire-verifier", extent)
    page.get_by_role("button", name="Inscrire et envoyer l’invitation").click()
    expect(page.get_by_role("heading", name="Coop Jean MOULIN", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nadia BENALI")
    wait_until(lambda: bool(letters_in(live_server.letters, email)))
    page.reload()
    look(page, f"{size}-cooperative", extent)

    (link,) = [
        one for letter in letters_in(live_server.letters, email) for one in links(letter) if "/invitation/" in one
    ]
    visit.clear_cookies()
    page.goto(link.removeprefix(PUBLIC))
    page.get_by_role("button", name="Accepter et me connecter").click()
    expect(page.get_by_role("heading", name="Accueil", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Ajouter une clé d’accès")
    expect(page.locator("#menu")).to_contain_text("Coop Jean MOULIN")
    expect(page.locator("#menu")).to_contain_text("Nadia BENALI")
    look(page, f"{size}-accueil-bienvenue", extent)
    assert "Coop Test 900" not in page.content()
    foreign = page.goto(f"/{SLUG}/coops/{live_server.world.coop_id}")
    assert foreign is not None
    assert foreign.status == 404
    used = page.goto(link.removeprefix(PUBLIC))
    assert used is not None
    assert used.status == 410
    expect(page.locator("main")).to_contain_text("Ce lien a déjà servi")


def test_every_page_of_the_office_and_of_a_coop_is_for_everybody(
    visit: BrowserContext, live_server: LiveServer, extent: Extent, size: str
) -> None:
    opened = live_server.world.runtime.ledger(SLUG)
    holder = new_member(opened, Role.MANDATAIRE, live_server.world.coop_id)
    page = signed_in(visit, live_server, new_member(opened, Role.STAFF))
    page.goto(f"/{SLUG}/charte/nouvelle")
    look(page, f"{size}-charte-nouvelle", extent)
    page.get_by_label("Texte de la charte").fill(
        f"Charte des collectes ({size})\n1. Objet\nUne collecte finance un projet.\nAucun enfant n’est exclu."
    )
    page.get_by_role("button", name="Relire").click()
    look(page, f"{size}-charte-relire", extent)
    page.get_by_role("button", name="Publier la version").click()
    look(page, f"{size}-charte", extent)
    page.goto(f"/{SLUG}/regles")
    look(page, f"{size}-regles", extent)
    page.get_by_role("button", name="Enregistrer les règles").click()
    expect(page.locator("main")).to_contain_text("Les règles sont enregistrées")
    coop = f"/{SLUG}/coops/{live_server.world.coop_id}"
    for below in ("cooperative", "cooperative/mandats/nouveau", "cooperative/comptes/nouveau"):
        page.goto(f"{coop}/{below}")
        look(page, f"{size}-{below.replace('/', '-')}", extent)
    page.goto(f"{coop}/cooperative")
    page.get_by_role("link", name="Gérer le mandat de").first.click()
    look(page, f"{size}-mandat", extent)
    visit.clear_cookies()
    page = signed_in(visit, live_server, holder)
    for below in ("charte", "parametres", "fonctionnalites", "cooperative"):
        page.goto(f"{coop}/{below}")
        look(page, f"{size}-mandataire-{below}", extent)
