"""What the three pages say of two school years, and where each figure and each choice leads."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Final

import httpx2
import pytest

from domain.campaign.imports import ImportContribution, ImportedChild
from domain.money import euros
from projections.figures.child_rows import Span
from reports.statistics.words import HOURS, amounts, hours_label, sizes
from tests.kit.api_server import SLUG, ApiServer
from tests.service.pages.coop.figure_crawl import figures_on, number, put_behind, read, rows_of
from tests.service.pages.statistics.two_years import TwoYears

_BELOW: Final = ("", "/ventes", "/communaute")
_SECTION: Final = re.compile(r"<h2[^>]*>([^<]+)</h2>(.*?)</section>", re.DOTALL)
_ROW: Final = re.compile(r'<th scope="row"[^>]*>([^<]+)</th>(.*?)</tr>')
_UNKNOWN: Final = ("pour=2019", "pour=x", "pour=00000000-0000-4000-8000-000000000000", "pour=2024-2025", "pour=%00")
_NOT_SHOWN: Final = (
    "lignes=paniers",
    "lignes=paniers&annee=2024",
    "lignes=paniers&montant=payes",
    "lignes=paniers&montant=payes&annee=2019",
    "lignes=paniers&montant=payes&annee=2024&jour=8",
    "lignes=paniers&montant=payes&annee=2024&heures=9-10",
    "lignes=paniers&montant=payes&annee=2024&moyen=or",
    "lignes=recettes&annee=24",
    "lignes=recettes&annee=2024&jusque=2024-13",
    "lignes=recettes&annee=2024&jour=1",
    "lignes=recettes&annee=2024&collecte={life}",
    "lignes=enfants&annee=2024&montant=recu&classe=CP",
    "lignes=enfants&annee=2024&montant=participants&tarif=free",
    "lignes=enfants&annee=2024&montant=familles&tranche=4-4",
    "lignes=enfants&annee=2024&montant=recu&tranche=1-1",
    "lignes=enfants&collecte={life}&montant=familles&tranche=1-1",
    "lignes=enfants&collecte={support}&montant=participants&tarif=free&tranche=25000-",
    "lignes=enfants&collecte={support}&montant=participants&tarif=free&tranche=500-999&classe=CP",
    "lignes=compte&montant=solde&annee=2024",
)


def statistics_of(years: TwoYears) -> str:
    """The address of the coop's statistics."""
    return f"/{SLUG}/coops/{years.coop_id}/statistiques"


def sections(client: httpx2.Client, path: str) -> dict[str, dict[str, list[str]]]:
    """The tables of a page by their titles: each line with its figures, in plain spaces."""
    shown = read(client, path).partition("<main")[2]
    return {
        plain(title): {plain(label): re.findall(r">([^<>]+)</a>", plain(row)) for label, row in _ROW.findall(section)}
        for title, section in _SECTION.findall(shown)
    }


def plain(text: str) -> str:
    """Text with plain spaces."""
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


def test_every_figure_leads_to_rows_that_add_up_to_it(client: httpx2.Client, years: TwoYears) -> None:
    choices = ("", *(f"?pour={word}" for word in (2023, 2024, *years.collections)))
    paths = [f"{statistics_of(years)}{below}{chosen}" for below in _BELOW for chosen in choices]
    figures = {figure for path in paths for figure in figures_on(client, path)}
    sums = {href: rows_of(client, href) for href in {figure.href for figure in figures}}
    wrong = [
        (figure, sums[figure.href])
        for figure in figures
        if not number(figure.text) == sums[figure.href].total == sums[figure.href].told_total
    ]
    assert wrong == []
    words = Counter(word.split("=")[0] for href in sums for word in href.partition("?")[2].split("&"))
    assert words.keys() >= {"annee", "collecte", "mois", "jusque", "moyen", "jour", "heures", "tranche", "tarif"}


def test_months_are_those_of_the_collections_and_lie_beside_the_year_before(
    client: httpx2.Client, years: TwoYears
) -> None:
    found = sections(client, f"{statistics_of(years)}?pour=2024")
    months = found["Reçu par mois"]
    assert next(iter(months)) == "Juin 2024", "what is paid in June for September counts in the year to come"
    told = [number(figures[0]) for label, figures in months.items() if label != "Total"]
    assert sum(told) == number(months["Total"][0]) == number(found["Par année scolaire"]["2024-2025"][0])
    so_far = found["Reçu depuis le début"]
    assert [number(figures[0]) for figures in so_far.values()] == [sum(told[: at + 1]) for at in range(len(told))]
    assert so_far["Fin août 2025"][1] == found["Par année scolaire"]["2023-2024"][0]
    alone = sections(client, f"{statistics_of(years)}?pour={years.collections[1]}")
    assert {len(figures) for figures in alone["Reçu depuis le début"].values()} == {1}, "one collection has none before"


def test_sales_say_the_average_basket_and_how_instalments_go(client: httpx2.Client, years: TwoYears) -> None:
    path = f"{statistics_of(years)}/ventes?pour={years.collections[1]}"
    shown = plain(read(client, path))
    of_each = [
        sum(line.paid for line in one.lines.values())
        for one in years.state(years.collections[1]).contributions.values()
    ]
    paid = [cents for cents in of_each if cents]
    cents = sum(paid)
    assert plain(euros((2 * cents + len(paid)) // (2 * len(paid)))) in shown
    found = dict(re.findall(r'<dt>([^<]+)</dt><dd class="figure"><a[^>]+>([^<]+)</a>', shown))
    assert found["Paniers payés"] == str(len(paid))
    assert number(found["Reçu"]) == cents
    told = {name: found[name] for name in ("En cours", "Payés jusqu’au bout", "Arrêtés avant la fin")}
    assert told == {"En cours": "1", "Payés jusqu’au bout": "1", "Arrêtés avant la fin": "0"}
    assert number(found["Encore à venir"]) > 0


def test_what_an_import_brought_at_no_tariff_has_its_row_and_the_rows_add_up(
    api: ApiServer, client: httpx2.Client
) -> None:
    small = TwoYears(9, families=5)
    campaign_id = small.collections[1]
    small.do(
        ImportContribution,
        campaign_id,
        contribution_id=small.id(),
        payer_id=small.id(),
        commitment="0" * 64,
        platform="helloasso",
        reference="9-1",
        paid_at=small.now,
        means="external",
        import_id=small.id(),
        external_payment_id=small.id(),
        children=(ImportedChild(participant_id=small.id(), class_label="CP", cents=13_37),),
    )
    put_behind(api, small.told)
    path = f"{statistics_of(small)}/ventes?pour={campaign_id}"
    found = sections(client, path)["Par tarif : Vie de classe"]
    assert number(found["Sans formule connue"][1]) == 13_37
    *lines, total = ([number(figure) for figure in figures] for figures in found.values())
    assert total == [sum(column) for column in zip(*lines, strict=True)]
    for figure in figures_on(client, path):
        assert number(figure.text) == rows_of(client, figure.href).total


def test_amounts_that_few_families_chose_are_joined_to_their_neighbours(client: httpx2.Client, years: TwoYears) -> None:
    found = sections(client, f"{statistics_of(years)}/ventes?pour={years.collections[3]}")
    chosen = found["Montants choisis : Soutien à la coopérative, Montant libre"]
    assert list(chosen) == ["Moins de 5,00 €", "De 5,00 € à 9,99 €", "10,00 € et plus"], "250,00 € stands alone nowhere"
    few = f"{statistics_of(years)}/ventes?pour={years.collections[2]}"
    assert "Trop peu de familles" in read(client, few)


def test_families_are_counted_by_year_by_class_and_by_their_children(client: httpx2.Client, years: TwoYears) -> None:
    found = sections(client, f"{statistics_of(years)}/communaute?pour=2024")
    by_size = [int(figures[0]) for figures in found["Enfants par famille"].values()]
    assert sum(by_size) == int(found["Par année scolaire"]["2024-2025"][0])
    assert min(by_size) >= 5
    assert list(found["Vie de classe"])[-2:] == ["Autres classes", "École"]
    assert not {"ULIS", "UPE2A"} & found["Vie de classe"].keys()
    one = sections(client, f"{statistics_of(years)}/communaute?pour={years.collections[1]}")
    assert "Enfants par famille" not in one, "a year less its other collections would show the sizes of one"


@pytest.mark.parametrize("words", _UNKNOWN)
def test_what_the_coop_does_not_have_is_not_found(client: httpx2.Client, years: TwoYears, words: str) -> None:
    assert [client.get(f"{statistics_of(years)}{below}?{words}").status_code for below in _BELOW] == [404, 404, 404]


@pytest.mark.parametrize("words", _NOT_SHOWN)
def test_rows_that_no_page_of_statistics_leads_to_are_not_found(
    client: httpx2.Client, years: TwoYears, words: str
) -> None:
    _, life, _, support = years.collections
    path = f"/{SLUG}/coops/{years.coop_id}/operations?{words.format(life=life, support=support)}"
    assert client.get(path).status_code == 404


def test_parts_are_named_in_french() -> None:
    spans: list[Span] = [(1, 1), (2, 2), (1, 2), (1, 3), (3, None), (1, None)]
    said = ["1 enfant", "2 enfants", "1 ou 2 enfants", "1 à 3 enfants", "3 enfants et plus", "1 enfant et plus"]
    assert [plain(sizes(span)) for span in spans] == said
    assert plain(amounts((0, 499))) == "moins de 5,00 €"
    assert plain(amounts((500, 999))) == "de 5,00 € à 9,99 €"
    assert plain(amounts((10_000, None))) == "100,00 € et plus"
    assert sorted(hour for first, last in HOURS for hour in range(first, last + 1)) == list(range(24))
    assert plain(hours_label((8, 11))) == "de 8 h à 12 h"
