"""A payout of two campaigns with a refund, a dispute and an advance, explained to the cent: page, statement, export."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import httpx2
import pytest

from domain.money import euros, parse_euros
from domain.papers.payout_lines import PayoutFigure
from reports.treasury.payout_lines import FIGURE_WORDS, OWN_WORDS
from tests.kit.api_server import AUDITOR, MANDATAIRE, SLUG, TREASURER, ApiServer
from tests.kit.pdf_text import pages
from tests.projections.history import PRICE, SIBLING
from tests.service.pages.coop.figure_crawl import figures_on, number, rows_of
from tests.service.pages.payouts.conftest import REFUNDED, SMALL, PaidOut, Visits

_ROW = re.compile(r'<th scope="row" role="rowheader" class="name([^"]*)">([^<]*)(?:<small.*?</small>)?</th>(.*?)</tr>')
_CELL = re.compile(r'<a class="why"[^>]*>([^<]*)</a>')
_HEAD = re.compile(r'<th scope="col" role="columnheader" class="number">([^<]*)</th>')
_SUM = r'(?: class="sum")?'
_TIE = re.compile(rf"<dt{_SUM}>([^<]*)(?:<small>.*?</small>)?</dt><dd{_SUM}>([^<]*)</dd>")
Sums = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def treasurer(visits: Visits, paid_out: PaidOut) -> httpx2.Client:
    """The treasurer."""
    assert paid_out.cents > 0
    return visits(TREASURER)


def page(client: httpx2.Client, paid_out: PaidOut, below: str = "") -> str:
    """The page of the payout."""
    answer = client.get(f"/{SLUG}/coops/{paid_out.coop_id}/virements/{paid_out.explained}{below}")
    assert answer.status_code == 200
    return answer.text


def sums(shown: str) -> Sums:
    """The table of sums, by the title of each row."""
    table = shown[shown.index('aria-labelledby="sommes"') : shown.index('id="lignes"')]
    heads = [unescape(head) for head in _HEAD.findall(table)]
    found: Sums = {}
    for kind, title, cells in _ROW.findall(table):
        name = title if "below" not in kind else f"{list(found)[-1].split(' / ')[0]} / {title}"
        amounts = [parse_euros(unescape(one)) for one in _CELL.findall(cells)]
        found[unescape(name)] = dict(zip(heads, amounts, strict=True))
    return found


def test_the_page_adds_classes_up_to_campaigns_and_campaigns_to_the_payout(
    treasurer: httpx2.Client, paid_out: PaidOut
) -> None:
    found = sums(page(treasurer, paid_out))
    whole = found.pop("Tout le virement")
    campaigns = {title: row for title, row in found.items() if " / " not in title}
    assert list(campaigns) == ["Classe de mer", "Vie de classe", OWN_WORDS]
    for word, cents in whole.items():
        assert sum(row[word] for row in campaigns.values()) == cents
    for title, row in campaigns.items():
        of_it = [each for name, each in found.items() if name.startswith(f"{title} / ")]
        assert not of_it or {word: sum(each[word] for each in of_it) for word in row} == row
    assert whole["Viré"] == paid_out.cents == 2 * PRICE + PRICE + 2 * SIBLING - REFUNDED - SIBLING - PRICE
    assert campaigns["Vie de classe"]["Remboursé"] == -REFUNDED
    assert campaigns["Classe de mer"]["Contesté"] == -SIBLING
    assert campaigns["Vie de classe"]["Contesté"] == -PRICE
    assert whole["Avances de la plateforme"] == 0


def test_the_advance_and_its_recovery_are_lines_of_their_own(treasurer: httpx2.Client, paid_out: PaidOut) -> None:
    href = [one.href for one in figures_on(treasurer, _address(paid_out)) if "montant=avance" in one.href][-1]
    rows = unescape(treasurer.get(href).text)
    assert "Solde négatif avancé par la plateforme" in rows
    assert "Avance de la plateforme récupérée" in rows


def _address(paid_out: PaidOut) -> str:
    return f"/{SLUG}/coops/{paid_out.coop_id}/virements/{paid_out.explained}"


def test_every_figure_of_the_page_is_the_sum_of_the_rows_that_it_leads_to(
    treasurer: httpx2.Client, paid_out: PaidOut
) -> None:
    compared = 0
    for below in (paid_out.before, paid_out.explained, paid_out.on_its_way):
        for figure in figures_on(treasurer, f"/{SLUG}/coops/{paid_out.coop_id}/virements/{below}"):
            rows = rows_of(treasurer, figure.href)
            assert rows.total == rows.told_total == number(figure.text), figure
            assert rows.number == rows.told_number
            compared += 1
    assert compared > 30


def test_the_statement_names_the_same_sum_of_each_campaign(
    api: ApiServer, treasurer: httpx2.Client, paid_out: PaidOut
) -> None:
    papers = api.get(TREASURER, f"/coops/{paid_out.coop_id}/papers")
    own = [one for one in papers if one["payout_id"] == str(paid_out.explained)]
    (statement,) = (one for one in own if one["paper"] == "statement")
    assert statement["cents"] == paid_out.cents
    found = sums(page(treasurer, paid_out))
    titles = {str(paid_out.first): "Vie de classe", str(paid_out.second): "Classe de mer", None: OWN_WORDS}
    parts = {titles[one["campaign_id"]]: one["cents"] for one in own if one["paper"] == "part"}
    assert parts == {title: found[title]["Viré"] for title in parts}
    assert sum(parts.values()) == paid_out.cents
    printed = api.get(TREASURER, f"/coops/{paid_out.coop_id}/papers/{statement['position']}.json")
    (rows,) = (table["rows"] for table in printed["tables"] if table["name"] == "pieces")
    assert sum(came - went for _, _, came, went in rows) == paid_out.cents


def test_the_export_has_the_same_sums_line_by_line(treasurer: httpx2.Client, paid_out: PaidOut) -> None:
    answer = treasurer.get(f"{_address(paid_out)}/fichier/json")
    report = answer.json()
    by_campaign, by_class, lines = report["tables"]
    assert report["figures"][0]["value"] == paid_out.cents
    words = [column["label"] for column in by_campaign["columns"][1:]]
    found = sums(page(treasurer, paid_out))
    assert [row[0] for row in by_campaign["rows"]] == ["Classe de mer", "Vie de classe", OWN_WORDS]
    for row in by_campaign["rows"]:
        assert found[row[0]] == dict(zip(words, row[1:], strict=True))
    assert sum(row[-1] for row in by_class["rows"]) == paid_out.cents
    amount = [column["label"] for column in lines["columns"]].index("Montant")
    assert sum(row[amount] for row in lines["rows"]) == paid_out.cents


def test_a_line_in_part_says_where_its_rest_is_on_the_page_and_in_every_file(
    treasurer: httpx2.Client, paid_out: PaidOut
) -> None:
    address = f"/{SLUG}/coops/{paid_out.coop_id}/virements/{paid_out.on_its_way}"
    said = f"{euros(SMALL)} de {euros(PRICE)} (le reste\u00a0: prochain virement)"
    assert said in unescape(treasurer.get(address).text)
    report = treasurer.get(f"{address}/fichier/json").json()
    lines = report["tables"][2]
    at = [column["label"] for column in lines["columns"]].index("Viré en partie")
    assert [row[at] for row in lines["rows"]] == [said]
    assert said in treasurer.get(f"{address}/fichier/csv").content.decode("utf-8-sig")
    flat = " ".join(" ".join(pages(treasurer.get(f"{address}/fichier/pdf").content)).split())
    assert " ".join(said.split()) in flat
    assert "Viré en partie" not in treasurer.get(f"{_address(paid_out)}/fichier/csv").content.decode("utf-8-sig")


def test_the_export_as_csv_and_workbook_can_be_taken_away(treasurer: httpx2.Client, paid_out: PaidOut) -> None:
    written = treasurer.get(f"{_address(paid_out)}/fichier/csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written), delimiter=";"))
    titles = [row[0] for row in rows if len(row) == 1]
    assert titles == ["Par classe", "Ligne par ligne", "À propos de ce fichier"]
    assert treasurer.get(f"{_address(paid_out)}/fichier/xlsx").content.startswith(b"PK")


def test_names_are_shown_only_to_who_runs_the_coop_and_asks(visits: Visits, paid_out: PaidOut) -> None:
    treasurer, auditor = visits(TREASURER), visits(AUDITOR)
    assert 'data-label="Enfant"' not in page(treasurer, paid_out)
    assert 'data-label="Enfant"' in page(treasurer, paid_out, "/enfants")
    assert "Afficher les noms" not in page(auditor, paid_out)
    assert auditor.get(f"{_address(paid_out)}/enfants").status_code == 403
    assert visits(MANDATAIRE).get(_address(paid_out)).status_code == 404


def test_a_lost_dispute_is_told_and_moves_no_money(treasurer: httpx2.Client, paid_out: PaidOut) -> None:
    shown = unescape(page(treasurer, paid_out))
    assert "Contestation perdue" in shown
    assert "dont impayé, sans nouveau mouvement" in shown
    assert FIGURE_WORDS[PayoutFigure.DISPUTED] == "Contesté"


def test_what_is_contested_and_not_decided_is_said_to_be_withheld_and_where_the_papers_have_it(
    treasurer: httpx2.Client, paid_out: PaidOut
) -> None:
    shown = unescape(re.sub(r"<[^>]+>", "", page(treasurer, paid_out)))
    assert f"Dont {euros(SIBLING)} contestés, retenus sur ce virement" in shown
    assert f"Les deux font {euros(paid_out.cents)}." in shown


def test_where_the_money_of_each_campaign_is_adds_up_to_what_families_gave(
    treasurer: httpx2.Client, paid_out: PaidOut
) -> None:
    for campaign_id in (paid_out.first, paid_out.second):
        shown = unescape(treasurer.get(f"/{SLUG}/collectes/{campaign_id}/pieces").text)
        lines = {label: parse_euros(amount) for label, amount in _TIE.findall(shown)}
        assert lines["À justifier"] == lines["Total justifié"] != 0
        assert "Dû aux familles, et frais" not in lines
        if campaign_id == paid_out.second:
            assert lines["Contesté"] == SIBLING
