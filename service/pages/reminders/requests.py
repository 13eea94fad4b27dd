"""« Rappeler la collecte aux familles d’une classe »: the days of reminders, and the form that asks for one (ADR 73).

Nothing here says whom a letter goes to, nor how many leave: the worker decides that, and keeps it to itself.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.campaign.reminders import LEAST_FAMILIES, MOST_REMINDERS, REMINDERS_APART, may_remind
from domain.campaign.state import Campaign
from domain.errors import LedgerError, NotFound
from projections import directory
from service.auth.actions import Action
from service.http.forms import FormBody, text
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.reminders.addressees import Collection
from service.reminders.requests import class_reminders, reminder_of

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_MAX_CODE = 40
"""Characters of the code of a class that a form sends."""


@router.get("/{association}/collectes/{campaign_id}/rappels")
async def reminders(visit: CampaignRunner, classe: str = "", fait: str = "") -> Response:
    """Show the reminders of each class; with a class, what asking for one does, before it is asked for."""
    return await _show(visit, classe, done=bool(fait))


@router.post("/{association}/collectes/{campaign_id}/rappels")
async def ask_reminder(visit: CampaignRunner, form: FormBody) -> Response:
    """Have the families of a class reminded."""
    code, classes = text(form, "classe", _MAX_CODE), await _classes(visit)
    if code not in classes:
        raise NotFound(campaign=visit.campaign.campaign_id, kind="class")
    about, least = await _about(visit), (await visit.policy_of()).policy.anonymity_threshold
    try:
        command = await run_in_threadpool(reminder_of, visit.opened, about, code, least, visit.stamp)
        await visit.do(command, key=text(form, "cle"))
    except LedgerError as refused:
        return await _show(visit, "", refused=refused)
    return visit.go(f"{visit.campaign_base}/rappels?fait=1")


async def _about(visit: CampaignVisit) -> Collection:
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    return Collection(campaign, await visit.coop_state())


async def _classes(visit: CampaignVisit) -> dict[str, str]:
    found: dict[str, str] = await visit.read(directory.class_labels, visit.coop.coop_id, visit.campaign.school_year)
    return found


async def _show(visit: CampaignVisit, code: str, *, done: bool = False, refused: LedgerError | None = None) -> Response:
    classes, about = await _classes(visit), await _about(visit)
    rows = await run_in_threadpool(class_reminders, visit.opened, about, classes, visit.today)
    return await visit.show(
        "mandataire/reminders.html",
        "collectes",
        refused.status if refused else 200,
        help_key="rappels",
        tab="diffusion",
        tab_title="Rappels",
        rows=rows,
        chosen=next((row for row in rows if row.code == code), None),
        most=MOST_REMINDERS,
        apart=REMINDERS_APART.days,
        least=max((await visit.policy_of()).policy.anonymity_threshold, LEAST_FAMILIES),
        today=visit.today,
        open=may_remind(about.campaign, visit.now),
        done=done,
        refused=refused.french if refused else "",
    )
