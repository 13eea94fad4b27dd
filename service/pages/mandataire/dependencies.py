"""What every page of the mandate holder needs: who is signed in, and the campaign that the person may see."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound, NotSignedIn
from projections import directory
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.auth.principal import Principal, check_allowed, check_association, check_role
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


async def principal_of(request: Request, association: str) -> Principal:
    """Find who is visiting, by the session cookie, with the rights of this moment.

    Raises:
        NotSignedIn: no session, or one that is over.
        NotFound: a session at another association.

    """
    token = request.cookies.get(COOKIE)
    if token is None:
        raise NotSignedIn(cookie="missing")
    principal = await run_in_threadpool(runtime_of(request).principal, token)
    check_association(principal, association)
    return principal


async def signed_in(request: Request, association: Slug) -> MandataireRequest:
    """Find who is visiting; a person without any right sees nothing."""
    principal = await principal_of(request, association)
    check_role(principal, Action.READ)
    return MandataireRequest(runtime_of(request).ledger(association), principal)


SignedIn = Annotated[MandataireRequest, Depends(signed_in)]


async def find_campaign(visit: SignedIn, campaign_id: UUID) -> CampaignRow:
    """Find the campaign of the address, before anything is answered.

    Raises:
        NotFound: unknown, or of a coop that the person may not see.

    """
    campaign = await run_in_threadpool(visit.opened.read, directory.find_campaign, campaign_id)
    if campaign is None:
        raise NotFound(campaign=campaign_id)
    check_allowed(visit.principal, Action.READ, campaign.coop_id)
    return campaign


SeenCampaign = Annotated[CampaignRow, Depends(find_campaign)]
"""The campaign of the address, which the person may see."""
