"""One basket of a campaign as its mandate holder reads it: who paid, for whom, and what happened since (S-141).

The tip is not here: it is the platform's, and the school does not learn who gave one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import Person
from domain.calendar import french_date, paris_date
from domain.errors import NotFound
from domain.money import euros
from projections import contributions
from projections.contributions import ContributionRow
from projections.expected import instalments
from projections.expected.instalments import ExpectedInstalment
from reports.parts.wording import MEANS, payment_reference, state_on_schedule
from service.auth.actions import Action
from service.fields import french_phone
from service.http.trail import note
from service.pages.community.participant_rows import ListedChild, read_basket, stands
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.receipts.source import ReceiptSource
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]


class BasketMovement(NamedTuple):
    """Something that happened to a basket's money: the day, what, and the coop's amount where there is one."""

    on: str
    label: str
    amount: str


class _SeenBasket(NamedTuple):
    order: ContributionRow
    movements: list[BasketMovement]
    to_come: list[ExpectedInstalment]


@router.get("/{association}/collectes/{campaign_id}/participants/{contribution_id}")
async def participant(visit: CampaignRunner, contribution_id: UUID) -> Response:
    """Show one basket with its history.

    Raises:
        NotFound: the campaign has none, or nothing came of it.

    """
    seen: _SeenBasket = await visit.read(_read, visit, contribution_id)
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    children = await run_in_threadpool(read_basket, visit.opened, visit.campaign, contribution_id)
    payer: Person | None = await run_in_threadpool(visit.opened.vault.get, seen.order.payer_id)
    return await visit.show(
        "mandataire/participant.html",
        "collectes",
        help_key="participants",
        tab="adherents",
        tab_title="",
        payer=payer,
        phone=french_phone(payer.phone) if payer else "",
        reference=payment_reference(contribution_id),
        payment_status=seen.order.status,
        state=state_on_schedule(seen.order),
        way=MEANS[seen.order.means] if seen.order.asked else "",
        children=children,
        figures=_figures(seen.order, children),
        movements=seen.movements,
        to_come=seen.to_come,
    )


def _read(connection: Connection[Any], visit: CampaignVisit, contribution_id: UUID) -> _SeenBasket:
    order = contributions.by_id(connection, contribution_id)
    if order is None or order.campaign_id != visit.campaign.campaign_id or not stands(order):
        raise NotFound(contribution=contribution_id)
    if not order.paid:
        return _SeenBasket(order, [], [])
    source = ReceiptSource.read(connection, visit.opened.ledger, order.campaign_id, contribution_id)
    movements = [_movement(fact.event) for fact in source.facts()]
    return _SeenBasket(order, movements, instalments.of_contribution(connection, contribution_id))


def _movement(event: Any) -> BasketMovement:  # noqa: ANN401 - each event of money has its own fields
    cents = getattr(event, "cents", 0)
    return BasketMovement(french_date(paris_date(event.happened_at)), event.LABEL, euros(cents) if cents else "")


def _figures(order: ContributionRow, children: Sequence[ListedChild]) -> list[tuple[str, int]]:
    """Return the figures of a basket, those that are not nothing; what was received comes first, what is kept last."""
    between = (
        ("Remboursé", -order.refunded),
        ("Dû à la famille", -order.owed),
        ("Impayé", -order.lost),
        ("Contesté", order.disputed),
        ("Reste à recevoir", max(order.due - order.paid, 0)),
    )
    told = [("Montant dû", order.due), ("Reçu", order.paid), *((label, cents) for label, cents in between if cents)]
    return [*told, ("Conservé par la coopérative", sum(child.held for child in children))]
