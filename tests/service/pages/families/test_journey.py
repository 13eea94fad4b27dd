"""A parent on a telephone, from the link of the campaign to the confirmation."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from structlog.testing import capture_logs

from adapters.people_vault import Person
from domain.campaign.settings import SetPaymentOptions
from domain.events.contribution import ContributionPlaced, PaymentCaptured
from tests.kit.browser import WAIT, shoot, type_card
from tests.kit.email_world import HOLDER, PUBLIC, body, links
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.service_world import POLICY
from tests.kit.stripe.sandbox_actions import CARDS
from tests.kit.waiting import wait_until
from tests.service.pages.families.basket_forms import ask, events_of, name_child, name_payer, open_basket, proceed

pytestmark = pytest.mark.browser
PAYER: Final = Person("Zéphyrine", "QUATREBARBES", "famille.galante@example.org")
PERSONAL: Final = ("Zéphyrine", "QUATREBARBES", "galante", "Marie", "Julien", "0612345678", "612345678", "Camille")
CARD: Final = "always asks"


def test_a_parent_contributes_for_two_children_with_a_tip(telephone: BrowserContext, live_server: LiveServer) -> None:
    """S-214 too: the e-mail with the campaign's message and its receipt, the notification; no name elsewhere."""
    ask(live_server, class_="required", mobile="optional")
    live_server.world.do(
        SetPaymentOptions, means=("card",), instalments=None, message="Merci pour la classe", policy=POLICY
    )
    live_server.world.appoint()
    page = telephone.new_page()
    asked_for: list[str] = []
    telephone.on("request", lambda request: asked_for.append(unquote(request.url)))
    with capture_logs() as logs:
        fill(page, live_server)
        pay(page)
        check_ledger(live_server)
        check_letters(page, live_server)
    check_nobody_is_named(live_server, asked_for, str(logs))


def fill(page: Page, live_server: LiveServer) -> None:
    """Fill in the basket up to the page of payment."""
    open_basket(page, live_server)
    shoot(page, "basket-1-children")
    name_child(page, 1, "Marie")
    page.get_by_role("button", name="Ajouter un autre enfant").click()
    name_child(page, 2, "Julien")
    expect(page.locator("[data-total]")).to_have_text("24,00\u00a0€")
    name_payer(page, PAYER.email)
    shoot(page, "basket-1-filled")
    proceed(page)
    shoot(page, "basket-2-account")
    page.get_by_role("button", name="Continuer sans compte").click()
    expect(page.get_by_role("heading", name="Formulaire de Marie GALANTE", include_hidden=True)).to_be_visible()
    page.get_by_label("Classe de l’enfant").first.select_option("CP A")
    page.get_by_label("Classe de l’enfant").last.select_option("CE1")
    page.get_by_label("Téléphone mobile").first.fill("06 12 34 56 78")
    shoot(page, "basket-3-information")
    proceed(page)
    expect(page.get_by_text("Montant du panier")).to_be_visible()
    shoot(page, "basket-4-recap")
    page.get_by_role("button", name="Confirmer").click()


def pay(page: Page) -> None:
    """Choose a tip, accept the terms, pay by card with 3-D Secure, and see the ledger confirm it."""
    expect(page.get_by_role("button", name="Payer 24,00\u00a0€")).to_be_visible()
    shoot(page, "basket-5-payment")
    page.get_by_label("8 % du montant").check()
    expect(page.get_by_role("button", name="Payer 25,92\u00a0€")).to_be_visible()
    page.get_by_label("J’accepte les").check()
    shoot(page, "basket-5-chosen")
    page.get_by_role("button", name="Payer 25,92\u00a0€").click()
    expect(page.get_by_role("button", name="Payer 25,92\u00a0€")).to_be_visible()
    assert "/paniers/" not in page.url
    type_card(page, CARD)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre contribution est bien reçue", timeout=WAIT)
    expect(page.locator("#total")).to_have_text("25,92\u00a0€")
    shoot(page, "thanks-received")


def check_ledger(live_server: LiveServer) -> None:
    """The ledger has the two children, the tip apart, the terms; the vault has the people."""
    (placed,) = events_of(live_server, ContributionPlaced)
    assert [line.class_code for line in placed.lines] == ["CPA", "CE1"]
    assert (placed.tip_cents, placed.terms_version, placed.by) == (1_92, "2026-11", "family")
    (captured,) = events_of(live_server, PaymentCaptured)
    assert (captured.cents, captured.tip_cents) == (24_00, 1_92)
    people = live_server.world.context.vault.get_many(
        [placed.payer_id, *(line.participant_id for line in placed.lines)]
    )
    assert sorted(person.first_name for person in people.values()) == ["Julien", "Marie", "Zéphyrine"]


def letters_to(live_server: LiveServer, address: str) -> list[EmailMessage]:
    """The e-mails to an address."""
    return letters_in(live_server.letters, address)


def check_letters(page: Page, live_server: LiveServer) -> None:
    """The payer has the confirmation, with a link to the receipt; the coop is notified, without names."""
    wait_until(lambda: bool(letters_to(live_server, PAYER.email) and letters_to(live_server, HOLDER.email)))
    (mine,), (theirs,) = letters_to(live_server, PAYER.email), letters_to(live_server, HOLDER.email)
    for words in ("Merci pour la classe", "Marie", "Julien", "24,00 €", "1,92 €", "25,92 €"):
        assert words in body(mine)
    assert [word for word in PERSONAL if word in body(theirs)] == []
    receipt = next(link for link in links(mine) if "/attestation/" in link)
    page.goto(receipt.removeprefix(PUBLIC))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attestation de paiement")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def check_nobody_is_named(live_server: LiveServer, asked_for: list[str], logs: str) -> None:
    """Neither addresses nor logs nor events hold a name, an address, a number or a card; logs hold no token either."""
    card = CARDS[CARD]
    assert len(asked_for) > 10
    assert [url for url in asked_for if any(word in url for word in (*PERSONAL, card))] == []
    kinds = ("paniers", "retour", "contributions", "attestation")
    tokens = {token for kind in kinds for url in asked_for for token in re.findall(rf"/{kind}/([\w-]+)", url)}
    assert len(tokens) == len(kinds)
    for route in ("/paniers/{token}/recapitulatif", "/retour/{token}", "/contributions/{token}/flux"):
        assert route in logs
    assert [word for word in (*PERSONAL, card, *tokens) if word in logs] == []
    with psycopg.connect(live_server.database) as owner:
        states = owner.execute("SELECT state FROM ad06.ledger_events").fetchall()
    told = b"\n".join(bytes(state) for (state,) in states).decode()
    assert [word for word in (*PERSONAL, card) if word in told] == []
