"""Rows of the list are chosen: ticked, or all that fit the filters; each column sorts them (S-130…S-147)."""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from domain.campaign.publication import ArchiveCampaign
from domain.texts.visible import plain_letters
from service.pages.community.choices import Choices
from service.pages.community.participant_rows import ListedChild, read_chosen
from service.pages.community.participants import SORTED
from service.pages.community.selected import FILTERS
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as, visit_as, words
from tests.service.pages.community.pages import campaign_of, contribute, place, rows, tab

_AT: Final = {"prenom": 0, "nom": 1, "formule": 3, "etat": 4, "moyen": 5, "classe": 7}
"""Where the cells of the columns of words are in a row."""


def _everybody(api: ApiServer) -> tuple[ListedChild, ...]:
    return read_chosen(api.opened, campaign_of(api), Choices(dict.fromkeys(FILTERS, "")))


def _boxes(page: str) -> list[str]:
    return re.findall(r'name="ligne" value="([^"]+)"', page)


@pytest.mark.parametrize("sort", [one for one in SORTED if one])
def test_each_column_sorts_the_list_up_and_down(api: ApiServer, sort: str) -> None:
    contribute(api, {"first_name": "Éva", "last_name": "ÀBEL", "email": "eva@example.org"}, "Zoé", "CE1")
    with visit_as(api, MANDATAIRE) as visit:
        answer = visit.get(tab(api), params={"tri": sort})
    column, listed = sort.removeprefix("-"), rows(answer.text)
    assert len(listed) == len(_everybody(api)) >= 6
    by_key = {child.key: child for child in _everybody(api)}
    shown = [by_key[key] for key in _boxes(answer.text)]
    values = [_value(column, child, row) for child, row in zip(shown, listed, strict=True)]
    if column == "classe":
        offered = re.search(r'<select id="classe".*?</select>', answer.text, re.DOTALL)
        assert offered is not None
        values = [offered[0].index(f'value="{child.class_code}"') for child in shown]
    assert values == sorted(values, reverse=sort.startswith("-"))
    heads = re.findall(r'aria-sort="([a-z]+)"', answer.text)
    assert heads == ["descending" if sort.startswith("-") else "ascending"]


def _value(column: str, child: ListedChild, row: list[str]) -> Any:  # noqa: ANN401 - cents, days or words
    """What a row is sorted by: a figure or a day of the ledger, else the word that is shown."""
    if column == "montant":
        return child.paid
    if column == "date":
        return child.on
    if column == "payeur":
        return plain_letters(child.payer.rsplit(" ", 1)[-1])
    return plain_letters(row[_AT[column]])


def test_a_sort_and_filters_stand_in_the_address_together_and_hold_for_a_search(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        leads = visit.post(tab(api), data={"recherche": "", "etat": "received", "tri": "-nom"})
        assert leads.headers["location"] == f"{tab(api)}?etat=received&tri=-nom"
        found = rows(visit.post(tab(api), data={"recherche": "a", "tri": "-prenom"}).text)
        unknown = visit.get(tab(api), params={"tri": "tip_cents; DROP"})
    names = [plain_letters(row[0]) for row in found]
    assert len(names) > 2
    assert names == sorted(names, reverse=True)
    assert unknown.status_code == 200
    assert "DROP" not in unknown.text


def test_the_list_offers_what_is_done_with_rows_and_never_names_in_an_address(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.post(tab(api), data={"recherche": "galante"}).text
    for below in ("exporter", "badges", "message"):
        assert f'formaction="{tab(api)}/{below}"' in page
    for below in ("ajouter", "importer", "recus"):
        assert f'href="{tab(api)}/{below}"' in page
    assert "+ d’options" in words(page)
    assert "Toutes les lignes trouvées (2)" in words(page)
    assert page.count('<input type="hidden" name="recherche" value="galante">') == 1
    assert not any("galante" in address.lower() for address in re.findall(r'(?:href|action)="([^"]+)"', page))


def test_nothing_chosen_is_said_on_the_list_and_what_was_typed_stays(api: ApiServer) -> None:
    unpaid = place(api, {"first_name": "Jamais", "last_name": "PAYÉ"}, "Zoé", "CE1")
    nothing: tuple[dict[str, str | list[str]], ...] = (
        {"ligne": f"{unpaid}.1"},
        {"ligne": ["", "x.1", f"{UUID(int=7)}.1", "1", f"{unpaid}.²"]},
        {"toutes": "1", "recherche": "personne ne s’appelle ainsi"},
    )
    with visit_as(api, MANDATAIRE) as visit:
        for chosen in nothing:
            answer = visit.post(f"{tab(api)}/exporter", data={**chosen, "etape": "fichier", "classe": ""})
            assert answer.status_code == 422, chosen
            assert "Aucune ligne n’est choisie" in words(answer.text)
        assert 'value="personne ne s’appelle ainsi"' in answer.text


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_payments_are_consulted_in_every_status(api: ApiServer, status: str) -> None:
    before = _everybody(api)
    _move(api, status)
    with visit_as(api, MANDATAIRE) as visit:
        answer = visit.get(tab(api))
    assert len(rows(answer.text)) == len(before) > 0


def _move(api: ApiServer, status: str) -> None:
    """Suspend the campaign, and archive it."""
    api.done(MANDATAIRE, "POST", f"/campaigns/{api.ids.campaign_id}/suspension")
    if status == "archived":
        api.fact(ArchiveCampaign, api.ids.campaign_id)
    api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}", at_least=api.head())
    assert campaign_of(api).status == status


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_choose_rows(browser: Browser, api: ApiServer, size: str) -> None:
    with browse_as(browser, api, MANDATAIRE, size) as page:
        page.goto(tab(api))
        page.get_by_text("+ d’options").click()
        shoot(page, f"participants-options-{size}")
        assert too_wide(page) == []
        page.get_by_text("+ d’options").click()
        page.get_by_role("checkbox", name="Choisir").first.check()
        expect(page.get_by_role("button", name="Badges", exact=True)).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("1 ligne choisie", exact=True)).to_be_in_viewport(ratio=1)
        page.get_by_role("checkbox", name="Choisir").first.uncheck()
        page.get_by_role("checkbox", name="Choisir Marie GALANTE").check()
        page.get_by_role("button", name="Exporter", exact=True).click()
        expect(page.get_by_role("heading", name="Exporter des lignes")).to_be_visible()
        expect(page.get_by_text("Les lignes sélectionnées (1)")).to_be_visible()
        shoot(page, f"participants-export-{size}")
        assert too_wide(page) == []
        assert wrong_french(page) == []
        assert violations(page) == []
        page.get_by_role("button", name="Annuler").click()
        expect(page.locator("#count")).to_be_visible()
        assert SLUG in page.url
