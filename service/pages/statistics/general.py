"""« Statistiques générales »: what was collected when, by which collections, and where it is now (S-33)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection

from domain.calendar import add_months, first_of_month, fiscal_year_label, french_month
from domain.money import euros
from projections import directory
from projections.directory import CampaignRow
from projections.figures import coop_sums, receipt_rows
from projections.figures.account_rows import AccountFigure
from projections.figures.child_rows import ChildFigure
from projections.figures.coop_sums import AccountNow, CampaignSum
from projections.figures.receipt_rows import ReceiptSum
from service.auth.actions import Action
from service.pages.coop.selection import RowKind, RowSelection
from service.pages.frame.visit import CoopVisit, coop_visit
from service.pages.statistics import charts
from service.pages.statistics.charts import BarChart, ColumnChart, Label, LineChart
from service.pages.statistics.choice import Chosen, read_chosen
from service.pages.statistics.tables import FigureLinks, StatisticsRow, StatisticsTable

if TYPE_CHECKING:
    from reports.statistics.receipts import MonthSum

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
_YEAR: Final = 12
"""Months."""


class GeneralFigures(NamedTuple):
    """What the page is made of: sums by campaign and month, and the online account."""

    campaigns: list[CampaignRow]
    sums: dict[UUID, CampaignSum]
    receipts: list[ReceiptSum]
    account: AccountNow
    paid_out: int


@router.get("/{association}/coops/{coop_id}/statistiques")
async def general(visit: Reader) -> Response:
    """Show what was collected by month, by campaign and by year, and what became of it."""
    shown: dict[str, Any] = await visit.read(_shown, visit)
    return await visit.show("statistics/general.html", "generales", **shown)


def _shown(connection: Connection[Any], visit: CoopVisit) -> dict[str, Any]:
    coop_id = visit.coop.coop_id
    found = GeneralFigures(
        directory.campaigns_of(connection, coop_id),
        coop_sums.by_campaign(connection, coop_id),
        receipt_rows.sums(connection, coop_id),
        coop_sums.account_now(connection, coop_id),
        coop_sums.paid_out(connection, coop_id),
    )
    received = {one.campaign_id for one in found.receipts}
    chosen = read_chosen(visit.request.query_params, found.campaigns, received)
    links = FigureLinks.of(visit, chosen)
    account = (
        ("Viré vers la banque", AccountFigure.TRANSFERS, found.paid_out),
        ("Solde du compte en ligne", AccountFigure.CLOSING, found.account.balance),
        ("À virer vers la banque", AccountFigure.AVAILABLE, found.account.available),
    )
    tables = _by_month(links, found, visit.today) if received & set(chosen.ids) else []
    return {
        "chosen": chosen,
        "tables": [*tables, *_by_campaign(links, found), *_by_year(links, found)],
        "account": [(name, links.to(cents, RowSelection(RowKind.ACCOUNT, figure))) for name, figure, cents in account],
    }


def _by_month(links: FigureLinks, found: GeneralFigures, today: date) -> list[StatisticsTable]:
    """What was received in each month as columns, and added up as lines beside the year before."""
    from reports.statistics.receipts import YearReceipt, by_month  # noqa: PLC0415 (pandas takes long to load)

    chosen = links.chosen
    years = {row.campaign_id: row.school_year for row in found.campaigns}
    wanted = set(years) if chosen.campaign is None else set(chosen.ids)
    receipts = [
        YearReceipt(years[one.campaign_id], one.month, one.cents) for one in found.receipts if one.campaign_id in wanted
    ]
    months = by_month(receipts, chosen.year or 0)
    compared = any(month.before for month in months)
    labels = [charts.month_label(month.month.month) for month in months]
    last = max(month.month for month in months if month.cents or month.month <= first_of_month(today))
    passed = [month for month in months if month.month <= last]
    return [
        StatisticsTable(
            "Reçu par mois",
            ("Mois", "Reçu"),
            tuple(
                StatisticsRow(french_month(one.month).capitalize(), (links.to(one.cents, _in(chosen, one.month)),))
                for one in passed
            ),
            StatisticsRow("Total", (links.whole(sum(one.cents for one in months), RowKind.RECEIPTS),)),
            columns=_month_columns(months, labels, chosen),
        ),
        _added_up(links, months, passed, labels, compared=compared),
    ]


def _in(chosen: Chosen, month: date) -> RowSelection:
    return chosen.rows(RowKind.RECEIPTS)._replace(month=month)


def _month_columns(months: list[MonthSum], labels: list[Label], chosen: Chosen) -> ColumnChart:
    axis = charts.money_axis([month.cents for month in months])
    most = max(months, key=lambda month: month.cents)
    description = f"{chosen.about}. Le mois le plus élevé\u00a0: {french_month(most.month)}, {euros(most.cents)}."
    columns = charts.columns([month.cents for month in months], labels, axis)
    return ColumnChart("Reçu par mois", description, axis, columns)


def _added_up(
    links: FigureLinks, months: list[MonthSum], passed: list[MonthSum], labels: list[Label], *, compared: bool
) -> StatisticsTable:
    """What was received since the beginning, month by month, beside the year before where it received something."""
    year = links.chosen.year or 0
    names = [fiscal_year_label(year)] + ([fiscal_year_label(year - 1)] if compared else [])
    told = [[month.so_far for month in passed]] + ([[month.before for month in months]] if compared else [])
    axis = charts.money_axis([cents for line in told for cents in line])
    places = charts.columns([0] * len(months), labels, axis)
    lines = tuple(charts.line(name, values, places, axis) for name, values in zip(names, told, strict=True))
    title = "Reçu depuis le début"
    description = f"{links.chosen.about}. Fin {french_month(passed[-1].month)}\u00a0: {euros(passed[-1].so_far)}"
    description += f", contre {euros(passed[-1].before)} un an plus tôt." if compared else "."
    rows = []
    for one in passed:
        figures = [links.to(one.so_far, links.chosen.rows(RowKind.RECEIPTS)._replace(until=one.month))]
        if compared:
            before = RowSelection(RowKind.RECEIPTS, year=year - 1, until=add_months(one.month, -_YEAR))
            figures.append(links.to(one.before, before))
        rows.append(StatisticsRow(f"Fin {french_month(one.month)}", tuple(figures)))
    heads = ("Mois", *names)
    return StatisticsTable(title, heads, tuple(rows), lines=LineChart(title, description, axis, places, lines))


def _by_campaign(links: FigureLinks, found: GeneralFigures) -> list[StatisticsTable]:
    """What each of the chosen collections received, gave back and keeps."""
    known = [row for row in links.chosen.campaigns if row.campaign_id in found.sums]
    known.sort(key=lambda row: -found.sums[row.campaign_id].received)
    if not known:
        return []
    sums = [found.sums[row.campaign_id] for row in known]
    rows = []
    for campaign, one in zip(known, sums, strict=True):
        of_it = RowSelection(RowKind.CHILDREN, campaign=campaign.campaign_id)
        figures = (
            links.to(one.received, RowSelection(RowKind.RECEIPTS, campaign=campaign.campaign_id)),
            links.to(one.returned, of_it._replace(figure=ChildFigure.RETURNED)),
            links.to(one.balance, of_it._replace(figure=ChildFigure.BALANCE)),
        )
        rows.append(StatisticsRow(campaign.title, figures))
    total = (
        links.whole(sum(one.received for one in sums), RowKind.RECEIPTS),
        links.whole(sum(one.returned for one in sums), RowKind.CHILDREN, ChildFigure.RETURNED),
        links.whole(sum(one.balance for one in sums), RowKind.CHILDREN, ChildFigure.BALANCE),
    )
    bars = charts.bars(
        [(row.title, euros(one.received), one.received, one.returned) for row, one in zip(known, sums, strict=True)]
    )
    description = (
        "Chaque barre est ce qui a été reçu\u00a0; sa fin hachurée, ce qui a été remboursé ou est resté impayé."
    )
    return [
        StatisticsTable(
            "Par collecte",
            ("Collecte", "Reçu", "Remboursé ou impayé", "Solde"),
            tuple(rows),
            StatisticsRow("Toutes les collectes", total) if len(rows) > 1 else None,
            bars=BarChart("Reçu par collecte", description, bars),
            note=description if any(one.returned for one in sums) else "",
        )
    ]


def _by_year(links: FigureLinks, found: GeneralFigures) -> list[StatisticsTable]:
    """What the collections of each school year received, where there are several years to compare."""
    from reports.statistics.receipts import YearReceipt, by_year  # noqa: PLC0415 (pandas takes long to load)

    years = {row.campaign_id: row.school_year for row in found.campaigns}
    sums = by_year([YearReceipt(years[one.campaign_id], one.month, one.cents) for one in found.receipts])
    if len(sums) == 1 or not sums:
        return []
    axis = charts.money_axis(list(sums.values()))
    labels = [Label(fiscal_year_label(year), f"{year % 100:02d}-{(year + 1) % 100:02d}") for year in sums]
    description = f"De {fiscal_year_label(min(sums))} à {fiscal_year_label(max(sums))}."
    rows = (
        StatisticsRow(fiscal_year_label(year), (links.to(cents, RowSelection(RowKind.RECEIPTS, year=year)),))
        for year, cents in sums.items()
    )
    columns = charts.columns(list(sums.values()), labels, axis)
    chart = ColumnChart("Reçu par année scolaire", description, axis, columns)
    return [StatisticsTable("Par année scolaire", ("Année scolaire", "Reçu"), tuple(rows), columns=chart)]
