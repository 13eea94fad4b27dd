"""A mandate holder refunds by child and in full, and adds a family by hand, at a desk and on a telephone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.kit.api_server import MANDATAIRE, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as
from tests.service.pages.participant.families import list_of, pay

pytestmark = pytest.mark.browser
_FORM_SIZES = [(size, scripts) for size in SIZES for scripts in (True, False)]


def _seen(page: Page, name: str, *, scripts: bool) -> None:
    """Look at a page as everybody must be able to, once a second click has led there too."""
    page.wait_for_load_state("networkidle")
    shoot(page, name)
    assert too_wide(page) == []
    assert wrong_french(page) == []
    if scripts:
        assert violations(page) == []


@pytest.mark.parametrize(("size", "scripts"), _FORM_SIZES)
def test_a_refund_by_child_then_of_the_rest_is_asked_in_words(
    browser: Browser,
    api: ApiServer,
    size: str,
    scripts: bool,  # noqa: FBT001 - of the parameters
) -> None:
    contribution = pay(api, "Léa", "Tom", tip=2_00)
    with browse_as(browser, api, MANDATAIRE, size, scripts=scripts) as page:
        page.goto(f"{list_of(api)}/{contribution}")
        _seen(page, f"detail-{size}-{scripts}", scripts=scripts)
        page.get_by_role("link", name="Rembourser").click()
        _seen(page, f"refund-{size}-{scripts}", scripts=scripts)
        page.get_by_label("Un montant par enfant").check()
        page.get_by_label("Léa MARTIN, classe CE1").last.fill("12,00")
        page.get_by_role("button", name="Continuer").last.click()
        expect(page.get_by_text("Choisissez un motif de la liste.").first).to_be_visible()
        _seen(page, f"refund-wrong-{size}-{scripts}", scripts=scripts)
        page.get_by_label("Motif").select_option("Départ de l’enfant")
        page.get_by_label("Note").fill("La famille déménage.")
        page.get_by_role("button", name="Continuer").last.click()
        expect(page.get_by_role("heading", name="Rembourser 12,00\u00a0€\u00a0?")).to_be_visible()
        expect(page.get_by_text("La coopérative garde 12,00\u00a0€ de ce paiement.")).to_be_visible()
        _seen(page, f"refund-confirm-{size}-{scripts}", scripts=scripts)
        page.get_by_role("button", name="Rembourser 12,00\u00a0€").dblclick()
        expect(page.get_by_text("Remboursement sur la carte demandé pour Léa.")).to_have_count(1)
        _seen(page, f"detail-asked-{size}-{scripts}", scripts=scripts)
        page.get_by_role("link", name="Rembourser").click()
        page.get_by_label("Tout rembourser").check()
        page.get_by_label("Motif").select_option("Projet annulé")
        page.get_by_role("button", name="Continuer").last.click()
        page.get_by_role("button", name="Rembourser 12,00\u00a0€").click()
        expect(page.get_by_text("Remboursement sur la carte demandé pour Tom.")).to_have_count(1)
        page.get_by_role("link", name="Rembourser").click()
        expect(page.get_by_text("Un remboursement de 24,00\u00a0€ est déjà demandé.")).to_be_visible()
        _seen(page, f"refund-not-{size}-{scripts}", scripts=scripts)


@pytest.mark.parametrize(("size", "scripts"), _FORM_SIZES)
def test_a_family_that_paid_in_cash_is_added_by_hand(
    browser: Browser,
    api: ApiServer,
    size: str,
    scripts: bool,  # noqa: FBT001 - of the parameters
) -> None:
    slip = f"B-{size[0].upper()}{int(scripts)}7"
    with browse_as(browser, api, MANDATAIRE, size, scripts=scripts) as page:
        page.goto(f"{list_of(api)}/ajouter")
        page.get_by_label("Prénom de l’enfant").fill("Lou")
        page.get_by_label("Nom de l’enfant", exact=False).last.fill("TESTARD")
        page.get_by_role("button", name="Ajouter un autre enfant").click()
        _seen(page, f"entry-{size}-{scripts}", scripts=scripts)
        page.get_by_role("button", name="Continuer").last.click()
        expect(page.get_by_text("Indiquez le prénom du payeur.").first).to_be_visible()
        assert page.locator("#prenom-0").input_value() == "Lou"
        _seen(page, f"entry-wrong-{size}-{scripts}", scripts=scripts)
        page.get_by_role("button", name="Retirer cet enfant").last.click()
        page.get_by_label("Classe").select_option(index=1)
        page.get_by_label("Prénom du payeur").fill("Odile")
        page.get_by_label("Nom du payeur").last.fill("TESTARD")
        page.get_by_label("En espèces").check()
        page.get_by_role("button", name="Continuer").last.click()
        expect(page.get_by_role("heading", name="Qu’avez-vous reçu\u00a0?")).to_be_visible()
        page.get_by_label("Montant reçu").fill("10")
        page.get_by_label("Numéro du bordereau").fill(slip.lower())
        page.get_by_label("Jour du paiement").fill("2024-07-09")
        _seen(page, f"entry-confirm-{size}-{scripts}", scripts=scripts)
        page.get_by_role("button", name="Ajouter").last.dblclick()
        expect(page.get_by_text(f"Espèces reçues le 9 juillet 2024, bordereau {slip}.")).to_have_count(1)
        expect(page.get_by_text("Reste à recevoir")).to_be_visible()
        _seen(page, f"entry-done-{size}-{scripts}", scripts=scripts)
