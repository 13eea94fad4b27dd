"""Where a family lands after paying: what the ledger knows of its contribution, true without a reload (S-208…S-212).

The provider's page leads here whatever happened there, so the address says nothing: the page follows the ledger. It
shows no name. Its address holds a token: the one that the return from the payment page was exchanged for, or for a day
that of the basket itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import FamilyGrant, LinkInvalid, TokenPurpose
from domain.calendar import paris_date
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.texts.network_words import Wording
from projections import directory
from projections.directory import CampaignRow
from service.baskets.basket import from_bytes
from service.baskets.placement import give_up
from service.family_links import LINK_LIFE, PATHS, RETURN, link_path
from service.http.dependencies import CurrentWorker, PayingWorker, Slug, clock_of, payment_pages_of, runtime_of
from service.http.live.channel import Source
from service.http.live.family_rights import family_credential
from service.http.live.places import OneStream
from service.http.live.response import LiveStream, event
from service.pages.families.confirmation_view import ConfirmationView, read_view
from service.pages.french import association_mark
from service.pages.rendering import page
from service.pages.security import content_policy
from service.pages.visitor_limits import limited
from service.payments.checkout import close_checkout, lead_to_payment, nothing_due, return_look
from service.rate_limits.catalogue import OPEN_BASKET, OPEN_PAYMENT_PAGE
from service.runtime.open_ledger import OpenLedger

router = APIRouter()
CONTRIBUTION: Final = "/{association}/" + PATHS[TokenPurpose.CONTRIBUTION] + "/{token}"
"""The address of a contribution, as routes declare it."""
PAID: Final = "paye"
"""How the page of who comes back from an accepted card is asked for: the ledger hears of it a moment later."""


class ContributionRequest:
    """A visitor who holds a token of a contribution."""

    def __init__(
        self, opened: OpenLedger, campaign: CampaignRow, contribution_id: UUID, address: str, token: str, words: Wording
    ) -> None:
        """Bind the token to the ledger; ``address`` is where the contribution is seen by it."""
        self.opened = opened
        self.words = words
        self.token = token
        self.campaign = campaign
        self.contribution_id = contribution_id
        self.address = address

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """The campaign and the contribution."""
        return self.campaign.campaign_id, self.contribution_id

    def values(self, now: datetime) -> dict[str, Any]:
        """What the page shows beside the contribution; ``kept`` says that what was typed can still be changed."""
        campaign = self.campaign
        (coop,) = self.opened.read(directory.coops, (campaign.coop_id,))
        name = self.opened.name
        return {
            "address": self.address,
            "campaign": campaign,
            "words": self.words,
            "demo": campaign.demo,
            "mark": association_mark(name),
            "coop": coop.identification(name),
            "kept": self.opened.baskets.is_kept(self.contribution_id, now),
        }

    async def shown(self) -> ConfirmationView:
        """Read what the page says now."""
        view = await run_in_threadpool(self.opened.read, read_view, self.words, *self.ids)
        if not view.expecting:
            return view
        # The days of payments to come are in the ledger alone; few families have any.
        state = await self.opened.states.current(Campaign, self.campaign.campaign_id)
        return view.with_schedule(state, self.contribution_id)

    @property
    def source(self) -> Source:
        """What the page follows: the contribution, which events name."""
        opened, about = self.opened, self.contribution_id
        schema = opened.ledger.read_schema
        return Source(schema, "contribution", about, frozenset((about,)), self.shown, _news, hears=opened.hears)


async def family(request: Request, association: Slug, token: str) -> ContributionRequest:
    """Find the contribution of a token.

    Raises:
        LinkInvalid: none of ours; LinkExpired: its last day is over.

    """
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    grant, words = await run_in_threadpool(_grant, opened, token, clock_of(request)())
    campaign = await run_in_threadpool(opened.read, directory.find_campaign, grant.campaign_id)
    if campaign is None:
        raise NotFound(campaign=grant.campaign_id)
    address = link_path(association, TokenPurpose.CONTRIBUTION, token)
    return ContributionRequest(opened, campaign, grant.contribution_id, address, token, words)


CurrentContribution = Annotated[ContributionRequest, Depends(family)]


def _grant(opened: OpenLedger, token: str, now: datetime) -> tuple[FamilyGrant, Wording]:
    """Read a token of a contribution, or that of the basket which became one; with it the words of the network."""
    today, basket = paris_date(now), opened.baskets.read(token, now)
    if basket is None:
        return opened.tokens.find(token, TokenPurpose.CONTRIBUTION, today), opened.words()
    if basket.contribution_id is None:
        raise LinkInvalid(kind="basket")
    campaign_id = from_bytes(basket.content).campaign_id
    grant = FamilyGrant(TokenPurpose.CONTRIBUTION, campaign_id, basket.contribution_id, today)
    return grant, opened.words()


@router.get("/{association}/" + RETURN + "/{token}")
async def come_back(association: Slug, token: str, request: Request, worker: CurrentWorker) -> Response:
    """Lead who comes back from the payment page to the page of what was to be paid; the address serves once.

    Where nothing has told of the payment a moment later, it is looked for: the family waits for it on that page.
    """
    opened = await run_in_threadpool(runtime_of(request).ledger, association)
    today = paris_date(clock_of(request)())
    back = await run_in_threadpool(opened.tokens.come_back, token, today, today + LINK_LIFE)
    if back is None:
        return page("return_used.html", 410, association=association, demo=opened.ledger.demo)
    if back.paid and not back.grant.instalment:
        looked_for = return_look(back.grant.campaign_id, back.grant.contribution_id, worker.now())
        await run_in_threadpool(worker.outbox.add, association, looked_for)
    address = link_path(association, back.purpose, back.token)
    return RedirectResponse(f"{address}?{PAID}" if back.paid else address, 303)


@router.get(CONTRIBUTION)
async def thanks(home: CurrentContribution, association: Slug, request: Request) -> Response:
    """Show what the ledger knows of a contribution."""
    fresh = PAID in request.query_params
    values = await run_in_threadpool(home.values, clock_of(request)())
    answer = page("confirmation.html", association=association, shown=await home.shown(), fresh=fresh, **values)
    answer.headers["Content-Security-Policy"] = content_policy(leads_to=payment_pages_of(request))
    return answer


@router.get(f"{CONTRIBUTION}/flux", response_class=LiveStream, dependencies=[OneStream])
async def follow(home: CurrentContribution, association: Slug, request: Request) -> LiveStream:
    """Push the state of the contribution to the page whenever it changed, as long as its link is good."""
    return LiveStream(request, home.source, family_credential(request, home.opened, association, home.token))


def _news(shown: ConfirmationView) -> bytes:
    return event("contribution", shown.figures())


@router.post(f"{CONTRIBUTION}/payer", dependencies=[limited(OPEN_PAYMENT_PAGE)])
async def pay(home: CurrentContribution, association: Slug, worker: CurrentWorker) -> Response:
    """Lead to the payment page of the basket, the same one while it is open; nothing to pay leads back to its page."""

    def start() -> str | None:
        context = worker.context(association)
        return None if nothing_due(context, *home.ids) else lead_to_payment(context, *home.ids).url

    url = await run_in_threadpool(start)
    return RedirectResponse(url or home.address, 303)


@router.post(f"{CONTRIBUTION}/modifier", dependencies=[limited(OPEN_BASKET)])
async def change(home: CurrentContribution, association: Slug, worker: PayingWorker) -> Response:
    """Close the payment page, give the basket up, and fill a new one with what was typed; once paid, it is too late."""

    def begin_again() -> str | None:
        if not home.opened.baskets.is_kept(home.contribution_id, worker.now()):
            return None
        context = worker.context(association)
        if nothing_due(context, *home.ids) or not close_checkout(context, *home.ids):
            return None
        give_up(home.opened, *home.ids, worker.now())
        return home.opened.baskets.begin_again(home.contribution_id, worker.now())

    token = await run_in_threadpool(begin_again)
    return RedirectResponse(home.address if token is None else f"/{association}/paniers/{token}", 303)
