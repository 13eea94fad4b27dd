"""What a click cannot take back is asked about a second time: removals, withdrawals, closings, deletions.

One part of the pages' kit asks (``kit.sure``); what looks like such an act elsewhere is named here, with why it may.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect

from service.pages.rendering import STATIC
from tests.kit.api_server import SLUG, STAFF, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as, visit_as

_TEMPLATES: Final = STATIC.parent / "templates"
_BUTTON: Final = re.compile(r"<button([^>]*)>(.*?)</button>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]*>|\{[{%].*?[%}]\}|^[^\w]+", re.DOTALL)
_ACT: Final = re.compile(
    r"\s*(Retirer|Supprimer|Abandonner|Archiver|Annuler|Effacer|Terminer|Fermer|Couper|Clore|Clôturer|Arrêter|Révoquer)\b"
)
_ASKED_BY_THE_PAGE: Final = {
    ("coop_profile/mandate.html", "Terminer le mandat"): "a page of its own asks, with the reason",
    ("coop_profile/mandate.html", "Terminer le mandat…"): "leads to that page",
    ("imports/withdrawal.html", "Retirer cet import"): "a page of its own says what will happen",
    ("instalments.html", "Arrêter les prélèvements"): "a family's, in a part that unfolds",
    ("account.html", "Supprimer"): "a family's, in a part that unfolds, with a box to tick",
}
_TYPED_AGAIN: Final = {
    ("mandataire/export_rows.html", "Annuler"): "leaves the page",
    ("wizard/tarifs.html", "Retirer ce tarif"): "a line of a draft, typed again in a moment",
    ("wizard/informations.html", "Retirer la photo"): "a picture of a draft, sent again in a moment",
    ("wizard/informations.html", "Retirer"): "a file of a draft, sent again in a moment",
    ("participant/entry.html", "Retirer cet enfant"): "a line of a form that is not sent yet",
    ("basket_children.html", "Retirer l’enfant ✕"): "a line of a basket",
    ("campaign/configuration.html", "Archiver"): "locked: it cannot be pressed",
    ("style_guide.html", "Retirer"): "shows what a button looks like",
}


def buttons() -> list[tuple[str, str, str]]:
    """Every button of the templates: its template, what stands in its tag, and what it says."""
    return [
        (path.relative_to(_TEMPLATES).as_posix(), tag, " ".join(_TAG.sub(" ", said).split()))
        for path in sorted(_TEMPLATES.rglob("*.html"))
        for tag, said in _BUTTON.findall(path.read_text("utf-8"))
    ]


def test_what_cannot_be_taken_back_is_asked_by_one_part_of_the_kit() -> None:
    acts = {
        (template, said)
        for template, tag, said in buttons()
        if template != "kit.html" and (_ACT.match(said) or "danger" in tag)
    }
    assert acts == {*_ASKED_BY_THE_PAGE, *_TYPED_AGAIN}


class _Buttons(HTMLParser):
    """The buttons of a page by the address of their form and their value: those folded away, and the others."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.folded = set[tuple[str, str]]()
        self.plain = set[tuple[str, str]]()
        self._closed: list[bool] = []
        self._address = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "details":
            self._closed.append("open" not in given)
        if tag == "form":
            self._address = given.get("action") or ""
        if tag == "button":
            (self.folded if any(self._closed) else self.plain).add((self._address, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._closed.pop()


@pytest.fixture
def account(api: ApiServer) -> str:
    """The page of a bank account that waits for a second person."""
    with visit_as(api, STAFF) as visit:
        tab = f"/{SLUG}/coops/{api.ids.coop_id}/cooperative"
        visit.post(
            f"{tab}/comptes/nouveau",
            data={"iban": "FR14 2004 1010 0505 0001 3M02 606", "etape": "enregistrer", "cle": uuid4().hex},
        )
        found = re.search(rf'href="({tab}/comptes/[0-9a-f-]{{36}})"', visit.get(tab).text)
    assert found
    return found[1]


def test_a_bank_account_is_withdrawn_after_a_second_question_that_says_what_it_means(
    api: ApiServer, account: str
) -> None:
    with visit_as(api, STAFF) as visit:
        page = visit.get(account).text
        shown = _Buttons(page)
        assert (account, "retirer") in shown.folded - shown.plain
        assert "Pour le reprendre, il faut saisir l’IBAN de nouveau" in page
        assert visit.post(account, data={"action": "retirer", "cle": "gone"}).status_code == 303
        assert visit.get(account).status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scripts", [True, False])
def test_the_second_question_is_read_and_answered_on_any_screen_and_without_scripts(
    browser: Browser, api: ApiServer, account: str, size: str, *, scripts: bool
) -> None:
    with browse_as(browser, api, STAFF, size, scripts=scripts) as page:
        page.goto(account)
        button = page.get_by_role("button", name="Oui, retirer ce compte")
        expect(button).to_be_hidden()
        page.locator("summary", has_text="Retirer ce compte…").click()
        expect(button).to_be_visible()
        if scripts:
            shoot(page, f"second-question-{size}")
            assert [*violations(page), *too_wide(page), *wrong_french(page)] == []
        button.click()
        page.wait_for_url("**/cooperative")
        assert page.locator(f'a[href="{account}"]').count() == 0
