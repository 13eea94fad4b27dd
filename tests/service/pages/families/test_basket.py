"""The children of a basket, their tariffs and who pays (S-180…S-187)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from service.baskets.basket import Basket, BasketChild
from tests.kit.browser import shoot
from tests.kit.live_server import LiveServer
from tests.kit.service_world import TIERS
from tests.service.pages.families.basket_forms import (
    draft,
    kept,
    name_child,
    name_payer,
    offer,
    open_basket,
    proceed,
    put,
)

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _tariffs(live_server: LiveServer) -> None:
    """Tariffs by rank, and a free one."""
    offer(live_server, *TIERS)


def test_coming_back_from_the_campaign_finds_the_basket_as_it_was(page: Page, live_server: LiveServer) -> None:
    """S-180."""
    open_basket(page, live_server)
    name_child(page, 1, "Marie")
    page.get_by_role("button", name="Retour").click()
    expect(page.get_by_role("heading", name="Formules")).to_be_visible()
    page.get_by_role("link", name="Reprendre ma contribution").click()
    expect(page.get_by_label("Prénom de l’enfant")).to_have_value("Marie")
    expect(page.get_by_label("Nom de l’enfant", exact=False).last).to_have_value("GALANTE")


def test_a_child_can_be_removed_while_there_is_another(page: Page, live_server: LiveServer) -> None:
    """S-181, S-187, S-47."""
    open_basket(page, live_server)
    expect(page.get_by_role("button", name="Retirer")).to_have_count(0)
    name_child(page, 1, "Marie")
    page.get_by_role("button", name="Ajouter un autre enfant").click()
    name_child(page, 2, "Julien")
    page.get_by_role("button", name="Retirer l’enfant 1").click()
    expect(page.get_by_role("group", name="Enfant 1").get_by_label("Prénom")).to_have_value("Julien")
    expect(page.get_by_role("group", name="Enfant 2")).to_have_count(0)
    expect(page.get_by_role("button", name="Retirer")).to_have_count(0)


def test_names_a_tariff_and_an_address_are_asked_for_and_what_was_typed_stays(
    page: Page, live_server: LiveServer
) -> None:
    """S-182, S-183, S-184, S-186."""
    open_basket(page, live_server)
    page.get_by_label("Prénom de l’enfant").fill("Marie")
    page.get_by_label("Adresse e-mail pour la confirmation").fill("famille@")
    proceed(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(5)
    shoot(page, "basket-1-errors")
    summary.get_by_role("link", name="Choisissez un tarif.").click()
    expect(page.get_by_label("Prénom de l’enfant")).to_have_value("Marie")
    mail = page.get_by_label("Adresse e-mail pour la confirmation")
    expect(mail).to_have_value("famille@")
    expect(mail).to_have_attribute("aria-invalid", "true")
    expect(mail).to_have_accessible_description(
        "Cette adresse e-mail n’est pas valable. Vérifiez-la\u00a0: par exemple prenom.nom@courriel.fr."
    )


def test_the_summary_says_of_each_field_what_is_missing_there(page: Page, live_server: LiveServer) -> None:
    """S-182, S-184: no two of its sentences are the same."""
    open_basket(page, live_server)
    page.get_by_role("button", name="Ajouter un autre enfant").click()
    page.get_by_label("Nom de l’enfant", exact=False).last.fill("0612345678")
    proceed(page)
    shoot(page, "basket-1-errors-of-two")
    assert page.get_by_role("alert").get_by_role("link").all_inner_texts() == [
        "Enfant 1 – Indiquez le prénom de l’enfant.",
        "Enfant 1 – Indiquez le nom de l’enfant.",
        "Enfant 1 – Choisissez un tarif.",
        "Enfant 2 – Indiquez le prénom de l’enfant.",
        "Enfant 2 – Nom\u00a0: ce nom ne contient aucune lettre.",
        "Enfant 2 – Choisissez un tarif.",
        "Indiquez votre prénom.",
        "Indiquez votre nom.",
        "Indiquez une adresse e-mail\u00a0: la confirmation y sera envoyée.",
    ]


def test_a_tariff_shows_its_label_its_validity_and_its_price_and_folds(page: Page, live_server: LiveServer) -> None:
    """S-183."""
    open_basket(page, live_server)
    tariff = page.get_by_role("radio", name="Tarif par enfant")
    expect(tariff.locator("..")).to_contain_text("Valable du 1er septembre 2024 au 31 août 2028")
    expect(tariff.locator("..")).to_contain_text("à partir du 3e\u00a0: 8,00\u00a0€12,00\u00a0€")
    page.get_by_text("Tarif", exact=True).click()
    expect(tariff).to_be_hidden()
    page.get_by_text("Tarif", exact=True).click()
    expect(tariff).to_be_visible()


def test_siblings_are_priced_at_once_as_the_server_prices_them(page: Page, live_server: LiveServer) -> None:
    """S-185, S-70: 12,00 + 10,00 + 8,00, live and after the server's answer."""
    open_basket(page, live_server)
    total = page.locator("[data-total]")
    for number, (name, expected) in enumerate((("Marie", "12,00"), ("Julien", "22,00"), ("Alix", "30,00")), start=1):
        if number > 1:
            page.get_by_role("button", name="Ajouter un autre enfant").click()
        name_child(page, number, name)
        page.get_by_role("group", name=f"Enfant {number}").get_by_role("radio", name="Tarif par enfant").check()
        expect(total).to_have_text(f"{expected}\u00a0€")
    name_payer(page)
    proceed(page)
    page.get_by_role("button", name="Continuer sans compte").click()
    expect(page.locator("dd.sum")).to_have_text("30,00\u00a0€")


def test_each_tariff_shows_what_it_would_cost_this_child(page: Page, live_server: LiveServer) -> None:
    """S-70, S-183: 12,00, then 10,00, then 8,00, and live: the third child may be the second of its tariff."""
    page.goto(put(live_server, four_children(live_server)))
    shoot(page, "basket-1-ranks")
    assert offered(page) == ["12,00", "10,00", "8,00", "8,00"]
    page.get_by_role("radio", name="Soutien").first.check()
    assert offered(page) == ["12,00", "12,00", "10,00", "10,00"]


def test_without_scripts_too_each_tariff_shows_what_it_would_cost_this_child(
    browser: Browser, live_server: LiveServer
) -> None:
    """S-70, S-183."""
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="fr-FR")
    page = plain.new_page()
    page.goto(put(live_server, four_children(live_server)))
    assert offered(page) == ["12,00", "10,00", "8,00", "8,00"]
    plain.close()


def four_children(live_server: LiveServer) -> Basket:
    """A basket of two children at one tariff, one without any yet, one at the free one."""
    filled = draft(live_server, "Marie", "Julien")
    filled.children += BasketChild("child2", "Alix"), BasketChild("child3", "Ava", tariff_id="libre", amount="15")
    return filled


def offered(page: Page) -> list[str]:
    """What the tariff by rank is offered for to each child, in euros."""
    boxes = page.get_by_role("radio", name="Tarif par enfant").locator("..").locator(".number")
    return [text.removesuffix("\u00a0€") for text in boxes.all_inner_texts()]


def test_a_free_contribution_is_what_the_family_types_from_the_least_on(page: Page, live_server: LiveServer) -> None:
    """S-69, S-185: free where the tariff says so."""
    open_basket(page, live_server)
    name_child(page, 1, "Marie")
    name_payer(page)
    amount = page.get_by_label("Montant que vous choisissez")
    expect(amount).to_be_hidden()
    page.get_by_role("radio", name="Soutien").check()
    amount.fill("4,99")
    expect(page.locator("[data-total]")).to_have_text("0,00\u00a0€")
    proceed(page)
    expect(page.get_by_role("alert")).to_contain_text("Le montant est d’au moins 5,00\u00a0€.")
    page.get_by_label("Montant que vous choisissez").fill("15,5")
    expect(page.locator("[data-total]")).to_have_text("15,50\u00a0€")
    proceed(page)
    page.get_by_role("button", name="Continuer sans compte").click()
    expect(page.locator("dd.sum")).to_have_text("15,50\u00a0€")


def test_the_tariff_that_changed_is_said_before_anything_is_paid(page: Page, live_server: LiveServer) -> None:
    """AN-2: the family sees the old and the new amount."""
    address = put(live_server, draft(live_server, "Marie", seen=[9_00]))
    page.goto(f"{address}/recapitulatif")
    expect(page.get_by_text("le montant passe de 9,00\u00a0€ à 12,00\u00a0€")).to_be_visible()
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("button", name="Payer 12,00\u00a0€")).to_be_visible()
    expect(page.get_by_text("le montant passe")).to_have_count(0)
    assert kept(live_server, address).seen == [12_00]
