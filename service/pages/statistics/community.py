"""« Statistiques de la communauté »: families and children by year, by class, and children by family (S-33).

A class of few families has no figure of its own, as on the live page; classes are never added up over several
collections, since what one collection shows could be taken from such a sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection

from domain.calendar import fiscal_year_label
from projections import directory
from projections.directory import CampaignRow
from projections.figures import child_rows, distributions
from projections.figures.child_rows import ChildFigure, ChildrenWanted, PeopleCount
from reports.statistics.words import sizes
from service.auth.actions import Action
from service.pages.coop.selection import OTHER_CLASSES, LinkedFigure, RowKind, RowSelection
from service.pages.frame.visit import CoopVisit, coop_visit
from service.pages.statistics import charts
from service.pages.statistics.charts import BarChart, ColumnChart, Label
from service.pages.statistics.choice import Chosen, read_chosen
from service.pages.statistics.new_families import returning_families
from service.pages.statistics.tables import FigureLinks, StatisticsRow, StatisticsTable

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
People = Mapping[tuple[UUID, str | None], PeopleCount]


class _ShownClasses(NamedTuple):
    label: str
    families: int
    children: int
    code: str


@router.get("/{association}/coops/{coop_id}/statistiques/communaute")
async def community(visit: Reader) -> Response:
    """Show how many families and children took part, by class where there are enough."""
    threshold = (await visit.policy_of()).policy.anonymity_threshold
    shown: dict[str, Any] = await visit.read(_shown, visit, threshold)
    return await visit.show("statistics/community.html", "communautes", threshold=threshold, **shown)


def _shown(connection: Connection[Any], visit: CoopVisit, threshold: int) -> dict[str, Any]:
    campaigns = directory.campaigns_of(connection, visit.coop.coop_id)
    people = child_rows.people(connection, [row.campaign_id for row in campaigns])
    slips = child_rows.slips(connection, [row.campaign_id for row in campaigns])
    counted = {*(campaign_id for campaign_id, _ in people), *slips}
    chosen = read_chosen(visit.request.query_params, campaigns, counted)
    unnamed = sum(slips.get(campaign_id, 0) for campaign_id in chosen.ids)
    links = FigureLinks.of(visit, chosen)
    by_class = [
        _by_class(connection, links, campaign, people, threshold)
        for campaign in chosen.campaigns
        if (campaign.campaign_id, None) in people
    ]
    accounts = visit.opened.families.accounts.confirmed_addresses([row.campaign_id for row in campaigns])
    total = [people[campaign_id, None] for campaign_id in chosen.ids if (campaign_id, None) in people]
    families = sum(one.families for one in total)
    return {
        "chosen": chosen,
        "back": returning_families(connection, accounts, chosen, campaigns, families, threshold),
        "families": links.whole(families, RowKind.CHILDREN, ChildFigure.FAMILIES),
        "children": links.whole(sum(one.children for one in total), RowKind.CHILDREN, ChildFigure.NAMED),
        "slips": links.whole(unnamed, RowKind.CHILDREN, ChildFigure.SLIPS) if unnamed else None,
        "by_class": by_class,
        "tables": [*_by_size(connection, links, threshold), *_by_year(links, campaigns, people)],
        "any": bool(total) or bool(unnamed),
    }


def _by_class(
    connection: Connection[Any], links: FigureLinks, campaign: CampaignRow, people: People, threshold: int
) -> StatisticsTable:
    """The families and children of each class that may be shown, of the others together, and of all."""
    campaign_id = campaign.campaign_id
    labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
    groups = child_rows.groups_of(connection, campaign_id, threshold, named=True)
    codes = [*(code for code in labels if code in groups.alone), *sorted(groups.alone - labels.keys())]
    each = ((code, people[campaign_id, code]) for code in codes)
    found = [_ShownClasses(labels.get(code, code), one.families, one.children, code) for code, one in each]
    if groups.together:
        families = child_rows.families(connection, ChildrenWanted((campaign_id,), groups.together))
        children = sum(people[campaign_id, code].children for code in groups.together)
        found.append(_ShownClasses("Autres classes", families, children, OTHER_CLASSES))
    total = people[campaign_id, None]
    bars = charts.bars([(one.label, str(one.families), one.families, 0) for one in found])
    return StatisticsTable(
        campaign.title,
        ("Classe", "Familles", "Enfants"),
        tuple(
            StatisticsRow(one.label, _people(links, campaign, one.families, one.children, one.code)) for one in found
        ),
        StatisticsRow("École", _people(links, campaign, total.families, total.children)),
        note="" if found else "Trop peu de familles par classe\u00a0: seul le total s’affiche.",
        bars=BarChart(f"Familles par classe\u00a0: {campaign.title}", "Une barre par classe.", bars) if bars else None,
    )


def _people(
    links: FigureLinks, campaign: CampaignRow, families: int, children: int, code: str = ""
) -> tuple[LinkedFigure, ...]:
    of_it = RowSelection(RowKind.CHILDREN, "", campaign.campaign_id, group=code)
    return (
        links.to(families, of_it._replace(figure=ChildFigure.FAMILIES)),
        links.to(children, of_it._replace(figure=ChildFigure.NAMED)),
    )


def _by_size(connection: Connection[Any], links: FigureLinks, threshold: int) -> list[StatisticsTable]:
    """How many children families take part with, over a whole school year only."""
    chosen: Chosen = links.chosen
    if chosen.campaign is not None or not chosen.ids:
        return []
    parts = distributions.family_sizes(connection, chosen.ids, threshold)
    if not parts:
        return []
    title, of_it = "Enfants par famille", chosen.rows(RowKind.CHILDREN, ChildFigure.FAMILIES)
    rows = tuple(
        StatisticsRow(sizes(one.span), (links.to(one.number, of_it._replace(span=one.span)),)) for one in parts
    )
    bars = charts.bars([(sizes(one.span), str(one.number), one.number, 0) for one in parts])
    chart = BarChart(title, "Chaque barre est un nombre de familles.", bars)
    return [StatisticsTable(title, ("Enfants", "Familles"), rows, bars=chart)]


def _by_year(links: FigureLinks, campaigns: list[CampaignRow], people: People) -> list[StatisticsTable]:
    """How many families and children took part in the collections of each school year, where there are several."""
    years: dict[int, tuple[int, int]] = {}
    for campaign in reversed(campaigns):
        if (one := people.get((campaign.campaign_id, None))) is not None:
            families, children = years.get(campaign.school_year, (0, 0))
            years[campaign.school_year] = (families + one.families, children + one.children)
    if not years or len(years) == 1:
        return []
    counts = [families for families, _ in years.values()]
    axis = charts.axis(counts, charts.in_numbers)
    labels = [Label(fiscal_year_label(year), f"{year % 100:02d}-{(year + 1) % 100:02d}") for year in years]
    description = f"De {fiscal_year_label(min(years))} à {fiscal_year_label(max(years))}."
    rows = []
    for year, (families, children) in years.items():
        of_it = RowSelection(RowKind.CHILDREN, year=year)
        figures = (
            links.to(families, of_it._replace(figure=ChildFigure.FAMILIES)),
            links.to(children, of_it._replace(figure=ChildFigure.NAMED)),
        )
        rows.append(StatisticsRow(fiscal_year_label(year), figures))
    title = "Familles par année scolaire"
    chart = ColumnChart(title, description, axis, charts.columns(counts, labels, axis))
    return [
        StatisticsTable("Par année scolaire", ("Année scolaire", "Familles", "Enfants"), tuple(rows), columns=chart)
    ]
