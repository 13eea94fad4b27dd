"""A teacher's first collection in a browser, from the letter to the first payment: what she does is counted.

She has a title, an amount, the classes' question and the day of the Conseil's decision in mind, and opens no help.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from adapters.member_accounts import MemberProfile
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.coop.registration import DefineSchoolClasses, RegisterCoop
from domain.events.coop import CoopDetails
from service.charters.texts import charter_publication
from service.coops.appointments import Appointment, appoint
from tests.kit.browser import SIZES, WAIT, shoot, type_card
from tests.kit.email_world import PUBLIC, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG
from tests.kit.waiting import wait_until
from tests.service.pages.families.basket_forms import name_child, name_payer, proceed
from tests.service.pages.families.test_without_script import press
from tests.service.pages.mandataire.keystrokes import Hand

pytestmark = pytest.mark.browser
MOST_CLICKS: Final = 25
MOST_SECONDS: Final = 300
TITLE: Final = "Sortie au musée"
CHARTER: Final = (
    "Charte des collectes\n1. Objet\nUne collecte finance un projet de la classe. Aucun enfant n’est exclu."
)


@pytest.fixture(scope="module", autouse=True)
def _charter(live_server: LiveServer) -> None:
    """The association has a charter that nobody has accepted yet."""
    world = live_server.world
    opened = world.runtime.ledger(SLUG)
    stamp = Stamp(at=world.now(), by="test")
    opened.ledger.bus.submit(charter_publication(opened.charters, opened.ledger.association_id, stamp, CHARTER)).result(
        30
    )


@pytest.fixture(params=SIZES)
def visit(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Her telephone, and the school's computer."""
    with browser.new_context(
        base_url=live_server.url, locale="fr-FR", viewport=SIZES[request.param], accept_downloads=True
    ) as context:
        context.set_default_timeout(WAIT)
        yield context


def _invited(live_server: LiveServer) -> str:
    """Register a coop, give its mandate to somebody new, and return where the link of the letter leads."""
    world, coop_id, email = live_server.world, uuid4(), f"{uuid4()}@ecole.example"
    opened, now = world.runtime.ledger(SLUG), world.now()
    details = CoopDetails(name="Coop Jean Moulin", school="Jean Moulin", town="Grasse", affiliation_number="512")
    world.do(RegisterCoop, coop_id, association_id=opened.ledger.association_id, details=details, demo=True)
    world.do(DefineSchoolClasses, coop_id, school_year=2026, labels=("CP", "CE1-CE2"))
    day = paris_date(now)
    profile = MemberProfile("Nadia", "BENALI", email)
    mandate = Appointment(coop_id, uuid4(), uuid4(), profile, day, day + timedelta(days=300))
    appoint(opened, world.worker.outbox, mandate, Stamp(at=now, by="test"), f"{coop_id}")
    wait_until(lambda: bool(letters_in(live_server.letters, email)))
    (letter,) = letters_in(live_server.letters, email)
    return next(link for link in links(letter) if "/invitation/" in link).removeprefix(PUBLIC)


def test_from_the_letter_to_the_first_payment(visit: BrowserContext, live_server: LiveServer) -> None:
    page, hand = visit.new_page(), Hand()
    page.goto(_invited(live_server))
    hand.clicks += 1  # on the link of the letter
    hand.click(page.get_by_role("button", name="Accepter et me connecter"))
    _publish(page, hand)
    _print(page, hand)
    assert hand.clicks <= MOST_CLICKS, str(hand)
    assert hand.seconds <= MOST_SECONDS, str(hand)
    _collect(page, hand)
    print(f"\n{page.viewport_size}: {hand}")  # noqa: T201 - the figures are for people who run this test with -s


def test_a_first_collection_is_published_by_the_keyboard_alone(browser: Browser, live_server: LiveServer) -> None:
    with browser.new_context(base_url=live_server.url, locale="fr-FR", viewport=SIZES["desk"]) as context:
        page = context.new_page()
        page.goto(_invited(live_server))
        press(page, "Accepter et me connecter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
        press(page, "Créer une collecte", role="link")
        expect(page.get_by_label("Titre du formulaire")).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.type(TITLE)
        page.keyboard.press("Enter")
        expect(page.get_by_label("1er enfant")).to_be_focused()
        page.keyboard.type("12")
        page.keyboard.press("Enter")
        for title in ("Formulaire", "Paiement et confirmation"):
            expect(page.get_by_role("heading", level=1)).to_contain_text(title)
            press(page, "Suivant")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Publication")
        decided = page.get_by_label("Date de la décision du conseil")
        while not decided.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Tab")
        page.keyboard.type("05102026")  # in October or in May, as the browser writes days: both are over
        press(page, "J’ai lu la charte", role="checkbox", key="Space")
        press(page, "Publier")
        expect(page.locator(".state.published").first).to_be_visible()


def width_of(page: Page) -> int:
    """How wide the screen is."""
    return page.viewport_size["width"] if page.viewport_size else 0


def _publish(page: Page, hand: Hand) -> None:
    """Go through the five steps."""
    hand.click(page.locator("main").get_by_role("link", name="Gérer ses contributions"))
    hand.click(page.locator("main").get_by_role("link", name="Créer une collecte"))
    shoot(page, f"first-1-{width_of(page)}")
    hand.type(page.get_by_label("Titre du formulaire"), TITLE, focused=True)
    hand.click(page.get_by_role("button", name="Suivant"))
    shoot(page, f"first-2-{width_of(page)}")
    hand.type(page.get_by_label("1er enfant"), "12")
    hand.click(page.get_by_role("button", name="Suivant"))
    hand.click(page.get_by_role("group", name="Classe de l’enfant").get_by_text("Obligatoire"))
    hand.click(page.get_by_role("button", name="Suivant"))
    shoot(page, f"first-4-{width_of(page)}")
    hand.click(page.get_by_role("button", name="Suivant"))
    shoot(page, f"first-5-{width_of(page)}")
    hand.type(page.get_by_label("Date de la décision du conseil"), "2026-10-05")
    hand.click(page.get_by_text("J’ai lu la charte"))
    hand.click(page.get_by_role("button", name="Publier"))
    expect(page.get_by_text("Publié", exact=False).first).to_be_visible()
    shoot(page, f"first-published-{width_of(page)}")


def _print(page: Page, hand: Hand) -> None:
    """Take the sheet with the QR code away."""
    if "/diffusion" not in page.url:
        hand.click(page.get_by_role("navigation", name="Onglets de la collecte").get_by_role("link", name="Diffusion"))
    with page.expect_download() as sheet:
        hand.click(page.get_by_role("button", name="Télécharger le PDF"))
    assert sheet.value.path().read_bytes().startswith(b"%PDF-")


def _collect(page: Page, hand: Hand) -> None:
    """Have a family pay by the link, and see the balance move without a reload."""
    link = page.locator("#link").input_value()
    hand.click(page.get_by_role("navigation", name="Onglets de la collecte").get_by_role("link", name="En direct"))
    expect(page.locator("#total")).to_have_text("0,00\u00a0€")
    with page.context.browser.new_context(locale="fr-FR", viewport=SIZES["telephone"]) as family:  # type: ignore[union-attr]
        family.set_default_timeout(WAIT)
        _pay(family.new_page(), link)
    expect(page.locator("#total")).to_have_text("12,00\u00a0€", timeout=WAIT)
    shoot(page, f"first-balance-{width_of(page)}")


def _pay(parent: Page, link: str) -> None:
    """A family, from the link to the card."""
    parent.goto(link)
    parent.get_by_role("button", name="Je contribue").click()
    name_child(parent, 1, "Marie")
    name_payer(parent)
    proceed(parent)
    parent.get_by_role("button", name="Continuer sans compte").click()
    parent.get_by_label("Classe de l’enfant").select_option("CP")
    proceed(parent)
    parent.get_by_role("button", name="Confirmer").click()
    parent.get_by_label("J’accepte les").check()
    parent.get_by_role("button", name="Payer 12,00\u00a0€").click()
    type_card(parent, "good")
    expect(parent.get_by_role("status")).to_contain_text("Votre contribution est bien reçue", timeout=WAIT)
