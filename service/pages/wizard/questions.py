"""Step 3, the form: each question beside the names is not asked, optional or required (S-72…S-86)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from domain.aggregate import Intent
from domain.campaign.settings import FIELD_NAMES, FIELD_STATES, SetFormFields
from domain.campaign.state import Campaign
from domain.events.campaign import FormField
from service.auth.actions import Action
from service.http.forms import FormBody, text
from service.pages.campaign.words import ASKED, QUESTIONS, SettingLine, question_lines
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.wizard.saves import DIGEST, NewContacts, StepSave, as_chosen, digest_of, read_settings, save_step
from service.pages.wizard.steps import BACK, FORM, NEXT, after, settings_of, show_step

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
Questions = dict[str, str]
"""How each question is asked, by its name."""
CLASS: Final = "class"
_HIDDEN, _, _REQUIRED = FIELD_STATES
_UNCHOSEN: Final = "Choisissez une des trois réponses pour cette information."


async def _read(_visit: CampaignVisit, campaign: Campaign) -> Questions:
    return {**dict.fromkeys(FIELD_NAMES, _HIDDEN), **{field.name: field.state for field in campaign.fields}}


async def _commands(
    visit: CampaignVisit, _stored: Questions, given: Questions, _contacts: NewContacts
) -> list[Intent[Any]]:
    return [SetFormFields(stream_id=visit.campaign.campaign_id, fields=_fields(given), stamp=visit.stamp)]


def _fields(given: Questions) -> tuple[FormField, ...]:
    return tuple(FormField(name=name, state=given[name]) for name in FIELD_NAMES)


def _lines(content: Questions) -> Iterator[SettingLine]:
    return question_lines(_fields(content))


SAVE: Final = StepSave(FORM, _read, _commands, _lines)
"""How step 3 is saved."""
SKIP: Final = "passer"
"""What the button sends that asks for names alone, whatever is ticked (S-84)."""


@router.get("/{association}/collectes/{campaign_id}/etapes/formulaire")
async def questions(visit: Runner) -> Response:
    """Show the questions; where none was ever set the class is proposed, which the balance per class needs (S-82)."""
    stored = (await read_settings(visit, SAVE)).content
    fresh = await _is_fresh(visit)
    return await _show(visit, {**stored, CLASS: _REQUIRED} if fresh else stored, {}, digest_of(stored))


@router.post("/{association}/collectes/{campaign_id}/etapes/formulaire")
async def change_questions(visit: Runner, form: FormBody) -> Response:
    """Save the questions, or show which has no answer."""
    action = text(form, "action") or NEXT
    skips = action == SKIP and await _is_fresh(visit)
    given = dict.fromkeys(FIELD_NAMES, _HIDDEN) if skips else {name: text(form, name) for name in FIELD_NAMES}
    errors = {name: _UNCHOSEN for name, state in given.items() if state not in FIELD_STATES}
    if errors or not (skips or action in (NEXT, BACK)):
        return await _show(visit, given, errors, text(form, DIGEST))
    both = await save_step(visit, as_chosen(visit, SAVE), form, given)
    return after(visit, FORM, action) if both is None else both


async def _is_fresh(visit: CampaignVisit) -> bool:
    """Tell whether the questions of a draft were never saved."""
    return visit.campaign.status == "draft" and not (await settings_of(visit)).fields


async def _show(visit: CampaignVisit, given: Questions, errors: dict[str, str], digest: str) -> Response:
    return await show_step(
        visit,
        FORM,
        errors,
        given=given,
        digest=digest,
        questions=QUESTIONS,
        asked=ASKED,
        about_children=CLASS,
        fresh=await _is_fresh(visit),
    )
