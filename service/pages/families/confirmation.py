"""Where a family lands after paying: what the ledger knows of its contribution, true without a reload (S-208…S-212).

The provider's page leads here whatever happened there, so the address says nothing: the page follows the ledger. It
shows no name; who has the address has made the basket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from psycopg import Connection
from starlette.concurrency import run_in_threadpool

from adapters.payments.values import CheckoutStatus
from adapters.people_vault import BasketVault
from domain.errors import NotFound
from domain.money import euros
from projections import contributions, directory
from projections.contributions import ContributionRow
from projections.directory import CampaignRow
from projections.engine.runner import tracked
from service.baskets.placement import give_up
from service.http.addresses import CONTRIBUTION, absolute, contribution_address
from service.http.dependencies import CurrentWorker, Slug, clock_of, runtime_of
from service.http.event_stream import OneStream, changes
from service.pages.french import association_mark
from service.pages.rendering import page
from service.payments.checkout import PAID, lead_to_payment
from service.runtime.open_ledger import OpenLedger
from service.worker.worker import Worker

router = APIRouter()
_SENTENCES: Final = {
    "pending": "Votre paiement n’est pas encore confirmé. Cette page se met à jour d’elle-même.",
    "received": "Votre contribution est bien reçue. Merci.",
    "partial": "Votre première échéance est bien reçue. Les suivantes seront prélevées à leur date.",
    "abandoned": "Cette contribution n’a pas été payée. Rien n’a été débité.",
    "refunded": "Votre contribution vous a été remboursée.",
    "partially_refunded": "Une partie de votre contribution vous a été remboursée.",
    "disputed": "Votre paiement est contesté auprès de votre banque.",
    "unpaid": "Votre banque a repris ce paiement\u00a0: la contribution n’est pas payée.",
}


class ConfirmationView(NamedTuple):
    """What the page says: a status, its sentence, and amounts in French."""

    status: str
    sentence: str
    paid: str
    tip: str
    total: str
    payable: bool
    receipted: bool
    position: int

    def figures(self) -> dict[str, Any]:
        """The values that the page shows: the page is updated when one of them changes."""
        return {name: value for name, value in self._asdict().items() if name != "position"}


class ContributionRequest:
    """A visitor who has the address of a contribution."""

    def __init__(self, opened: OpenLedger, campaign: CampaignRow, contribution_id: UUID) -> None:
        """Bind the address to the ledger."""
        self.opened = opened
        self.campaign = campaign
        self.contribution_id = contribution_id

    def address(self, association: str) -> str:
        """Where the contribution is seen."""
        return contribution_address(association, self.campaign.campaign_id, self.contribution_id)

    def values(self, now: datetime) -> dict[str, Any]:
        """What the page shows beside the contribution; ``kept`` says that what was typed can still be changed."""
        campaign = self.campaign
        (coop,) = self.opened.read(directory.coops, (campaign.coop_id,))
        name = self.opened.name
        return {
            "campaign": campaign,
            "demo": campaign.demo,
            "mark": association_mark(name),
            "coop": coop.identification(name),
            "kept": self.opened.baskets.content_of(self.contribution_id, now) is not None,
        }

    async def shown(self) -> ConfirmationView:
        """Read what the page says now."""
        return await run_in_threadpool(self.opened.read, _read, self.campaign.campaign_id, self.contribution_id)


async def family(request: Request, association: Slug, campaign_id: UUID, contribution_id: UUID) -> ContributionRequest:
    """Find the contribution of an address; an unknown one looks like a foreign one."""
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    campaign = await run_in_threadpool(opened.read, directory.find_campaign, campaign_id)
    if campaign is None:
        raise NotFound(campaign=campaign_id)
    return ContributionRequest(opened, campaign, contribution_id)


CurrentContribution = Annotated[ContributionRequest, Depends(family)]


async def placed(home: CurrentContribution, request: Request) -> ContributionRequest:
    """Find the contribution of an address that one was placed under: in the read models, or a moment before them."""
    known = home.contribution_id
    if (
        await run_in_threadpool(home.opened.read, contributions.by_id, known) is None
        and await run_in_threadpool(home.opened.baskets.content_of, known, clock_of(request)()) is None
    ):
        raise NotFound(contribution=home.contribution_id)
    return home


ExistingContribution = Annotated[ContributionRequest, Depends(placed)]


def _read(connection: Connection[Any], campaign_id: UUID, contribution_id: UUID) -> ConfirmationView:
    row = contributions.by_id(connection, contribution_id)
    if row is not None and row.campaign_id != campaign_id:
        raise NotFound(contribution=contribution_id)
    return _shown(row, tracked(connection))


def _shown(row: ContributionRow | None, position: int) -> ConfirmationView:
    """Say what the ledger knows; a basket that the read models do not show yet is pending."""
    if row is None:
        return ConfirmationView(
            "pending", _SENTENCES["pending"], "", "", "", payable=False, receipted=False, position=position
        )
    amounts = (euros(row.paid), euros(row.tip_paid), euros(row.paid + row.tip_paid))
    payable = row.status == "pending"
    return ConfirmationView(
        row.status, _SENTENCES[row.status], *amounts, payable=payable, receipted=bool(row.paid), position=position
    )


@router.get(CONTRIBUTION)
async def thanks(home: CurrentContribution, association: Slug, request: Request) -> Response:
    """Show what the ledger knows of a contribution."""
    fresh = PAID in request.query_params
    values = await run_in_threadpool(home.values, clock_of(request)())
    address = home.address(association)
    return page(
        "confirmation.html", association=association, shown=await home.shown(), address=address, fresh=fresh, **values
    )


@router.get(f"{CONTRIBUTION}/flux", response_class=EventSourceResponse, dependencies=[OneStream])
async def follow(home: ExistingContribution, request: Request) -> AsyncIterator[ServerSentEvent]:
    """Push the state of the contribution to the page whenever it changed."""
    async for shown in changes(request, home.opened.ledger.read_schema, home.shown):
        yield ServerSentEvent(event="contribution", data=shown.figures())


@router.get(f"{CONTRIBUTION}/payer")
async def pay(
    home: CurrentContribution,
    association: Slug,
    request: Request,
    worker: CurrentWorker,
) -> Response:
    """Lead to the payment page of the basket, the same one as before as long as it is open."""
    address = home.address(association)
    back = absolute(request, address)
    ids = (home.campaign.campaign_id, home.contribution_id)

    def start() -> str | None:
        return lead_to_payment(worker.context(association), *ids, back).url

    url = await run_in_threadpool(start)
    return RedirectResponse(url or address, 303)


@router.post(f"{CONTRIBUTION}/modifier")
async def change(
    home: CurrentContribution,
    association: Slug,
    request: Request,
    worker: CurrentWorker,
) -> Response:
    """Close the payment page, give the basket up, and fill a new one with what was typed; once paid, it is too late."""
    address = home.address(association)
    back = absolute(request, address)
    ids = (home.campaign.campaign_id, home.contribution_id)
    content = await run_in_threadpool(home.opened.baskets.content_of, home.contribution_id, worker.now())
    if content is None or not await run_in_threadpool(_close, worker, association, *ids, back):
        return RedirectResponse(address, 303)
    await run_in_threadpool(give_up, home.opened, *ids, worker.now())
    token = BasketVault.new_token()
    await run_in_threadpool(home.opened.baskets.write, token, content, worker.now())
    return RedirectResponse(f"/{association}/paniers/{token}", 303)


def _close(worker: Worker, association: str, campaign_id: UUID, contribution_id: UUID, back: str) -> bool:
    """Close the payment page of a basket; False when it is paid."""
    checkout = lead_to_payment(worker.context(association), campaign_id, contribution_id, back)
    return worker.provider.expire_checkout(checkout.session).status is CheckoutStatus.EXPIRED
