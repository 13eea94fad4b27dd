"""What every page of the mandate holder needs: who is signed in, and the campaign that the person may see."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound, NotSignedIn
from projections import directory
from projections.directory import CampaignRow
from service.auth.principal import Action, Principal, check_allowed, check_association, check_coop
from service.http.dependencies import Slug, runtime_of
from service.runtime.open_ledger import OpenLedger

COOKIE: Final = "coopledger_session"
STATUS: Final = {"draft": "Brouillon", "published": "Publié", "suspended": "Ventes suspendues", "archived": "Archivé"}
"""The statuses of a campaign as the mandate holder reads them (S-114…S-117)."""


class MandataireRequest:
    """One request of a person who is signed in by cookie, at one association."""

    def __init__(self, opened: OpenLedger, principal: Principal) -> None:
        """Bind the person to the ledger."""
        self.opened = opened
        self.principal = principal


async def signed_in(request: Request, association: Slug) -> MandataireRequest:
    """Find who is visiting, by the session cookie."""
    token = request.cookies.get(COOKIE)
    if token is None:
        raise NotSignedIn(cookie="missing")
    runtime = runtime_of(request)
    principal = await run_in_threadpool(runtime.principal, token)
    check_association(principal, association)
    check_allowed(principal, Action.READ)
    return MandataireRequest(runtime.ledger(association), principal)


SignedIn = Annotated[MandataireRequest, Depends(signed_in)]


async def campaign_of(visit: MandataireRequest, campaign_id: UUID) -> CampaignRow:
    """Return a campaign that the person may see.

    Raises:
        NotFound: unknown, or another coop's.

    """
    campaign = await run_in_threadpool(visit.opened.read, directory.find_campaign, campaign_id)
    if campaign is None:
        raise NotFound(campaign=campaign_id)
    check_coop(visit.principal, campaign.coop_id)
    return campaign
