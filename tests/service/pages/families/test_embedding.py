"""The form in a frame of the school's site: works there, and nowhere that was not named (S-124, S-125)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from domain.campaign.publication import SetEmbedding
from domain.events.contribution import ContributionPlaced
from tests.kit.api_server import SLUG
from tests.kit.browser import shoot
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import sign_in_browser
from tests.service.pages.families.basket_forms import ask, events_of, shown


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A school's own site, at another origin, and the folder of its pages."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}", tmp_path
        server.shutdown()


def sign_in(browser: Browser, live_server: LiveServer) -> BrowserContext:
    """The mandate holder's browser."""
    visit = browser.new_context(base_url=live_server.url, locale="fr-FR")
    sign_in_browser(visit, live_server.url, live_server.mandataire_session())
    return visit


def fill(frame: FrameLocator) -> None:
    """Fill a basket inside of the frame, up to the payment."""
    frame.get_by_role("button", name="Je contribue").click()
    frame.get_by_label("Prénom de l’enfant").fill("Marie")
    frame.get_by_label("Nom de l’enfant", exact=False).last.fill("GALANTE")
    frame.get_by_label("Votre prénom").fill("Zéphyrine")
    frame.get_by_label("Votre nom").fill("QUATREBARBES")
    frame.get_by_label("Adresse e-mail pour la confirmation").fill("famille@example.org")
    frame.get_by_role("button", name="Continuer").click()
    frame.get_by_role("button", name="Continuer sans compte").click()
    frame.get_by_role("button", name="Confirmer").click()
    frame.get_by_role("checkbox").check()


@pytest.mark.browser
def test_a_named_site_frames_the_form_and_the_family_pays(
    browser: Browser, page: Page, live_server: LiveServer, site: tuple[str, Path]
) -> None:
    origin, folder = site
    ask(live_server)
    mandataire = sign_in(browser, live_server).new_page()
    mandataire.goto(f"/{SLUG}/collectes/{live_server.world.campaign_id}/diffusion")
    mandataire.get_by_label("Adresses des sites").fill("pas un site\nhttps://")
    mandataire.get_by_role("button", name="Autoriser ces sites").click()
    expect(mandataire.get_by_text("Une de ces adresses n’est pas celle d’un site.")).to_have_count(2)
    mandataire.get_by_label("Adresses des sites").fill(f"{origin}/page-de-l-ecole")
    mandataire.get_by_role("button", name="Autoriser ces sites").click()
    code = mandataire.locator("#code").inner_text()
    shoot(mandataire, "sharing")
    shown(live_server)
    code = code.replace(live_server.world.runtime.settings.address, live_server.url)
    (folder / "collecte.html").write_text(f"<!doctype html><title>École</title>{code}")
    page.goto(f"{origin}/collecte.html")
    frame = page.frame_locator("iframe")
    fill(frame)
    shoot(page, "embedded")
    assert page.context.cookies() == []
    frame.get_by_role("button", name="Payer 12,00").click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    assert len(events_of(live_server, ContributionPlaced)) == 1


@pytest.mark.browser
def test_a_site_that_was_not_named_frames_nothing(page: Page, live_server: LiveServer, site: tuple[str, Path]) -> None:
    origin, folder = site
    live_server.world.do(SetEmbedding, origins=("https://ecole.example",))
    shown(live_server)
    path = f"{live_server.url}/{SLUG}/integrer/{live_server.world.campaign_id}"
    (folder / "autre.html").write_text(f'<!doctype html><title>Autre</title><iframe src="{path}"></iframe>')
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{origin}/autre.html")
    page.wait_for_timeout(300)
    assert any("frame-ancestors https://ecole.example" in text for text in refused)
    expect(page.frame_locator("iframe").get_by_role("button", name="Je contribue")).to_have_count(0)


def test_only_the_pages_of_the_form_can_be_framed_and_only_by_the_sites_that_are_named(live_server: LiveServer) -> None:
    origin = "https://ecole.example"
    live_server.world.do(SetEmbedding, origins=(origin,))
    shown(live_server)
    campaign = live_server.world.campaign_id
    policy = {}
    with httpx2.Client(base_url=live_server.url, headers={"Accept": "text/html"}, follow_redirects=True) as family:
        for path in ("integrer", "contribuer"):
            policy[path] = family.get(f"/{SLUG}/{path}/{campaign}").headers["content-security-policy"]
        basket = f"/{SLUG}/contribuer/{campaign}/panier"
        policy["basket framed"] = family.post(basket, data={"integre": "1"}).headers["content-security-policy"]
        policy["basket"] = family.post(basket).headers["content-security-policy"]
        for path in ("cguv", "connexion", "contributions/0", "confidentialite"):
            policy[path] = family.get(f"/{SLUG}/{path}").headers["content-security-policy"]
    framed = {name for name, text in policy.items() if f"frame-ancestors {origin}" in text}
    assert framed == {"integrer", "basket framed"}
    assert all("frame-ancestors 'none'" in text for name, text in policy.items() if name not in framed)


def test_a_campaign_that_names_no_site_has_no_page_to_frame(live_server: LiveServer) -> None:
    live_server.world.do(SetEmbedding, origins=())
    shown(live_server)
    path = f"{live_server.url}/{SLUG}/integrer/{live_server.world.campaign_id}"
    assert httpx2.get(path, headers={"Accept": "text/html"}).status_code == 404
