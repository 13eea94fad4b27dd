"""« Statistiques des ventes »: by tariff, by means, by day and hour, in several times, by free amount (S-33)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection

from domain.campaign.imports import OFF_TARIFF
from domain.money import euros
from projections import directory, storefront
from projections.directory import CampaignRow
from projections.figures import basket_rows, child_rows, coop_sums, distributions
from projections.figures.basket_rows import BasketKind, InstalmentCounts
from projections.figures.child_rows import ChildFigure, TariffSum
from reports.parts.wording import MEANS
from reports.statistics.words import HOURS, WEEKDAYS, amounts, hours_label
from service.auth.actions import Action
from service.pages.coop.selection import NO_TARIFF, RowKind, RowSelection
from service.pages.frame.visit import CoopVisit, coop_visit
from service.pages.statistics import charts
from service.pages.statistics.charts import BarChart, ColumnChart, Label
from service.pages.statistics.choice import read_chosen
from service.pages.statistics.tables import FigureLinks, StatisticsRow, StatisticsTable

if TYPE_CHECKING:
    from reports.statistics.baskets import BasketSums

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
_WHEN: Final = "Premiers paiements par carte."
_SLIPS: Final = "Un bordereau d’espèces sans nom compte ici pour un enfant."


class _Counts(NamedTuple):
    title: str
    first: str
    labels: tuple[str, ...]
    below: tuple[Label, ...]
    counts: tuple[int, ...]
    rows: tuple[RowSelection, ...]


@router.get("/{association}/coops/{coop_id}/statistiques/ventes")
async def sales(visit: Reader) -> Response:
    """Show what tariffs brought, and how and when families paid."""
    threshold = (await visit.policy_of()).policy.anonymity_threshold
    shown: dict[str, Any] = await visit.read(_shown, visit, threshold)
    return await visit.show("statistics/sales.html", "ventes", threshold=threshold, **shown)


def _shown(connection: Connection[Any], visit: CoopVisit, threshold: int) -> dict[str, Any]:
    from reports.statistics.baskets import add_up  # noqa: PLC0415 (pandas takes long to load)

    coop_id = visit.coop.coop_id
    sums = coop_sums.by_campaign(connection, coop_id)
    paid = {campaign_id for campaign_id, one in sums.items() if one.received}
    chosen = read_chosen(visit.request.query_params, directory.campaigns_of(connection, coop_id), paid)
    links = FigureLinks.of(visit, chosen)
    baskets = add_up(basket_rows.groups(connection, chosen.ids))
    unnamed = basket_rows.unnamed(connection, chosen.ids)
    average = baskets.average(unnamed.number, unnamed.cents)
    tables = []
    for campaign in chosen.campaigns:
        brought = child_rows.by_tariff(connection, campaign.campaign_id)
        tables += _by_tariff(connection, links, campaign, brought)
        tables += _free_prices(connection, links, campaign, brought, threshold)
    if baskets.baskets:
        tables += [_by_means(links, baskets), *_by_moment(links, baskets)]
    return {
        "chosen": chosen,
        "tables": tables,
        "paid": links.whole(baskets.baskets, RowKind.BASKETS, BasketKind.PAID),
        "received": links.whole(baskets.cents, RowKind.RECEIPTS),
        "average": euros(average) if baskets.baskets > unnamed.number else "–",
        "unnamed": unnamed.number,
        "instalments": _instalments(links, basket_rows.instalments(connection, chosen.ids)),
    }


def _by_tariff(
    connection: Connection[Any], links: FigureLinks, campaign: CampaignRow, brought: Mapping[str, TariffSum]
) -> list[StatisticsTable]:
    """What each tariff of a collection brought: children, received and kept; what came by an import may have none."""
    labels = {**directory.tariff_labels(connection, campaign.campaign_id), OFF_TARIFF: NO_TARIFF}
    rows, bars = list[StatisticsRow](), list[tuple[str, str, int, int]]()
    for tariff_id in (one for one in labels if one in brought):
        sums = brought[tariff_id]
        rows.append(_tariff_row(links, labels[tariff_id], (sums,), campaign, tariff_id))
        bars.append((labels[tariff_id], euros(sums.received), sums.received, sums.received - sums.balance))
    if not rows:
        return []
    title = f"Par tarif\u00a0: {campaign.title}"
    chart = BarChart(title, "Chaque barre est ce qu’un tarif a apporté.", charts.bars(bars))
    total = _tariff_row(links, "Tous les tarifs", list(brought.values()), campaign) if len(rows) > 1 else None
    note = _SLIPS if child_rows.slips(connection, (campaign.campaign_id,)) else ""
    return [StatisticsTable(title, ("Tarif", "Enfants", "Reçu", "Solde"), tuple(rows), total, bars=chart, note=note)]


def _tariff_row(
    links: FigureLinks, label: str, sums: Sequence[TariffSum], campaign: CampaignRow, tariff_id: str = ""
) -> StatisticsRow:
    of_it = RowSelection(RowKind.CHILDREN, "", campaign.campaign_id, tariff=tariff_id)
    figures = (
        links.to(sum(one.participants for one in sums), of_it._replace(figure=ChildFigure.PARTICIPANTS)),
        links.to(sum(one.received for one in sums), of_it._replace(figure=ChildFigure.RECEIVED)),
        links.to(sum(one.balance for one in sums), of_it._replace(figure=ChildFigure.BALANCE)),
    )
    return StatisticsRow(label, figures)


def _free_prices(
    connection: Connection[Any],
    links: FigureLinks,
    campaign: CampaignRow,
    brought: Mapping[str, TariffSum],
    threshold: int,
) -> list[StatisticsTable]:
    """Which amounts families chose where a tariff is free, as far as enough of them chose alike."""
    front, tables = storefront.find(connection, campaign.campaign_id), []
    for tariff in (one for one in front.tariffs if one.free and one.tariff_id in brought) if front else ():
        parts = distributions.free_prices(connection, campaign.campaign_id, tariff.tariff_id, threshold)
        title = f"Montants choisis\u00a0: {campaign.title}, {tariff.label}"
        of_it = RowSelection(RowKind.CHILDREN, ChildFigure.PARTICIPANTS, campaign.campaign_id, tariff=tariff.tariff_id)
        rows = [
            StatisticsRow(amounts(part.span).capitalize(), (links.to(part.number, of_it._replace(span=part.span)),))
            for part in parts
        ]
        bars = charts.bars([(amounts(one.span).capitalize(), str(one.number), one.number, 0) for one in parts])
        chart = BarChart(title, "Chaque barre est un nombre d’enfants.", bars) if parts else None
        few = "" if parts else f"Trop peu de familles\u00a0: il en faut {threshold} au moins dans chaque tranche."
        tables.append(StatisticsTable(title, ("Montant", "Enfants"), tuple(rows), bars=chart, note=few))
    return tables


def _by_means(links: FigureLinks, baskets: BasketSums) -> StatisticsTable:
    rows = tuple(
        StatisticsRow(
            MEANS[one.means],
            (
                links.to(one.baskets, links.chosen.rows(RowKind.BASKETS, BasketKind.PAID)._replace(means=one.means)),
                links.to(one.cents, links.chosen.rows(RowKind.RECEIPTS)._replace(means=one.means)),
            ),
        )
        for one in baskets.by_means
    )
    total = StatisticsRow(
        "Tous les moyens",
        (
            links.whole(baskets.baskets, RowKind.BASKETS, BasketKind.PAID),
            links.whole(baskets.cents, RowKind.RECEIPTS),
        ),
    )
    title = "Par moyen de paiement"
    bars = charts.bars([(MEANS[one.means], euros(one.cents), one.cents, 0) for one in baskets.by_means])
    chart = BarChart(title, "Chaque barre est ce qui a été reçu par un moyen de paiement.", bars)
    return StatisticsTable(title, ("Moyen", "Paniers", "Reçu"), rows, total if len(rows) > 1 else None, bars=chart)


def _by_moment(links: FigureLinks, baskets: BasketSums) -> list[StatisticsTable]:
    """When families pay by card: on which day of the week, and at what hour."""
    if not sum(baskets.by_weekday):
        return []
    paid = links.chosen.rows(RowKind.BASKETS, BasketKind.PAID)
    days = _Counts(
        "Par jour de la semaine",
        "Jour",
        tuple(day.capitalize() for day in WEEKDAYS),
        tuple(Label(day, f"{day[:3]}.") for day in WEEKDAYS),
        baskets.by_weekday,
        tuple(paid._replace(weekday=number) for number in range(1, len(WEEKDAYS) + 1)),
    )
    hours = _Counts(
        "Par heure",
        "Heure",
        tuple(hours_label(part).capitalize() for part in HOURS),
        tuple(Label(hours_label(part, short=True), f"{part[0]}–{part[1] + 1}") for part in HOURS),
        baskets.by_hours,
        tuple(paid._replace(hours=part) for part in HOURS),
    )
    return [_counted(links, one) for one in (days, hours)]


def _counted(links: FigureLinks, found: _Counts) -> StatisticsTable:
    axis = charts.axis(found.counts, charts.in_numbers)
    most = found.labels[found.counts.index(max(found.counts))].lower()
    chart = ColumnChart(
        found.title,
        f"{_WHEN} Le plus souvent\u00a0: {most}.",
        axis,
        charts.columns(found.counts, found.below, axis),
    )
    rows = (
        StatisticsRow(label, (links.to(count, selection),))
        for label, count, selection in zip(found.labels, found.counts, found.rows, strict=True)
    )
    return StatisticsTable(found.title, (found.first, "Paniers"), tuple(rows), columns=chart, note=_WHEN)


def _instalments(links: FigureLinks, counts: InstalmentCounts) -> list[StatisticsRow]:
    """The baskets that are paid in several times; nothing where there are none."""
    if not (counts.under_way or counts.kept or counts.stopped or counts.to_come):
        return []
    found = (
        ("En cours", BasketKind.UNDER_WAY, counts.under_way),
        ("Payés jusqu’au bout", BasketKind.KEPT, counts.kept),
        ("Arrêtés avant la fin", BasketKind.STOPPED, counts.stopped),
    )
    rows = [StatisticsRow(label, (links.whole(count, RowKind.BASKETS, figure),)) for label, figure, count in found]
    return [*rows, StatisticsRow("Encore à venir", (links.whole(counts.to_come, RowKind.TO_COME),))]
