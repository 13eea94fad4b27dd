"""Going on with a draft where it was left."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from service.auth.actions import Action
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.wizard.steps import first_open, settings_of

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]


@router.get("/{association}/collectes/{campaign_id}/etapes")
async def go_on(visit: Runner) -> Response:
    """Lead to the first step that was not saved yet."""
    return visit.go(f"{visit.campaign_base}{first_open(await settings_of(visit)).address}")
