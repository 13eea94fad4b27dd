"""The statistics of a coop: what was collected and when, by which tariffs, by how many families (S-12, S-33).

Figures of classes are protected as on the live page: a class of few families has none of its own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection

from domain.calendar import fiscal_year_label, french_month
from projections import class_balances, directory
from projections.directory import CampaignRow
from projections.figures import child_rows, coop_sums, receipt_rows
from projections.figures.child_rows import ChildFigure, ChildrenWanted
from projections.figures.coop_sums import CampaignSum
from projections.figures.receipt_rows import ReceiptSum
from service.auth.actions import Action
from service.pages.coop.selection import LinkedFigure, RowKind, RowSelection, linked
from service.pages.frame.visit import CoopVisit, coop_visit
from service.pages.mandataire.live_sheet import SheetRow, grouped_rows

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]


class StatisticsRow(NamedTuple):
    """A line of a table: what it is about, and its figures in the order of the columns."""

    label: str
    figures: tuple[LinkedFigure, ...]


class StatisticsTable(NamedTuple):
    """A table about one campaign or one month, with its total where there is one."""

    title: str
    note: str
    rows: tuple[StatisticsRow, ...]
    total: tuple[LinkedFigure, ...] = ()


class _OfCampaigns(NamedTuple):
    campaigns: list[CampaignRow]
    sums: dict[Any, CampaignSum]
    receipts: list[ReceiptSum]


@router.get("/{association}/coops/{coop_id}/statistiques")
async def general(visit: Reader) -> Response:
    """Show what was collected, by campaign and by month."""
    found: _OfCampaigns = await visit.read(_general, visit)
    base = f"{visit.base}{visit.coop_base}"
    titles = {row.campaign_id: row.title for row in found.campaigns}
    known = [row for row in found.campaigns if row.campaign_id in found.sums]
    by_campaign = [_campaign_row(base, row, found.sums[row.campaign_id]) for row in known]
    months: defaultdict[date, list[ReceiptSum]] = defaultdict(list)
    for receipt in found.receipts:
        months[receipt.month].append(receipt)
    by_month = [_month_table(base, month, rows, titles) for month, rows in sorted(months.items(), reverse=True)]
    return await visit.show("coop/statistics.html", "generales", by_campaign=by_campaign, by_month=by_month)


def _general(connection: Connection[Any], visit: CoopVisit) -> _OfCampaigns:
    coop_id = visit.coop.coop_id
    campaigns = directory.campaigns_of(connection, coop_id)
    return _OfCampaigns(campaigns, coop_sums.by_campaign(connection, coop_id), receipt_rows.sums(connection, coop_id))


def _campaign_row(base: str, campaign: CampaignRow, sums: CampaignSum) -> StatisticsRow:
    of_it = RowSelection(RowKind.CHILDREN, campaign=campaign.campaign_id)
    return StatisticsRow(
        f"{campaign.title} ({fiscal_year_label(campaign.school_year)})",
        (
            linked(base, sums.received, RowSelection(RowKind.RECEIPTS, campaign=campaign.campaign_id)),
            linked(base, sums.returned, of_it._replace(figure=ChildFigure.RETURNED)),
            linked(base, sums.balance, of_it._replace(figure=ChildFigure.BALANCE)),
        ),
    )


def _month_table(base: str, month: date, receipts: list[ReceiptSum], titles: dict[Any, str]) -> StatisticsTable:
    rows = [
        StatisticsRow(
            titles[one.campaign_id],
            (linked(base, one.cents, RowSelection(RowKind.RECEIPTS, campaign=one.campaign_id, month=month)),),
        )
        for one in sorted(receipts, key=lambda one: titles[one.campaign_id])
    ]
    total = linked(base, sum(one.cents for one in receipts), RowSelection(RowKind.RECEIPTS, month=month))
    return StatisticsTable(french_month(month).capitalize(), "", tuple(rows), (total,))


@router.get("/{association}/coops/{coop_id}/statistiques/ventes")
async def sales(visit: Reader) -> Response:
    """Show what each tariff of each campaign brought."""
    tables: list[StatisticsTable] = await visit.read(_sales, visit)
    return await visit.show("coop/sales.html", "ventes", tables=tables)


def _sales(connection: Connection[Any], visit: CoopVisit) -> list[StatisticsTable]:
    base, tables = f"{visit.base}{visit.coop_base}", []
    for campaign in directory.campaigns_of(connection, visit.coop.coop_id):
        brought = child_rows.by_tariff(connection, campaign.campaign_id)
        labels = directory.tariff_labels(connection, campaign.campaign_id)
        rows = []
        for tariff_id in (one for one in labels if one in brought):
            sums, of_it = brought[tariff_id], RowSelection(RowKind.CHILDREN, "", campaign.campaign_id, tariff=tariff_id)
            figures = (
                linked(base, sums.participants, of_it._replace(figure=ChildFigure.PARTICIPANTS)),
                linked(base, sums.received, of_it._replace(figure=ChildFigure.RECEIVED)),
                linked(base, sums.balance, of_it._replace(figure=ChildFigure.BALANCE)),
            )
            rows.append(StatisticsRow(labels[tariff_id], figures))
        if rows:
            tables.append(StatisticsTable(campaign.title, fiscal_year_label(campaign.school_year), tuple(rows)))
    return tables


@router.get("/{association}/coops/{coop_id}/statistiques/communaute")
async def community(visit: Reader) -> Response:
    """Show how many families and children took part, by class where there are enough."""
    threshold = (await visit.policy_of()).policy.anonymity_threshold
    tables: list[StatisticsTable] = await visit.read(_community, visit, threshold)
    return await visit.show("coop/community.html", "communautes", tables=tables, threshold=threshold)


def _community(connection: Connection[Any], visit: CoopVisit, threshold: int) -> list[StatisticsTable]:
    base, tables = f"{visit.base}{visit.coop_base}", []
    for campaign in directory.campaigns_of(connection, visit.coop.coop_id):
        balances = class_balances.of_campaign(connection, campaign.campaign_id)
        if not balances:
            continue
        groups = child_rows.groups_of(connection, campaign.campaign_id, threshold)
        labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
        shown = [
            StatisticsRow(row.label, _people(connection, base, campaign, row, groups.codes_of(row.group)))
            for row in grouped_rows(balances, labels, groups)
        ]
        total = _people(connection, base, campaign, SheetRow.of("", "École", balances), None)
        tables.append(StatisticsTable(campaign.title, fiscal_year_label(campaign.school_year), tuple(shown), total))
    return tables


def _people(
    connection: Connection[Any], base: str, campaign: CampaignRow, row: SheetRow, codes: frozenset[str] | None
) -> tuple[LinkedFigure, LinkedFigure]:
    """The families and the children of a group of classes, or of all."""
    wanted = ChildrenWanted(campaign.campaign_id, codes)
    of_it = RowSelection(RowKind.CHILDREN, "", campaign.campaign_id, group=row.class_code)
    families = child_rows.families(connection, wanted)
    return (
        linked(base, families, of_it._replace(figure=ChildFigure.FAMILIES)),
        linked(base, row.participants, of_it._replace(figure=ChildFigure.PARTICIPANTS)),
    )
