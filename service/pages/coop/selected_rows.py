"""The rows of families' figures: payments, children and baskets, of one campaign or of all those of a school year.

What the statistics protect is protected here too: the rows of a class, or of a part of a distribution, that no page
shows are not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.calendar import fiscal_year_label, french_month
from domain.errors import NotFound
from projections.directory import CampaignRow
from projections.figures import basket_rows, child_rows, distributions, receipt_rows
from projections.figures.basket_rows import BasketKind, BasketsWanted
from projections.figures.child_rows import OF_PEOPLE, ChildFigure, ChildrenWanted
from projections.figures.receipt_rows import ReceiptsWanted
from projections.figures.rows import FigureRows
from reports.parts.wording import MEANS
from reports.statistics.words import WEEKDAYS, amounts, hours_label, known_hours, sizes
from service.pages.coop.selection import OTHER_CLASSES, RowKind, RowSelection


def campaigns_in(selection: RowSelection, campaigns: Iterable[CampaignRow]) -> tuple[UUID, ...] | None:
    """Return the campaigns of a coop that a selection is about, None for all of them.

    Raises:
        NotFound: the coop has no campaign of that school year.

    """
    if selection.campaign is not None:
        return (selection.campaign,)
    if selection.year is None:
        return None
    found = tuple(row.campaign_id for row in campaigns if row.school_year == selection.year)
    if not found:
        raise NotFound(year=selection.year)
    return found


def of_families(
    connection: Connection[Any],
    coop_id: UUID,
    selection: RowSelection,
    among: tuple[UUID, ...] | None,
    offset: int,
    threshold: int,
) -> FigureRows:
    """Return a page of the payments, children, families or baskets of a selection.

    Raises:
        NotFound: no page shows what these would be the rows of.

    """
    if selection.kind is RowKind.RECEIPTS:
        means = selection.means or None
        receipts = ReceiptsWanted(coop_id, among, selection.month, selection.until, means)
        return receipt_rows.rows(connection, receipts, offset)
    if selection.kind is RowKind.BASKETS:
        return basket_rows.rows(connection, _baskets(selection, among or ()), offset)
    wanted = ChildrenWanted(among or (), None, selection.tariff or None)
    if (selection.group or selection.tariff) and selection.campaign is None:
        raise NotFound(year=selection.year)
    if selection.group:
        wanted = wanted._replace(classes=_classes(connection, selection, threshold))
    if selection.span is not None:
        wanted = _in_span(connection, selection, wanted, threshold)
    return child_rows.rows(connection, wanted, ChildFigure(selection.figure), offset)


def _baskets(selection: RowSelection, among: tuple[UUID, ...]) -> BasketsWanted:
    hours = None
    if selection.hours is not None:
        hours = known_hours(selection.hours)
        if hours is None:
            raise NotFound(hours=selection.hours)
    figure = BasketKind(selection.figure)
    return BasketsWanted(among, figure, selection.means or None, selection.weekday, hours)


def _classes(connection: Connection[Any], selection: RowSelection, threshold: int) -> frozenset[str]:
    if selection.campaign is None or selection.tariff or selection.span is not None:
        raise NotFound(group=selection.group[:20])
    if selection.figure == ChildFigure.SLIPS:
        raise NotFound(group=selection.group[:20])
    named = selection.figure in OF_PEOPLE
    groups = child_rows.groups_of(connection, selection.campaign, threshold, named=named)
    codes = groups.codes_of(None if selection.group == OTHER_CLASSES else selection.group)
    if codes is None:
        raise NotFound(group=selection.group[:20])
    return codes


def _in_span(
    connection: Connection[Any], selection: RowSelection, wanted: ChildrenWanted, threshold: int
) -> ChildrenWanted:
    """Narrow children to a part of a distribution, as long as it is one that a page shows."""
    span = selection.span or (0, None)
    if selection.figure == ChildFigure.FAMILIES and selection.year is not None:
        shown = distributions.family_sizes(connection, wanted.campaigns, threshold)
        wanted = wanted._replace(size=span)
    elif selection.figure == ChildFigure.PARTICIPANTS and selection.campaign is not None and selection.tariff:
        shown = distributions.free_prices(connection, selection.campaign, selection.tariff, threshold)
        wanted = wanted._replace(price=span)
    else:
        shown = []
    if span not in [part.span for part in shown]:
        raise NotFound(span=span)
    return wanted


def said_of_statistics(selection: RowSelection) -> Iterator[str]:
    """Say what the words of the statistics narrowed a selection to."""
    if selection.year is not None:
        yield f"Année scolaire {fiscal_year_label(selection.year)}"
    if selection.until is not None:
        yield f"Jusqu’en {french_month(selection.until)}"
    if selection.means:
        yield MEANS[selection.means]
    if selection.weekday is not None:
        yield WEEKDAYS[selection.weekday - 1].capitalize()
    if selection.hours is not None:
        yield hours_label(selection.hours)
    if selection.span is not None:
        yield sizes(selection.span) if selection.figure == ChildFigure.FAMILIES else amounts(selection.span)
