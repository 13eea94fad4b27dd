"""Badges of the participants that were chosen, as a PDF to print and cut out (S-136)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from reports.on_demand import rendered_badges
from reports.parts.report import slug
from reports.sheets.badges import Badge, BadgeSheet
from service.auth.actions import Action
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.documents import handed_over
from service.http.forms import FormBody
from service.http.trail import note
from service.pages.community.errors import NothingChosen, NothingToPrint
from service.pages.community.participants import show_refused
from service.pages.community.selected import read_selected
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/badges"


@router.post(_ROUTE)
async def badges(visit: CampaignRunner, form: FormBody) -> Response:
    """Give the badges of a selection; who was forgotten has no name to show, as a slip without one, and gets none."""
    try:
        chosen = await read_selected(visit, form)
    except NothingChosen as refusal:
        return await show_refused(visit, form, refusal)
    named = [Badge(one.first_name, one.last_name, one.school_class) for one in chosen if one.named]
    if not named:
        return await show_refused(visit, form, NothingToPrint(chosen=len(chosen)))
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    sheet = BadgeSheet(
        name=f"badges-{slug(visit.campaign.title)[:40]}",
        title=visit.campaign.title,
        school=visit.coop.school,
        coop=visit.coop.name,
        badges=named,
        demo=visit.coop.demo,
        produced_at=visit.now,
    )
    return handed_over(await run_limited(DOCUMENT, rendered_badges, sheet))
