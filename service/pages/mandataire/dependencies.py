"""What every page of the mandate holder needs: who is signed in, and the campaign that the person may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from domain.errors import NotFound
from projections import directory
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.auth.principal import Principal, check_allowed, check_role
from service.http.dependencies import Slug, runtime_of
from service.http.members import CurrentMember
from service.runtime.open_ledger import OpenLedger


class MandataireRequest:
    """One request of a person who is signed in by cookie, at one association."""

    def __init__(self, opened: OpenLedger, principal: Principal) -> None:
        """Bind the person to the ledger."""
        self.opened = opened
        self.principal = principal


def signed_in_to(action: Action) -> Callable[..., Any]:
    """Make the dependency of a page for people who may do one action, for some coop at least."""

    async def find_visit(request: Request, association: Slug, member: CurrentMember) -> MandataireRequest:
        check_role(member.principal, action)
        return MandataireRequest(runtime_of(request).ledger(association), member.principal)

    return find_visit


SignedIn = Annotated[MandataireRequest, Depends(signed_in_to(Action.READ))]


def campaign_for(action: Action) -> Callable[..., Any]:
    """Make the dependency that finds the campaign of the address, for people who may do one action for its coop."""

    async def find_campaign(visit: SignedIn, campaign_id: UUID) -> CampaignRow:
        campaign = await run_in_threadpool(visit.opened.read, directory.find_campaign, campaign_id)
        if campaign is None:
            check_role(visit.principal, action)
            raise NotFound(campaign=campaign_id)
        check_allowed(visit.principal, action, campaign.coop_id)
        return campaign

    return find_campaign


SeenCampaign = Annotated[CampaignRow, Depends(campaign_for(Action.READ))]
