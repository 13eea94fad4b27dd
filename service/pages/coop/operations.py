"""The rows that a figure was added up from, without a name of anybody: every figure of a coop's pages leads here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import french_date, french_month
from domain.campaign.imports import OFF_TARIFF
from domain.errors import NotFound
from domain.events import EVENT_TYPES
from domain.money import euros
from domain.papers.payout_lines import PayoutFigure
from projections import directory
from projections.directory import CampaignRow
from projections.figures import account_rows, cash_rows, coop_sums
from projections.figures.account_rows import AccountFigure
from projections.figures.basket_rows import BasketKind
from projections.figures.child_rows import ChildFigure
from projections.figures.rows import PAGE, FigureRow, FigureRows
from reports.parts.wording import payment_reference
from reports.treasury.payout_lines import FIGURE_WORDS, OWN_WORDS
from service.auth.actions import Action
from service.pages.coop.payout_rows import payout_rows
from service.pages.coop.selected_rows import campaigns_in, of_families, said_of_statistics
from service.pages.coop.selection import NO_TARIFF, OTHER_CLASSES, RowKind, RowSelection, read_page, read_selection
from service.pages.frame.visit import CoopVisit, coop_visit
from service.papers.payout_explanation import MOVEMENT_LABELS, NO_CLASS, OWN
from service.reports.statement_entries import references

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
_LABELS: Final = {kind.TOPIC: kind.LABEL for kind in EVENT_TYPES}
_ACCOUNT: Final = {
    AccountFigure.OPENING: "Solde au début du mois",
    AccountFigure.RECEIPTS: "Encaissements",
    AccountFigure.DISBURSEMENTS: "Décaissements",
    AccountFigure.TRANSFERS: "Virements",
    AccountFigure.CLOSING: "Solde du compte en ligne",
    AccountFigure.BLOCKED: "Sommes contestées",
    AccountFigure.AVAILABLE: "À virer vers la banque",
}
_CHILDREN: Final = {
    ChildFigure.RECEIVED: "Reçu, par enfant",
    ChildFigure.RETURNED: "Remboursé ou impayé, par enfant",
    ChildFigure.BALANCE: "Solde, par enfant",
    ChildFigure.PARTICIPANTS: "Enfants participants",
    ChildFigure.FAMILIES: "Familles",
    ChildFigure.NAMED: "Enfants, sans les bordereaux sans nom",
    ChildFigure.SLIPS: "Bordereaux sans nom",
}
_OF_FIGURE: Final[dict[str, str]] = {ChildFigure.FAMILIES: "Famille", ChildFigure.SLIPS: "Bordereau sans nom"}
"""What a row is that is no child."""
_BASKETS: Final = {
    BasketKind.PAID: "Paniers payés",
    BasketKind.UNDER_WAY: "Paiements en plusieurs fois, en cours",
    BasketKind.KEPT: "Paiements en plusieurs fois, terminés",
    BasketKind.STOPPED: "Paiements en plusieurs fois, arrêtés",
}
_OTHERS: Final = {
    RowKind.RECEIPTS: "Paiements des familles",
    RowKind.TO_COME: "Mouvements à venir",
    RowKind.DISPUTED: "Paiements contestés",
    RowKind.INCOMPLETE: "Échéances arrêtées",
    RowKind.CASH: "Solde de la caisse",
}
_OF_A_COOP: Final[dict[RowKind, Callable[[Connection[Any], UUID, int], FigureRows]]] = {
    RowKind.DISPUTED: coop_sums.rows_disputed,
    RowKind.INCOMPLETE: coop_sums.rows_incomplete,
    RowKind.CASH: cash_rows.rows,
}
"""The rows of figures that are narrowed to nothing but their coop."""
_PLACES: Final = {RowKind.CHILDREN: "generales", RowKind.RECEIPTS: "generales", RowKind.BASKETS: "ventes"}
"""Where in the menu rows are, if not at the account."""
_OWN_PAGES: Final = {RowKind.CASH: ("Espèces", "/especes"), RowKind.PAYOUT: ("Le virement", "/virements/")}
"""The pages whose rows are theirs alone, below the coop's; a payout's ends with its id."""
_OF_A_BASKET: Final = {
    RowKind.BASKETS: "Panier",
    RowKind.TO_COME: "Échéance à venir",
    RowKind.DISPUTED: "Paiement contesté",
    RowKind.INCOMPLETE: "Reste à payer",
}
"""What rows about a basket are, whatever happened."""
_GROUPS: Final = {OTHER_CLASSES: "Autres classes", NO_CLASS: "Sans classe"}
"""How lines are called that are of no class by itself."""


class ShownRow(NamedTuple):
    """A row as the page writes it."""

    row: FigureRow
    label: str
    reference: str
    campaign: str
    amount: str


class ShownRows(NamedTuple):
    """The rows of a selection, with what the page says of the selection itself."""

    found: FigureRows
    rows: tuple[ShownRow, ...]
    about: tuple[str, ...]


@router.get("/{association}/coops/{coop_id}/operations")
async def operations(visit: Reader) -> Response:
    """Show the rows of a figure, page by page, with their number and their sum."""
    words = dict(visit.request.query_params)
    if "lignes" not in words:
        return visit.go(f"{visit.coop_base}/compte")
    selection, page = read_selection(words), read_page(words.get("page", "1"))
    threshold = (await visit.policy_of()).policy.anonymity_threshold
    brought = None
    if selection.kind is RowKind.PAYOUT:
        brought = await run_in_threadpool(payout_rows, visit, selection, (page - 1) * PAGE)
    shown: ShownRows = await visit.read(_read, visit, selection, page, threshold, brought)
    pages = max(1, -(-shown.found.number // PAGE))
    if page > pages:
        raise NotFound(page=page)
    return await visit.show(
        "coop/operations.html",
        _PLACES.get(selection.kind, "compte"),
        help_key="operations",
        title=_title(selection),
        back=_back(visit, selection),
        shown=shown,
        counts=selection.counts,
        total=_amount(selection, shown.found.total),
        page=page,
        pages=pages,
        before=selection.query(page - 1) if page > 1 else "",
        after=selection.query(page + 1) if page < pages else "",
    )


def _back(visit: CoopVisit, selection: RowSelection) -> tuple[str, str]:
    """Return the page that the figure stands on most often: its name and its address below the association's."""
    if selection.kind is RowKind.CHILDREN and selection.campaign is not None and selection.span is None:
        return "La collecte", f"/collectes/{selection.campaign}"
    chosen = urlencode({"pour": selection.year or selection.campaign or ""})
    if selection.kind in _OWN_PAGES:
        name, below = _OWN_PAGES[selection.kind]
        return name, f"{visit.coop_base}{below}{selection.payout or ''}"
    if selection.kind is RowKind.RECEIPTS:
        return "Statistiques générales", f"{visit.coop_base}/statistiques?{chosen}"
    if selection.kind is RowKind.BASKETS or selection.tariff:
        return "Statistiques des ventes", f"{visit.coop_base}/statistiques/ventes?{chosen}"
    if selection.kind is RowKind.CHILDREN:
        return "Statistiques de la communauté", f"{visit.coop_base}/statistiques/communaute?{chosen}"
    return "Compte en ligne", f"{visit.coop_base}/compte"


def _title(selection: RowSelection) -> str:
    if selection.kind is RowKind.ACCOUNT:
        return _ACCOUNT[AccountFigure(selection.figure)]
    if selection.kind is RowKind.PAYOUT:
        return f"Virement\u00a0: {FIGURE_WORDS[PayoutFigure(selection.figure)].lower()}"
    if selection.kind is RowKind.BASKETS:
        return _BASKETS[BasketKind(selection.figure)]
    return _OTHERS.get(selection.kind) or _CHILDREN[ChildFigure(selection.figure)]


def _read(
    connection: Connection[Any],
    visit: CoopVisit,
    selection: RowSelection,
    page: int,
    threshold: int,
    brought: FigureRows | None,
) -> ShownRows:
    """Read the rows of a selection and what they are called; those that a payout ``brought`` are known already."""
    campaigns = {row.campaign_id: row for row in directory.campaigns_of(connection, visit.coop.coop_id)}
    if selection.campaign is not None and selection.campaign not in campaigns:
        raise NotFound(campaign=selection.campaign)
    among = campaigns_in(selection, campaigns.values())
    found = brought or _rows(connection, visit, selection, among, (page - 1) * PAGE, threshold)
    payouts = references(connection, (visit.coop.coop_id,))
    rows = tuple(
        ShownRow(
            row,
            _label(selection, row.topic),
            "" if row.subject_id is None else payouts.get(row.subject_id) or payment_reference(row.subject_id),
            campaigns[row.campaign_id].title if row.campaign_id in campaigns else "",
            _amount(selection, row.value),
        )
        for row in found.rows
    )
    return ShownRows(found, rows, tuple(_about(connection, selection, campaigns)))


def _rows(
    connection: Connection[Any],
    visit: CoopVisit,
    selection: RowSelection,
    among: tuple[UUID, ...] | None,
    offset: int,
    threshold: int,
) -> FigureRows:
    coop_id = visit.coop.coop_id
    if selection.kind is RowKind.ACCOUNT:
        figure = AccountFigure(selection.figure)
        return account_rows.rows(connection, coop_id, figure, selection.month, offset, selection.day)
    if selection.kind is RowKind.TO_COME:
        return coop_sums.rows_to_come(connection, coop_id, offset, among)
    if selection.kind in _OF_A_COOP:
        return _OF_A_COOP[selection.kind](connection, coop_id, offset)
    return of_families(connection, coop_id, selection, among, offset, threshold)


def _label(selection: RowSelection, topic: str) -> str:
    """Name what a row is: a child, a family, something about a basket, or what happened."""
    if selection.kind is RowKind.CHILDREN:
        return _OF_FIGURE.get(selection.figure, "Enfant")
    return _OF_A_BASKET.get(selection.kind) or _LABELS.get(topic) or MOVEMENT_LABELS[topic]


def _amount(selection: RowSelection, value: int) -> str:
    return str(value) if selection.counts else euros(value)


def _about(connection: Connection[Any], selection: RowSelection, campaigns: dict[Any, CampaignRow]) -> list[str]:
    """Say what a selection was narrowed to."""
    said = []
    if selection.month is not None:
        said.append(french_month(selection.month).capitalize())
    if selection.day is not None:
        said.append(f"Au {french_date(selection.day)}")
    if selection.group == OWN:
        said.append(OWN_WORDS)
    if selection.campaign is not None:
        campaign = campaigns[selection.campaign]
        said.append(campaign.title)
        if selection.group:
            labels = directory.class_labels(connection, campaign.coop_id, campaign.school_year)
            one = labels.get(selection.group, selection.group)
            said.append(_GROUPS.get(selection.group) or f"Classe {one}")
        if selection.tariff:
            tariffs = {**directory.tariff_labels(connection, selection.campaign), OFF_TARIFF: NO_TARIFF}
            if selection.tariff not in tariffs:
                raise NotFound(tariff=selection.tariff[:20])
            said.append(f"Tarif «\u00a0{tariffs[selection.tariff]}\u00a0»")
    return [*said, *said_of_statistics(selection)]
