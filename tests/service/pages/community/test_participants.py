"""The third tab of a campaign: who takes part, searched, filtered, counted and added up (S-128…S-134, S-139…S-141)."""

from __future__ import annotations

import itertools
import re
from typing import Final
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from domain.money import euros
from service.pages.community.choices import Choices, one_page, read_choices
from service.pages.community.participant_rows import ListedChild, read_chosen
from service.pages.community.selected import FILTERS
from service.trail import TrailKind
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, SLUG, STAFF, ApiServer
from tests.kit.browser import SIZES, shoot, too_wide, violations, wrong_french
from tests.kit.members.visits import browse_as, visit_as, words
from tests.service.pages.community.pages import campaign_of, contribute, place, rows, tab

_COLUMNS: Final = ["Prénom", "Nom", "Montant", "Formules", "État paiement", "Moyen de paiement", "Détail"]


def _everybody(api: ApiServer) -> tuple[ListedChild, ...]:
    return read_chosen(api.opened, campaign_of(api), Choices(dict.fromkeys(FILTERS, "")))


def test_each_child_is_a_row_with_the_guide_s_columns_in_its_order(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(tab(api)).text
    heads = [words(head) for head in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page, re.DOTALL)]
    assert heads[1:8] == _COLUMNS
    assert heads[8:] == ["Classe", "Payeur", "Date"]
    listed = rows(page)
    assert ["Marie", "GALANTE", "12,00\u00a0€"] in [row[:3] for row in listed]
    marie = next(row for row in listed if row[0] == "Marie")
    assert marie[3:6] == ["1 enfant", "Paiement reçu", "Carte bancaire"]
    assert marie[7:] == ["CP a", "Camille GALANTE", "4 juillet 2024"]
    assert [row[1] for row in listed] == ["DUPOND", "DURAND", "DURAND", "GALANTE", "GALANTE"]
    assert "5 lignes." in words(page)
    assert "Reçu\u00a0: 60,00\u00a0€, dont conservé par la coopérative\u00a0: 48,00\u00a0€" in words(page)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("galante", 2), ("GALÀNTE marie", 1), ("camille", 2), ("dup", 1), ("personne d’autre", 0), ("a" * 400, 0)],
)
def test_names_of_children_and_payers_are_searched_whatever_the_accents(api: ApiServer, typed: str, found: int) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.post(tab(api), data={"recherche": typed})
    assert page.status_code == 200
    assert len(rows(page.text)) == found
    assert f"{found} ligne{'s' if found > 1 else ''}." in words(page.text) or found == 0


def test_a_name_that_is_searched_for_stands_in_no_address(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.post(tab(api), data={"recherche": "Galante", "classe": "CPA"})
        assert "galante" not in str(page.url).lower()
        addresses = re.findall(r'(?:href|action)="([^"]+)"', page.text)
        assert not any("galante" in address.lower() for address in addresses)
        leads = visit.post(tab(api), data={"recherche": " ", "etat": "received", "inscrit": "oui"})
    assert (leads.status_code, leads.headers["location"]) == (303, f"{tab(api)}?etat=received&inscrit=oui")


def test_every_combination_of_filters_shows_the_rows_that_fit_all_of_them_with_their_sum(api: ApiServer) -> None:
    every = _everybody(api)
    values = {
        "etat": ["", *{child.status for child in every}],
        "moyen": ["", *{child.means for child in every}],
        "classe": ["", *{child.class_code for child in every}],
        "inscrit": ["", "oui", "non"],
    }
    assert len(values["etat"]) > 2
    compared = 0
    with visit_as(api, MANDATAIRE) as visit:
        for combination in itertools.product(*values.values()):
            given = dict(zip(values, combination, strict=True))
            wanted = [child for child in every if _fits(child, given)]
            page = visit.get(tab(api), params=given).text
            assert len(rows(page)) == len(wanted), given
            if wanted:
                assert f"Reçu\u00a0: {euros(sum(child.paid for child in wanted))}" in words(page)
            compared += 1
    assert compared >= 36


def _fits(child: ListedChild, given: dict[str, str]) -> bool:
    """What a filter means, said once more."""
    inside = {"": True, "oui": child.takes_part, "non": not child.takes_part}[given["inscrit"]]
    return (
        inside
        and given["etat"] in ("", child.status)
        and given["moyen"] in ("", child.means)
        and given["classe"] in ("", child.class_code)
    )


def test_who_did_not_pay_is_in_no_row(api: ApiServer) -> None:
    contribution = place(api, {"first_name": "Impayée", "last_name": "ATTENTE"}, "Zoé", "CE1")
    with visit_as(api, MANDATAIRE) as visit:
        assert "ATTENTE" not in visit.get(tab(api)).text
        assert visit.get(f"{tab(api)}/{contribution}").status_code == 404


def test_the_detail_of_a_payment_tells_its_history_and_no_tip(api: ApiServer) -> None:
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(tab(api)).text
        link = next(
            href for href, name in re.findall(r'href="([^"]+)">Détail<span[^>]*> de ([^<]+)', page) if "Marie" in name
        )
        detail = words(visit.get(link).text)
        assert visit.get(f"{tab(api)}/{UUID(int=7)}").status_code == 404
    assert "Paiement reçu" in detail
    assert "Camille GALANTE" in detail
    assert "test@example.org" in detail
    assert "24,00\u00a0€" in detail
    assert "1,92" not in detail
    assert "25,92" not in detail


def test_only_who_runs_the_coop_reads_names_and_it_is_written_down(api: ApiServer) -> None:
    with psycopg.connect(api.database_url, autocommit=True) as owner:
        owner.execute("DELETE FROM trail.entries")
        for who, status in ((MANDATAIRE, 200), (STAFF, 403), (AUDITOR, 403), (FOREIGN, 404)):
            with visit_as(api, who) as visit:
                assert visit.get(tab(api)).status_code == status
        query = "SELECT campaign_id, coop_id FROM trail.entries WHERE kind = %s"
        assert owner.execute(query, (TrailKind.NAMES_READ,)).fetchall() == [(api.ids.campaign_id, api.ids.coop_id)]


def test_a_long_list_is_shown_page_by_page_and_each_row_once() -> None:
    every = list(range(120))
    shown = [one_page(every, Choices({}, page)) for page in (1, 2, 3, 9)]
    assert [len(part) for part, _ in shown] == [50, 50, 20, 20]
    assert [row for part, _ in shown[:3] for row in part] == every
    assert [(pages.number, pages.last) for _, pages in shown] == [(1, 3), (2, 3), (3, 3), (3, 3)]
    assert one_page([], Choices({}))[1] == (1, 1)


@pytest.mark.parametrize("page", ["", "0", "-3", "x", "²", "9" * 40, "1.5"])
def test_a_page_that_is_none_is_the_first(page: str) -> None:
    assert read_choices({"page": page}, FILTERS).page == 1


def test_choices_that_nobody_offers_show_no_row(api: ApiServer) -> None:
    for name in FILTERS:
        with visit_as(api, MANDATAIRE) as visit:
            answer = visit.get(tab(api), params={name: "<b>zz</b>"})
        assert answer.status_code == 200
        assert rows(answer.text) == []
        assert "<b>zz" not in answer.text


@pytest.mark.browser
def test_the_page_says_that_a_payment_came_and_shows_it_on_demand(browser: Browser, api: ApiServer) -> None:
    with browse_as(browser, api, MANDATAIRE) as page:
        page.goto(tab(api))
        expect(page.locator("tbody tr").first).to_be_visible()
        before = page.locator("tbody tr").count()
        expect(page.locator("#news")).to_be_hidden()
        page.wait_for_timeout(600)
        expect(page.locator("#news")).to_be_hidden()
        contribute(api, {"first_name": "Zoé", "last_name": "MARTIN", "email": "zoe@example.org"}, "Zoé", "CE1")
        expect(page.locator("#news")).to_be_visible()
        assert page.locator("tbody tr").count() == before, "nothing moves unless asked"
        page.get_by_role("button", name="Actualiser").click()
        expect(page.locator("tbody tr")).to_have_count(before + 1)
        expect(page.locator("#news")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_filters_are_folded_on_a_telephone_and_say_how_many_are_active_and_open_at_a_desk(
    browser: Browser, api: ApiServer, *, scripts: bool
) -> None:
    lists = (tab(api), *(f"/{SLUG}/coops/{api.ids.coop_id}/{below}" for below in ("contacts", "paiements")))
    with browse_as(browser, api, MANDATAIRE, "telephone", scripts=scripts) as page:
        for path in lists:
            page.goto(path)
            filters, word = page.locator("#filters select"), page.locator("#filters summary")
            expect(filters.first).to_be_hidden()
            rows = page.locator("tbody tr").first
            assert (rows.bounding_box() or {"y": 9_999})["y"] < SIZES["telephone"]["height"], path
            word.click()
            for at in (0, 1):
                filters.nth(at).select_option(index=1)
            page.get_by_role("button", name="Rechercher").click()
            expect(word).to_have_text(re.compile(r"Filtrer( et trier)? \(2 actifs\)"))
            expect(filters.first).to_be_hidden()
            shoot(page, f"filters-{path.rsplit('/', 1)[1]}-telephone")
    with browse_as(browser, api, MANDATAIRE, "desk", scripts=scripts) as page:
        for path in lists:
            page.goto(path)
            expect(page.locator("#filters select").first).to_be_visible()
            expect(page.locator("#filters summary")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_the_tab_and_its_detail(browser: Browser, api: ApiServer, size: str) -> None:
    with browse_as(browser, api, MANDATAIRE, size) as page:
        page.goto(tab(api))
        page.get_by_label("Recherche").fill("galante")
        page.get_by_role("button", name="Rechercher").click()
        expect(page.locator("#count")).to_contain_text("2 lignes.")
        shoot(page, f"participants-found-{size}")
        page.get_by_role("link", name="Tout afficher").first.click()
        shoot(page, f"participants-{size}")
        assert too_wide(page) == []
        assert wrong_french(page) == []
        page.get_by_role("link", name="Détail de Marie").click()
        expect(page.get_by_role("heading", name="Historique")).to_be_visible()
        shoot(page, f"participant-{size}")
        assert too_wide(page) == []
        assert wrong_french(page) == []


@pytest.mark.browser
def test_everybody_can_read_the_tab_and_its_detail_in_both_schemes(browser: Browser, api: ApiServer) -> None:
    with browse_as(browser, api, MANDATAIRE) as page:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.goto(tab(api))
            assert violations(page) == []
            page.get_by_role("link", name="Détail de Marie").click()
            assert violations(page) == []
