"""A parent opens an account on the way to paying, and finds the contribution and its receipt in it afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from domain.events.contribution import ContributionPlaced
from tests.kit.browser import WAIT, shoot, type_card
from tests.kit.live_server import LiveServer
from tests.service.pages.accounts.conftest import HOME, PASSWORD, link_to
from tests.service.pages.families.basket_forms import ask, events_of, name_child, name_payer, open_basket, proceed

pytestmark = pytest.mark.browser


def test_an_account_opened_in_the_basket_holds_the_contribution(
    telephone: BrowserContext, live_server: LiveServer, email: str
) -> None:
    """S-188, S-189, S-191: the basket goes on at once; the e-mail opens the account."""
    ask(live_server)
    page = telephone.new_page()
    open_basket(page, live_server)
    name_child(page, 1, "Marie")
    name_payer(page, email)
    proceed(page)
    page.get_by_text("Vous n’avez pas encore de compte").click()
    expect(page.get_by_label("Prénom")).to_have_value("Zéphyrine")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("12 caractères au moins")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    shoot(page, "basket-2-creating")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_label("J’accepte les").check()
    page.get_by_role("button", name="Payer").click()
    type_card(page, "good")
    expect(page.get_by_role("status")).to_contain_text("bien reçue", timeout=WAIT)
    assert telephone.cookies() == []
    page.goto(link_to(live_server, email, "confirmation"))
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Ouvrir mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")
    expect(page.get_by_role("listitem").filter(has_text="12,00\u00a0€")).to_contain_text("12,00\u00a0€ reçus")
    shoot(page, "my-account")
    page.get_by_role("button", name="Attestation de paiement").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Attestation de paiement")
    page.goto(HOME)
    page.get_by_role("button", name="Se déconnecter").click()
    before = len(events_of(live_server, ContributionPlaced))
    open_basket(page, live_server)
    name_child(page, 1, "Julien")
    name_payer(page, email)
    proceed(page)
    page.get_by_role("link", name="Connectez-vous").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.get_by_role("button", name="Utiliser mon compte (Zéphyrine)").click()
    expect(page.get_by_role("button", name="Confirmer")).to_be_visible()
    assert len(events_of(live_server, ContributionPlaced)) == before
