"""The public page of a campaign: what it says, when it may be used, and who sees it (S-171…S-179, S-104…S-109)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import msgspec
import pytest
from playwright.sync_api import Page, expect

from adapters.files import draw_picture, read_attachment
from adapters.people_vault import Person
from domain.calendar import PARIS
from domain.campaign.publication import ArchiveCampaign, PublishCampaign, SetPublication, SuspendCampaign
from domain.campaign.settings import DraftCampaign, EditDetails, SetTariffs
from domain.events.campaign import CampaignDetails
from service import people
from tests.kit.browser import shoot
from tests.kit.example_files import PDF, picture
from tests.kit.live_server import LiveServer
from tests.kit.service_world import POLICY, TIERS
from tests.kit.waiting import wait_until
from tests.service.pages.families.basket_forms import DETAILS, address, ask, describe, shown

pytestmark = pytest.mark.browser


def show(page: Page, live_server: LiveServer) -> None:
    """Open the campaign's page."""
    page.goto(address(live_server))


def see(live_server: LiveServer, sentence: str, *, path: str = "") -> httpx2.Response:
    """Wait until the page says a sentence: read models are a moment behind."""
    answers: list[httpx2.Response] = []

    def said() -> bool:
        answers.append(httpx2.get(live_server.url + (path or address(live_server)), headers={"Accept": "text/html"}))
        return sentence in answers[-1].text.replace("\u00a0", " ")

    wait_until(said)
    return answers[-1]


def test_it_bears_the_regulated_line_the_mark_and_the_title(page: Page, live_server: LiveServer) -> None:
    """S-171, S-56."""
    describe(live_server)
    show(page, live_server)
    expect(page.get_by_role("banner")).to_contain_text("Coopérative scolaire OCCE de Jules Ferry - Cannes")
    expect(page.get_by_role("banner")).to_contain_text("sous le N°\u00a0174")
    expect(page.locator(".mark")).to_have_text("OCCE\u00a006")
    expect(page.get_by_role("heading", level=1)).to_have_text(DETAILS.title)
    shoot(page, "campaign")


def test_it_shows_the_description_the_terms_and_the_tariffs_with_their_tiers(
    page: Page, live_server: LiveServer
) -> None:
    """S-173, S-174, S-175, S-70."""
    describe(live_server)
    live_server.world.do(SetTariffs, tariffs=TIERS)
    see(live_server, "2e enfant")
    show(page, live_server)
    expect(page.get_by_role("heading", name="Information")).to_be_visible()
    expect(page.get_by_text("contribue à l’éducation des enfants")).to_be_visible()
    page.get_by_text("Conditions particulières").click()
    expect(page.get_by_text("La contribution est volontaire.", exact=True)).to_be_visible()
    tariffs = page.get_by_role("listitem").filter(has_text="Tarif par enfant")
    expect(tariffs).to_contain_text("Valable du 1er septembre 2024 au 31 août 2028")
    expect(tariffs).to_contain_text("2e enfant\u00a0: 10,00\u00a0€, à partir du 3e\u00a0: 8,00\u00a0€")
    expect(page.get_by_role("listitem").filter(has_text="Soutien")).to_contain_text("Libre, dès 5,00\u00a0€")


def test_it_shows_its_picture_its_files_and_whom_to_ask(page: Page, live_server: LiveServer) -> None:
    """S-55, S-59, S-176: the picture is loaded, a file is downloaded, an address and a number can be pressed."""
    world, opened = live_server.world, live_server.world.runtime.ledger("ad06")
    drawn, read = draw_picture(picture(1600, 900)), read_attachment(PDF, "Règlement.pdf")
    opened.files.keep_picture(drawn)
    opened.files.keep_attachment(read)
    contact_id = uuid4()
    people.keep_contact(
        opened.vault, world.coop_id, contact_id, Person("", "", "ecole@example.org", "+33493123456"), world.now()
    )
    more = {"picture": str(drawn.ref), "attachments": (str(read.ref),), "contact_id": contact_id}
    world.do(EditDetails, details=msgspec.structs.replace(DETAILS, **more))
    shown(live_server)
    show(page, live_server)
    image = page.locator(".picture img")
    image.scroll_into_view_if_needed()
    expect(image).to_be_visible()
    assert image.evaluate("(one) => one.decode().then(() => one.currentSrc.slice(-9))") == "-480.webp"
    expect(page.get_by_role("link", name="ecole@example.org")).to_have_attribute("href", "mailto:ecole@example.org")
    expect(page.get_by_role("link", name="04\u00a093\u00a012\u00a034\u00a056")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Règlement").click()
    assert (download.value.suggested_filename, download.value.path().read_bytes()) == ("Règlement.pdf", PDF)
    shoot(page, "campaign-with-files")
    describe(live_server)


def test_it_says_that_payment_is_protected_and_with_which_cards(page: Page, live_server: LiveServer) -> None:
    """S-179, S-213."""
    show(page, live_server)
    expect(page.get_by_text("protégés par le 3D-Secure")).to_be_visible()
    for card in ("Carte bancaire CB", "Visa", "Mastercard"):
        expect(page.get_by_role("img", name=card)).to_be_visible()


def test_it_is_shared_by_plain_links_that_name_nobody(page: Page, live_server: LiveServer) -> None:
    """S-178."""
    show(page, live_server)
    links = page.get_by_role("heading", name="Partagez cette page").locator("..").get_by_role("link")
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    assert [one.split(":")[0] for one in addresses] == ["mailto", "sms", "https", "https"]
    assert all(str(live_server.world.campaign_id) in one for one in addresses)


def test_the_button_opens_the_form_while_the_window_is_open_and_not_outside_of_it(
    page: Page, live_server: LiveServer
) -> None:
    """S-172, S-107, S-108, S-109, S-177: a changed window counts at once."""
    world, now = live_server.world, live_server.world.now()
    july, august = (datetime(2035, month, 1, tzinfo=PARIS).astimezone(UTC) for month in (7, 8))
    world.do(SetPublication, by_link=True, opens_at=july, closes_at=august)
    see(live_server, "pas encore ouverte")
    show(page, live_server)
    expect(page.get_by_text("vous pourrez contribuer à partir du")).to_be_visible()
    expect(page.get_by_role("button", name="Je contribue")).to_be_disabled()
    expect(page.get_by_role("definition").first).to_have_text("1er juillet 2035 à 0\u00a0h\u00a000")
    shoot(page, "campaign-before")
    refused = httpx2.post(f"{live_server.url}{address(live_server)}/panier", headers={"Accept": "text/html"})
    assert (refused.status_code, "n’est pas ouverte actuellement" in refused.text) == (409, True)
    world.do(SetPublication, by_link=True, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    see(live_server, "close depuis le")
    world.do(SetPublication, by_link=True, opens_at=None, closes_at=None)
    shown(live_server)
    assert "close depuis" not in see(live_server, "Je contribue").text
    page.reload()
    page.get_by_role("button", name="Je contribue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pour qui contribuez-vous")


def test_a_suspended_campaign_is_seen_and_its_button_is_off(page: Page, live_server: LiveServer) -> None:
    """S-116."""
    live_server.world.do(SuspendCampaign)
    assert see(live_server, "suspendues pour le moment").status_code == 200
    show(page, live_server)
    expect(page.get_by_role("button", name="Je contribue")).to_be_disabled()
    charter: dict[str, Any] = {"mandated": True, "charter_version": 0, "charter_accepted": 0}
    live_server.world.do(
        PublishCampaign,
        responsible_id=live_server.world.coop_id,
        council_decision="2024-05-14",
        policy=POLICY,
        **charter,
    )
    shown(live_server)


def test_a_draft_and_a_campaign_without_a_public_form_are_not_found(live_server: LiveServer) -> None:
    """S-115, S-105, S-104."""
    world, draft_id = live_server.world, live_server.world.payer_id
    purpose: dict[str, Any] = {"purpose": "contribution-volontaire", "school_year": 2026, "demo": True}
    details = CampaignDetails(title="Brouillon")
    world.do(DraftCampaign, draft_id, coop_id=world.coop_id, details=details, policy=POLICY, **purpose)
    assert see(live_server, "pas encore publiée", path=f"/ad06/contribuer/{draft_id}").status_code == 404
    world.do(SetPublication, by_link=False, opens_at=None, closes_at=None)
    assert see(live_server, "pas de formulaire public").status_code == 404
    world.do(SetPublication, by_link=True, opens_at=None, closes_at=None)
    see(live_server, "Je contribue")


def test_an_archived_campaign_is_seen_and_takes_nothing_more(page: Page, live_server: LiveServer) -> None:
    """S-117: a late visitor reads why, and no basket opens."""
    world, campaign_id = live_server.world, uuid4()
    draft = {"purpose": "contribution-volontaire", "school_year": 2026, "demo": True, "policy": POLICY}
    details = CampaignDetails(title="Collecte de l’an dernier")
    world.do(DraftCampaign, campaign_id, coop_id=world.coop_id, details=details, **draft)
    world.do(SetTariffs, campaign_id, tariffs=TIERS)
    charter: dict[str, Any] = {"mandated": True, "charter_version": 0, "charter_accepted": 0}
    decided = {"responsible_id": world.coop_id, "council_decision": "2024-05-14", "policy": POLICY}
    world.do(PublishCampaign, campaign_id, **decided, **charter)
    world.do(ArchiveCampaign, campaign_id)
    path = f"/ad06/contribuer/{campaign_id}"
    assert see(live_server, "est terminée", path=path).status_code == 200
    page.goto(path)
    expect(page.get_by_role("button", name="Je contribue")).to_be_disabled()
    assert httpx2.post(f"{live_server.url}{path}/panier", headers={"Accept": "text/html"}).status_code == 409


def test_a_page_that_is_known_is_not_sent_again(live_server: LiveServer) -> None:
    first = httpx2.get(live_server.url + address(live_server))
    again = httpx2.get(live_server.url + address(live_server), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    ask(live_server, mobile="hidden")
    live_server.world.do(SetTariffs, tariffs=TIERS[:1])
    wait_until(lambda: httpx2.get(live_server.url + address(live_server)).headers["etag"] != first.headers["etag"])
