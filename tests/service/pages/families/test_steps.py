"""What is asked about each child, the recap, and the page of payment (S-193…S-213)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from domain.events.contribution import ContributionPlaced
from tests.kit.browser import shoot, type_card
from tests.kit.live_server import LiveServer
from tests.service.pages.families.basket_forms import ask, draft, events_of, kept, proceed, put

pytestmark = pytest.mark.browser
EVERYTHING = {
    "class_": "required",
    "birth_date": "required",
    "address": "optional",
    "landline": "optional",
    "mobile": "required",
    "email": "optional",
}


def test_each_child_has_a_form_of_its_own_filled_with_its_name(page: Page, live_server: LiveServer) -> None:
    """S-193, S-194, S-195, S-196, S-75…S-82."""
    ask(live_server, **EVERYTHING)
    address = put(live_server)
    page.goto(f"{address}/informations")
    marie = page.get_by_role("group", name="Formulaire de Marie GALANTE")
    expect(page.get_by_role("group", name="Formulaire de Julien GALANTE")).to_be_visible()
    expect(marie.get_by_label("Prénom")).to_have_value("Marie")
    assert marie.get_by_label("Classe de l’enfant").locator("option").all_inner_texts() == ["Choisir…", "CP A", "CE1"]
    marie.get_by_label("Classe de l’enfant").select_option("")
    marie.get_by_label("Prénom").fill("Maria")
    marie.get_by_label("Téléphone mobile").fill("12 34")
    marie.get_by_label("Date de naissance").fill("31/02/2018")
    proceed(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Maria – Classe de l’enfant\u00a0: répondez à cette question")
    expect(alert).to_contain_text("Maria – Téléphone mobile\u00a0: ce numéro de téléphone n’est pas valable")
    expect(alert).to_contain_text("Maria – Date de naissance\u00a0: cette date n’est pas valable")
    expect(alert).to_contain_text("Julien – Date de naissance\u00a0: répondez à cette question")
    shoot(page, "basket-3-errors")
    for child in ("Maria", "Julien"):
        form = page.get_by_role("group", name=f"Formulaire de {child} GALANTE")
        form.get_by_label("Classe de l’enfant").select_option("CE1")
        form.get_by_label("Date de naissance").fill("03/07/2018")
        form.get_by_label("Téléphone mobile").fill("06 12 34 56 78")
    proceed(page)
    expect(page.get_by_text("Maria GALANTE – Un enfant")).to_be_visible()
    expect(page.get_by_text("CE1 · 3 juillet 2018 · +33612345678")).to_have_count(2)
    shoot(page, "basket-4-answers")


def test_whoever_skips_a_page_is_led_back_to_it(page: Page, live_server: LiveServer) -> None:
    ask(live_server, **EVERYTHING)
    address = put(live_server)
    page.goto(f"{address}/paiement")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos informations")
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_recap_shows_each_line_the_sum_the_beneficiary_and_lets_the_family_go_back(
    page: Page, live_server: LiveServer
) -> None:
    """S-197, S-198, S-199, S-201, S-202."""
    ask(live_server)
    address = put(live_server)
    page.goto(f"{address}/recapitulatif")
    expect(page.get_by_text("Marie GALANTE – Un enfant")).to_be_visible()
    expect(page.get_by_text("Julien GALANTE – Un enfant")).to_be_visible()
    expect(page.locator("dd.sum")).to_have_text("24,00\u00a0€")
    summary = page.get_by_role("region", name="Récapitulatif", exact=True)
    expect(summary).to_contain_text("Coopérative scolaire OCCE de Jules Ferry")
    expect(summary).to_contain_text("24,00\u00a0€")
    page.get_by_role("link", name="Modifier ma contribution").click()
    expect(page.get_by_label("Prénom de l’enfant").first).to_have_value("Marie")
    page.goto(f"{address}/recapitulatif")
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement")


def test_the_address_of_the_confirmation_is_corrected_on_the_recap(page: Page, live_server: LiveServer) -> None:
    """S-200."""
    ask(live_server)
    address = put(live_server)
    page.goto(f"{address}/recapitulatif")
    expect(page.get_by_text("L’e-mail de confirmation sera envoyé à famille.galante@example.org")).to_be_visible()
    page.get_by_role("link", name="Modifier l’adresse e-mail").click()
    page.get_by_label("Adresse e-mail pour la confirmation").fill("autre@example.org")
    page.get_by_role("button", name="Enregistrer cette adresse").click()
    expect(page.get_by_text("L’e-mail de confirmation sera envoyé à autre@example.org")).to_be_visible()
    assert kept(live_server, address).email == "autre@example.org"


def test_nothing_is_chosen_for_the_family_and_the_button_says_what_is_paid(page: Page, live_server: LiveServer) -> None:
    """S-203, S-204, S-207…S-212: tip 0,00 € and terms unticked unless chosen."""
    ask(live_server)
    page.goto(f"{put(live_server)}/paiement")
    expect(page.get_by_role("radio", name="Carte bancaire")).to_be_checked()
    expect(page.get_by_text("Tous les champs sont obligatoires, sauf indication contraire.")).to_be_visible()
    expect(page.get_by_role("img", name="Visa")).to_be_visible()
    expect(page.get_by_role("radio", name="Sans pourboire 0,00")).to_be_checked()
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    total = page.get_by_text("Total à payer à «\u00a0Coop Jules Ferry\u00a0»")
    expect(total).to_be_visible()
    button = page.get_by_role("button", name="Payer")
    expect(button).to_have_text("Payer 24,00\u00a0€", use_inner_text=True)
    page.get_by_role("radio", name="8 % du montant").check()
    expect(button).to_have_text("Payer 25,92\u00a0€", use_inner_text=True)
    page.get_by_role("radio", name="Un autre montant").check()
    page.get_by_label("Montant du pourboire").fill("0,50")
    expect(button).to_have_text("Payer 24,50\u00a0€", use_inner_text=True)
    expect(page.locator("[data-grand]")).to_have_text("24,50\u00a0€")
    page.get_by_role("radio", name="Sans pourboire").check()
    expect(button).to_have_text("Payer 24,00\u00a0€", use_inner_text=True)
    assert page.locator("input:visible").count() == 8
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Cochez cette case pour payer")
    shoot(page, "basket-5-terms")
    assert not events_of(live_server, ContributionPlaced)


def test_the_terms_and_the_reason_of_the_tip_can_be_read(page: Page, live_server: LiveServer) -> None:
    """S-207, S-210."""
    ask(live_server)
    page.goto(f"{put(live_server)}/paiement")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="conditions générales d’utilisation et de vente").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Conditions générales")
    expect(opened.value.get_by_text("Version 2026-11")).to_be_visible()
    shoot(opened.value, "terms")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Pourquoi donner un pourboire").click()
    expect(opened.value.get_by_text("par défaut, il est de 0,00\u00a0€")).to_be_visible()
    shoot(opened.value, "why-tip")


def test_instalments_are_offered_with_their_days_and_amounts_before_consent(
    page: Page, live_server: LiveServer
) -> None:
    """S-206, S-94…S-96."""
    ask(live_server)
    page.goto(f"{put(live_server, draft(live_server, 'Marie'))}/paiement")
    page.get_by_role("radio", name="En 3 fois").check()
    plan = page.get_by_role("radio", name="En 3 fois").locator("..")
    expect(plan).to_contain_text("Aujourd’hui\u00a0: 4,00\u00a0€")
    assert plan.inner_text().count("4,00") == 3
    page.get_by_role("radio", name="Petit coup de pouce").check()
    page.get_by_role("checkbox").check()
    button = page.get_by_role("button", name="Payer")
    expect(button).to_have_text("Payer 5,00\u00a0€ aujourd’hui", use_inner_text=True)
    expect(page.locator("[data-grand]")).to_have_text("13,00\u00a0€")
    button.click()
    expect(page.get_by_role("button", name="Payer 5,00\u00a0€")).to_be_visible()
    expect(page.get_by_text("vous autorisez")).to_be_visible()
    (placed,) = events_of(live_server, ContributionPlaced)
    assert (placed.instalments, placed.tip_cents) == (3, 1_00)


def test_the_card_is_typed_at_the_provider_and_the_bank_is_asked(page: Page, live_server: LiveServer) -> None:
    """S-205, S-213: no field of ours takes a card; 3-D Secure on the first payment."""
    ask(live_server)
    page.goto(f"{put(live_server)}/paiement")
    assert page.locator("input[autocomplete^=cc-]").count() == 0
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Payer").click()
    expect(page.get_by_label("Numéro de carte")).to_be_visible()
    assert page.url.startswith(live_server.world.sandbox.url)
    type_card(page, "always asks")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Confirmez-vous ce paiement")
