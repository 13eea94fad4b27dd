"""One family of a coop: its children, what it paid in each campaign, what was given back, what happened since.

A family is the baskets of one confirmed address, or one basket alone (ADR 66). Its figures are those of its baskets,
which stand below with the way to each. The tip is not here: it is the platform's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from domain.calendar import fiscal_year_label, french_date, paris_date
from domain.errors import NotFound
from domain.money import euros
from projections import participants
from projections.contributions import ContributionRow
from projections.participants import ParticipantRow
from reports.parts.wording import MEANS, payment_reference, state_on_schedule
from service.auth.actions import Action
from service.http.trail import note
from service.pages.community.families import FamilyChild, FamilyContact, find_family
from service.pages.frame.visit import CoopVisit, coop_visit
from service.receipts.source import ReceiptSource
from service.trail import TrailKind

router = APIRouter()
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]


class FamilyBasket(NamedTuple):
    """A basket of a family as its page shows it; cents, ``below`` the address of its detail."""

    campaign: str
    year: str
    reference: str
    below: str
    status: str
    state: str
    means: str
    paid: int
    given_back: int
    kept: int
    to_come: int


class FamilyEvent(NamedTuple):
    """Something that happened to the money of a basket, as a sentence; ``below`` the address of the basket."""

    on: str
    sentence: str
    below: str


class FamilyFigures(NamedTuple):
    """What a family paid, what of it does not stay with the coop, what does, what is due still; of all its baskets."""

    paid: int
    given_back: int
    kept: int
    to_come: int


class _FamilySeen(NamedTuple):
    children: list[ParticipantRow]
    events: list[tuple[Any, ContributionRow]]


@router.get("/{association}/coops/{coop_id}/familles/{family_id}")
async def family(visit: CoopRunner, family_id: UUID) -> Response:
    """Show a family.

    Raises:
        NotFound: the coop has none with this id, or it was forgotten.

    """
    found = await run_in_threadpool(find_family, visit.opened, visit.coop.coop_id, family_id)
    if found is None:
        raise NotFound(family=family_id)
    await note(visit.request, TrailKind.NAMES_READ)
    seen: _FamilySeen = await visit.read(_read, visit, found)
    baskets = [_basket(order, found, seen) for order in found.orders]
    return await visit.show(
        "mandataire/family.html",
        "contacts",
        help_key="famille",
        family=found,
        pupils=_pupils(found),
        baskets=baskets,
        figures=FamilyFigures(*(sum(figures) for figures in zip(*(_figures(one) for one in baskets), strict=True))),
        events=list(_events(seen)),
    )


def _read(connection: Connection[Any], visit: CoopVisit, found: FamilyContact) -> _FamilySeen:
    children = participants.of_contributions(connection, [order.contribution_id for order in found.orders])
    events: list[tuple[Any, ContributionRow]] = []
    for order in found.orders:
        if order.paid:
            source = ReceiptSource.read(connection, visit.opened.ledger, order.campaign_id, order.contribution_id)
            events += [(fact.event, order) for fact in source.facts()]
    return _FamilySeen(children, sorted(events, key=lambda seen: seen[0].happened_at))


def _basket(order: ContributionRow, found: FamilyContact, seen: _FamilySeen) -> FamilyBasket:
    campaign = next(row for row in found.campaigns if row.campaign_id == order.campaign_id)
    kept = sum(child.held for child in seen.children if child.contribution_id == order.contribution_id)
    return FamilyBasket(
        campaign=campaign.title,
        year=fiscal_year_label(campaign.school_year),
        reference=payment_reference(order.contribution_id),
        below=_below(order),
        status=order.status,
        state=state_on_schedule(order),
        means=MEANS[order.means] if order.asked else "",
        paid=order.paid,
        given_back=order.paid - kept,
        kept=kept,
        to_come=max(order.due - order.paid, 0),
    )


def _figures(basket: FamilyBasket) -> tuple[int, int, int, int]:
    return basket.paid, basket.given_back, basket.kept, basket.to_come


def _below(order: ContributionRow) -> str:
    return f"/collectes/{order.campaign_id}/participants/{order.contribution_id}"


def _pupils(found: FamilyContact) -> list[tuple[str, list[FamilyChild]]]:
    """Return the children by name with where each takes part; one basket names a child as its payer typed it."""
    pupils: dict[str, list[FamilyChild]] = {}
    for child in found.children:
        pupils.setdefault(child.name or "Enfant effacé", []).append(child)
    return list(pupils.items())


def _events(seen: _FamilySeen) -> Iterator[FamilyEvent]:
    """Say in sentences what happened, the latest first."""
    for event, order in reversed(seen.events):
        cents = getattr(event, "cents", 0)
        amount = f"\u00a0: {euros(cents)}" if cents else ""
        sentence = f"{event.LABEL}{amount}, commande n°\u00a0{payment_reference(order.contribution_id)}."
        yield FamilyEvent(french_date(paris_date(event.happened_at)), sentence, _below(order))
