"""A parent on a telephone, from the link of the campaign to the confirmation."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from domain.events.contribution import ContributionPlaced, PaymentCaptured
from tests.service.checkout.browsing import WAIT, shoot, type_card
from tests.service.checkout.conftest import OnLine
from tests.service.families.filling import (
    ask,
    events_of,
    name_child,
    name_payer,
    open_basket,
    proceed,
)

pytestmark = pytest.mark.browser


def test_a_parent_contributes_for_two_children_with_a_tip(telephone: BrowserContext, online: OnLine) -> None:
    ask(online, class_="required", mobile="optional")
    page = telephone.new_page()
    open_basket(page, online)
    shoot(page, "basket-1-children")
    name_child(page, 1, "Marie")
    page.get_by_role("button", name="Ajouter un autre enfant").click()
    name_child(page, 2, "Julien")
    expect(page.locator("[data-total]")).to_have_text("24,00\u00a0€")
    name_payer(page)
    shoot(page, "basket-1-filled")
    proceed(page)
    shoot(page, "basket-2-account")
    page.get_by_role("button", name="Continuer sans compte").click()
    expect(page.get_by_role("heading", name="Formulaire de Marie GALANTE", include_hidden=True)).to_be_visible()
    page.get_by_label("Classe de l’enfant").first.select_option("CP A")
    page.get_by_label("Classe de l’enfant").last.select_option("CE1")
    shoot(page, "basket-3-information")
    proceed(page)
    expect(page.get_by_text("Montant du panier")).to_be_visible()
    shoot(page, "basket-4-recap")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("button", name="Payer 24,00\u00a0€")).to_be_visible()
    shoot(page, "basket-5-payment")
    page.get_by_label("8 % du montant").check()
    expect(page.get_by_role("button", name="Payer 25,92\u00a0€")).to_be_visible()
    page.get_by_label("J’accepte les").check()
    shoot(page, "basket-5-chosen")
    page.get_by_role("button", name="Payer 25,92\u00a0€").click()
    expect(page.get_by_role("button", name="Payer 25,92\u00a0€")).to_be_visible()
    assert "/paniers/" not in page.url
    type_card(page, "always asks")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status")).to_contain_text("Votre contribution est bien reçue", timeout=WAIT)
    expect(page.locator("#total")).to_have_text("25,92\u00a0€")
    shoot(page, "thanks-received")
    (placed,) = events_of(online, ContributionPlaced)
    assert [line.class_code for line in placed.lines] == ["CPA", "CE1"]
    assert (placed.tip_cents, placed.terms_version, placed.by) == (1_92, "2026-11", "family")
    (captured,) = events_of(online, PaymentCaptured)
    assert (captured.cents, captured.tip_cents) == (24_00, 1_92)
    people = online.town.office.vault.get_many([placed.payer_id, *(line.participant_id for line in placed.lines)])
    assert sorted(person.first_name for person in people.values()) == ["Julien", "Marie", "Zéphyrine"]
