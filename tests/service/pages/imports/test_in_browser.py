"""A mandate holder imports a file, then a later one with a corrected order, and takes an import back (S-135)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as
from tests.kit.payment_files import HEADER, TICKETS, as_csv, as_xlsx, ticket

pytestmark = pytest.mark.browser
_EVERY = [(size, scripts) for size in SIZES for scripts in (True, False)]
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _seen(page: Page, name: str, *, scripts: bool) -> None:
    """Look at a page as everybody must be able to."""
    shoot(page, name)
    assert too_wide(page) == []
    assert wrong_french(page) == []
    if scripts:
        assert violations(page) == []


def _give(page: Page, *lines: tuple[object, ...]) -> None:
    """Give a file with some lines, and go to its preview."""
    content = as_xlsx(TICKETS, *lines)  # type: ignore[arg-type]
    page.get_by_label("Fichier").set_input_files(FilePayload(name="paiements.xlsx", mimeType=_KIND, buffer=content))
    page.get_by_role("button", name="Voir l’aperçu").click()


@pytest.mark.parametrize(("size", "scripts"), _EVERY)
def test_a_file_is_imported_then_corrected_by_a_later_one_and_taken_back(
    browser: Browser,
    api: ApiServer,
    size: str,
    scripts: bool,  # noqa: FBT001 - of the parameters
) -> None:
    first = 100 * (_EVERY.index((size, scripts)) + 1)
    usual = {"Nom participant": f"TESTARD{'ABCD'[first // 100 - 1]}", "Classe de l’enfant 1": "CP a"}
    one, two = ticket(first, **usual), ticket(first + 1, **usual, **{"Prénom participant": "Nil"})
    with browse_as(browser, api, MANDATAIRE, size, scripts=scripts) as page:
        page.goto(f"/{SLUG}/collectes/{api.ids.campaign_id}/participants/importer")
        _seen(page, f"import-{size}-{scripts}", scripts=scripts)
        _give(page, one, two, ticket(first + 2, **usual, **{"Montant dû": "beaucoup"}))
        expect(page.get_by_role("heading", name="2 lignes à importer")).to_be_visible()
        _seen(page, f"import-refused-{size}-{scripts}", scripts=scripts)
        page.get_by_role("button", name="Importer 2 lignes, sans 1 refusée").click()
        expect(page.get_by_text("2 lignes importées. Le fichier est effacé.")).to_be_visible()
        _give(page, ticket(first, **usual, **{"Montant dû": 15}), two)
        expect(page.get_by_role("heading", name="Écarts à décider (1)")).to_be_visible()
        _seen(page, f"import-decide-{size}-{scripts}", scripts=scripts)
        page.get_by_label(f"Lou {usual['Nom participant']}, CP a").select_option("Corriger comme dans le fichier")
        page.get_by_role("button", name="Revoir l’aperçu avec ces choix").click()
        expect(page.get_by_text("1 écart à enregistrer comme vous l’avez décidé.")).to_be_visible()
        _seen(page, f"import-decided-{size}-{scripts}", scripts=scripts)
        page.get_by_role("button", name="Importer 1 ligne").click()
        expect(page.get_by_text("1 ligne importée, 1 écart enregistré. Le fichier est effacé.")).to_be_visible()
        _seen(page, f"import-done-{size}-{scripts}", scripts=scripts)
        page.get_by_role("link", name="Retirer").first.click()
        page.get_by_label("Motif").select_option("Mauvais fichier importé")
        _seen(page, f"import-withdraw-{size}-{scripts}", scripts=scripts)
        page.get_by_role("button", name="Retirer cet import").click()
        expect(page.get_by_text("L’import est retiré")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_cash_of_an_own_list_is_raised_by_the_next_one_and_lowered_on_its_own_page(
    browser: Browser, api: ApiServer, size: str
) -> None:
    def give(*amounts: str) -> None:
        means = ("Espèces", "Autre plateforme")
        rows = [
            (name, f"LISTE{size[:1]}", "Paiement reçu", amount, way, "04/09/2024", "CP a")
            for name, amount, way in zip(("Léo", "Zoé"), amounts, means, strict=False)
        ]
        content = as_csv(HEADER, *rows)
        page.get_by_label("Fichier").set_input_files(FilePayload(name="liste.csv", mimeType="text/csv", buffer=content))
        page.get_by_role("button", name="Voir l’aperçu").click()

    with browse_as(browser, api, MANDATAIRE, size, scripts=True) as page:
        page.goto(f"/{SLUG}/collectes/{api.ids.campaign_id}/participants/importer")
        short = FilePayload(name="liste.csv", mimeType="text/csv", buffer=as_csv(("Nom", "Somme")))
        page.get_by_label("Fichier").set_input_files(short)
        page.get_by_role("button", name="Voir l’aperçu").click()
        expect(page.get_by_role("alert")).to_contain_text("il lui manque ces titres")
        _seen(page, f"own-list-refused-{size}", scripts=True)
        give("15,00", "9,00")
        page.get_by_role("button", name="Importer 2 lignes").click()
        give("18,00", "9,00")
        page.locator("#decision-2").select_option("Corriger comme dans le fichier")
        _seen(page, f"own-list-decide-{size}", scripts=True)
        page.get_by_role("button", name="Enregistrer ces choix").click()
        expect(page.get_by_text("1 écart enregistré")).to_be_visible()
        _seen(page, f"own-list-history-{size}", scripts=True)
        give("17,00", "9,00")
        page.locator("#decision-2-hint a").click()
        expect(page.get_by_role("heading", name="Historique")).to_be_visible()
        _seen(page, f"own-list-detail-{size}", scripts=True)
        page.get_by_role("link", name="Corriger le montant reçu").click()
        page.get_by_label("Montant vraiment reçu, en euros").fill("20")
        page.get_by_role("button", name="Corriger").click()
        expect(page.get_by_role("alert")).to_contain_text("c’est le montant dû")
        _seen(page, f"own-list-cash-{size}", scripts=True)
        page.get_by_label("Montant vraiment reçu, en euros").fill("17")
        page.get_by_label("Motif").select_option(index=1)
        page.get_by_role("button", name="Corriger").click()
        expect(page.get_by_text("C’est corrigé : la caisse suit.")).to_be_visible()
        _seen(page, f"own-list-lowered-{size}", scripts=True)
