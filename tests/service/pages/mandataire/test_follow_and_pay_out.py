"""A mandate holder's afternoon in a browser: a refund, an import, cash, a payout, its papers; what she does is counted.

She begins at Accueil and follows what she sees: no address is typed, no help is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from tests.kit.browser import SIZES
from tests.kit.email_world import body
from tests.kit.example_emails import letters_in
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG
from tests.kit.pdf_text import pages
from tests.kit.waiting import wait_until
from tests.service.pages.cash.test_without_network import READY, kept
from tests.service.pages.families.test_without_script import go_to, press
from tests.service.pages.mandataire.afternoon import Afternoon
from tests.service.pages.mandataire.keystrokes import Hand
from tests.service.pages.mandataire.season import open_season, sign_in_again, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def _certified(live_server: LiveServer) -> None:
    """The coop's account has its bank account and is certified."""
    live_server.world.certify()


class Bound(NamedTuple):
    """What a part of the afternoon may take: what it took when it was written, and a third more."""

    clicks: int
    keys: int
    seconds: int


@pytest.mark.parametrize("size", SIZES)
def test_an_afternoon_from_a_refund_to_the_papers_of_a_payout(
    browser: Browser, live_server: LiveServer, size: str
) -> None:
    season = open_season(live_server, size)
    with signed_in(browser, live_server, size) as context:
        page = context.new_page()
        page.goto(f"/{SLUG}/accueil")
        for part, most in PARTS.items():
            hand = Hand()
            part(Afternoon(page, hand, season))
            print(f"\n{size}, {part.__name__}: {hand}")  # noqa: T201 - for people who run this test with -s
            assert hand.clicks <= most.clicks, part.__name__
            assert hand.keys <= most.keys, part.__name__
            assert hand.seconds <= most.seconds, part.__name__


def test_a_refund_and_a_payout_are_made_by_the_keyboard_alone(browser: Browser, live_server: LiveServer) -> None:
    season = open_season(live_server, "keyboard")
    with signed_in(browser, live_server, "desk") as context:
        page = context.new_page()
        page.goto(f"/{SLUG}/accueil")
        press(page, "Gérer ses contributions, dons, événements", role="link")
        press(page, "Vie de classe", role="link")
        press(page, "Participants", role="link")
        go_to(page, "searchbox", "Recherche")
        page.keyboard.type(season.payer.last_name[:6].lower())
        page.keyboard.press("Enter")
        expect(page.locator("#count")).to_contain_text("2 lignes")
        press(page, "Détail de Léontine QUATREBARBES", role="link")
        press(page, "Rembourser", role="link")
        go_to(page, "radio", "Tout rembourser")
        page.keyboard.press("ArrowDown")  # Un montant par enfant
        go_to(page, "textbox", "Léontine QUATREBARBES, classe CE1")
        page.keyboard.type("12")
        go_to(page, "combobox", "Motif")
        page.keyboard.press("D")  # Départ de l’enfant
        press(page, "Continuer")
        press(page, "Rembourser 12,00\u00a0€")
        expect(page.get_by_text("Remboursement sur la carte demandé pour Léontine.")).to_be_visible()
        live_server.world.settle(seconds=3)
        press(page, "Accueil", role="link")
        expect(page.get_by_role("heading", level=1)).to_have_text("Accueil")
        press(page, "Compte en ligne", role="link")
        press(page, "Virement vers ma banque", role="link")
        press(page, "Virer 12,00\u00a0€")
        expect(page.get_by_role("heading", level=1)).to_have_text("Virement de 12,00\u00a0€")
        expect(page.locator(".timeline")).to_contain_text("Demandé")


def _participants(visit: Afternoon) -> None:
    """Open the participants of the campaign."""
    visit.link("Gérer ses contributions, dons, événements")
    visit.link("Vie de classe")
    visit.hand.click(visit.page.get_by_role("navigation", name="Onglets de la collecte").get_by_text("Participants"))


def _refund(visit: Afternoon) -> None:
    """Find a family by its name, and refund one of its two children."""
    page, hand, season = visit.page, visit.hand, visit.season
    visit.seen("1-home")
    _participants(visit)
    visit.seen("1-list")
    hand.type(page.get_by_role("searchbox"), season.payer.last_name[:6].lower())
    visit.press("Rechercher")
    expect(page.locator("#count")).to_be_in_viewport()
    visit.seen("1-found")
    visit.link("Détail de Léontine QUATREBARBES")
    visit.seen("1-detail")
    visit.link("Rembourser")
    visit.seen("1-refund")
    hand.click(page.get_by_label("Un montant par enfant"))
    hand.type(page.get_by_role("textbox", name="Léontine QUATREBARBES"), "12")
    hand.choose(page.get_by_label("Motif"), "Départ de l’enfant")
    visit.press("Continuer")
    visit.seen("1-confirm")
    visit.press("Rembourser 12,00\u00a0€")
    expect(page.get_by_text("Remboursement sur la carte demandé pour Léontine.")).to_be_visible()
    visit.seen("1-asked")
    season.live.world.settle(seconds=3)
    page.reload()
    visit.seen("1-done")
    letters = letters_in(season.live.letters, season.payer.email)
    assert any("12,00 €" in body(letter) and "rembours" in body(letter).lower() for letter in letters)


def _import(visit: Afternoon) -> None:
    """Import what another platform collected, then the later export in which one order was corrected."""
    page, hand, season = visit.page, visit.hand, visit.season
    visit.link("Tous les participants")
    hand.click(page.get_by_text("+ d’options"))
    visit.seen("2-options")
    visit.link("Importer une liste")
    visit.seen("2-import")
    for corrected in (False, True):
        hand.give(page.get_by_label("Fichier"), season.export(corrected=corrected))
        visit.press("Voir l’aperçu")
        visit.seen(f"2-preview-{1 + corrected}")
        if corrected:
            expect(page.get_by_role("heading", name="Écarts à décider (1)")).to_be_visible()
            hand.choose(page.get_by_label("Bérénice FICTIVE"), "Corriger comme dans le fichier")
            visit.press("Enregistrer ces choix")
        else:
            visit.press("Importer 3 lignes")
        visit.seen(f"2-done-{1 + corrected}")
    expect(page.get_by_text("1 écart enregistré")).to_be_visible()


def _cash(visit: Afternoon) -> None:
    """Count the cash of a class by two while there is no network, then take it to the bank."""
    page, hand, season = visit.page, visit.hand, visit.season
    visit.menu("Paiements", "Espèces")
    visit.seen("3-box")
    visit.link("les espèces de la classe CE1")
    visit.seen("3-class")
    visit.link("Compter les espèces")
    wait_until(lambda: bool(page.evaluate(READY)))
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    hand.click(page.get_by_label("Numéro du bordereau, ligne 1", exact=True))
    one, two = season.slips
    hand.type_on(page, one, "12", two, "12")
    hand.type(page.locator("#piece-1000"), "2")
    hand.type(page.locator("#piece-200"), "2")
    expect(page.locator("#difference")).to_have_text("0,00\u00a0€")
    hand.click(page.get_by_label("ATSEM ou AESH"))
    visit.kept("3-offline")
    visit.press("Envoyer le comptage")
    expect(page.locator("#waiting")).to_be_in_viewport()
    visit.kept("3-waiting")
    page.context.set_offline(False)
    page.wait_for_url("**/comptages/**")
    assert kept(page) == []
    expect(page.get_by_text("L’argent est dans la caisse jusqu’à sa remise à la banque.")).to_be_visible()
    expect(page.get_by_text("avec ATSEM ou AESH")).to_be_visible()
    visit.seen("3-count")
    visit.link("Remettre à la banque")
    visit.seen("3-deposit-new")
    hand.type(page.get_by_label("Numéro du bordereau de la banque"), f"R-{season.order}")
    visit.press("Enregistrer la remise")
    visit.seen("3-deposit")
    slip = visit.downloaded(visit.main.get_by_role("link", name="Télécharger le bordereau (PDF)"))
    assert f"R-{season.order}" in " ".join(pages(slip))
    visit.menu("Paiements", "Espèces")
    expect(page.locator("#balance")).to_have_text("0,00\u00a0€")
    expect(page.get_by_role("link", name="Remettre à la banque")).to_have_count(0)
    visit.seen("3-box-after")


def _payout(visit: Afternoon) -> None:
    """Pay out all that can be, by one click and one confirmation."""
    visit.menu("Paiements", "Compte en ligne")
    visit.seen("4-account")
    visit.link("Virement vers ma banque")
    visit.seen("4-request")
    visit.hand.click(visit.main.get_by_role("button", name="Virer", exact=False).first)
    visit.seen("4-asked")
    expect(visit.page.locator(".timeline")).to_contain_text("Demandé")


def _papers(visit: Afternoon) -> None:
    """Print the statement of the payout once it has arrived, its explanation, and the other pieces."""
    page, season = visit.page, visit.season
    season.live.world.settle(days=5)
    sign_in_again(page.context, season.live)
    page.goto(f"/{SLUG}/accueil")
    visit.menu("Paiements", "Virements")
    visit.seen("5-payouts")
    visit.hand.click(visit.main.locator("tbody a").first)
    visit.seen("5-payout")
    statement = visit.downloaded(visit.main.get_by_role("button", name="Télécharger le PDF").first)
    assert "bordereau" in " ".join(pages(statement)).lower()
    explanation = visit.downloaded(visit.main.get_by_role("link", name="PDF").first)
    assert pages(explanation)
    visit.menu("Paiements", "Pièces")
    assert "0,00\u00a0€" not in visit.main.locator("td.amount").all_inner_texts()
    visit.seen("5-papers")
    for button in visit.main.get_by_role("button", name="Télécharger le PDF").all()[:2]:
        assert visit.downloaded(button).startswith(b"%PDF-")
    visit.seen("5-printed")


PARTS: Final[dict[Callable[[Afternoon], None], Bound]] = {
    _refund: Bound(clicks=15, keys=12, seconds=46),
    _import: Bound(clicks=17, keys=0, seconds=44),
    _cash: Bound(clicks=20, keys=26, seconds=66),
    _payout: Bound(clicks=5, keys=0, seconds=14),
    _papers: Bound(clicks=13, keys=0, seconds=34),
}
