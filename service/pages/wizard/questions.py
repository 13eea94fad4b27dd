"""Step 3, the form: each question beside the names is not asked, optional or required (S-72…S-86)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.aggregate import Intent
from domain.campaign.settings import FIELD_NAMES, FIELD_STATES, SetFormFields
from domain.campaign.state import Campaign
from domain.events.campaign import FormField
from domain.people.person_fields import MOST_ASKED, PersonFields, is_own
from service.auth.actions import Action
from service.contacts.person_fields import KINDS
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
_LONGEST: Final = 1_000
_UNCHOSEN: Final = "Choisissez une des trois réponses pour cette information."


async def _read(_visit: CampaignVisit, campaign: Campaign) -> Questions:
    asked = {field.name: field.state for field in campaign.fields}
    return _content({**dict.fromkeys(FIELD_NAMES, _HIDDEN), **asked})


def _content(states: Mapping[str, str]) -> Questions:
    """Leave out fields of the coop that are not asked: which it has is no setting of the campaign."""
    return {name: state for name, state in states.items() if not is_own(name) or state != _HIDDEN}


async def _commands(
    visit: CampaignVisit, _stored: Questions, given: Questions, _contacts: NewContacts
) -> list[Intent[Any]]:
    return [SetFormFields(stream_id=visit.campaign.campaign_id, fields=_fields(given), stamp=visit.stamp)]


def _fields(given: Questions) -> tuple[FormField, ...]:
    own = [name for name in given if is_own(name)]
    return tuple(FormField(name=name, state=given[name]) for name in (*FIELD_NAMES, *own))


def _lines(content: Questions) -> Iterator[SettingLine]:
    return question_lines(_fields(content), {})


SAVE: Final = StepSave(FORM, _read, _commands, _lines)
"""How step 3 is saved."""
SKIP: Final = "passer"
"""What the button sends that asks for names alone, whatever is ticked (S-84)."""
OWN: Final = "champs"
"""What the button sends that leads to the fields of the coop, from where one comes back to what was ticked (S-39)."""
_TOO_MANY: Final = f"Un formulaire demande {MOST_ASKED} de vos champs au plus."


@router.get("/{association}/collectes/{campaign_id}/etapes/formulaire")
async def questions(visit: Runner, choix: str = "") -> Response:
    """Show the questions; where none was ever set the class is proposed, which the balance per class needs (S-82).

    ``choix`` are those that were ticked before one left for the fields of the coop: they are not saved yet.
    """
    stored = (await read_settings(visit, SAVE)).content
    fields = await _own_fields(visit)
    fresh = await _is_fresh(visit)
    shown = {**stored, CLASS: _REQUIRED} if fresh else stored
    return await _show(visit, fields, {**shown, **read_ticked(choix, fields)}, {}, digest_of(stored))


@router.post("/{association}/collectes/{campaign_id}/etapes/formulaire")
async def change_questions(visit: Runner, form: FormBody) -> Response:
    """Save the questions, or show which has no answer."""
    action, fields = text(form, "action") or NEXT, await _own_fields(visit)
    skips = action == SKIP and await _is_fresh(visit)
    given = dict.fromkeys(FIELD_NAMES, _HIDDEN) if skips else {name: text(form, name) for name in FIELD_NAMES}
    own = {} if skips else {field.field_id: text(form, field.field_id) or _HIDDEN for field in fields}
    if action == OWN:
        return visit.go(_to_fields(visit, given | own))
    errors = {name: _UNCHOSEN for name, state in (given | own).items() if state not in FIELD_STATES}
    asked = [name for name, state in own.items() if state != _HIDDEN]
    if len(asked) > MOST_ASKED:
        errors[asked[-1]] = _TOO_MANY
    if errors or not (skips or action in (NEXT, BACK)):
        return await _show(visit, fields, given | own, errors, text(form, DIGEST))
    save = as_chosen(visit, SAVE._replace(lines=partial(_called, labels=fields.labels())))
    both = await save_step(visit, save, form, _content(given | own))
    return after(visit, FORM, action) if both is None else both


def _called(content: Questions, labels: Mapping[str, str]) -> Iterator[SettingLine]:
    return question_lines(_fields(content), labels)


def _to_fields(visit: CampaignVisit, given: Mapping[str, str]) -> str:
    """Return the address of the coop's fields, which leads back here with what is ticked."""
    ticked = "-".join(f"{name}.{state[0]}" for name, state in given.items() if state in FIELD_STATES)
    back = f"{visit.campaign_base}{FORM.address}?choix={ticked}"
    return f"{visit.coop_base}/parametres/fiches?{urlencode({'retour': back})}"


def read_ticked(choices: str, fields: PersonFields) -> Questions:
    """Read what was ticked from an address of this page; what is none of the questions is passed over."""
    states = {state[0]: state for state in FIELD_STATES}
    known = {*FIELD_NAMES, *(field.field_id for field in fields)}
    pairs = (part.partition(".") for part in choices[:_LONGEST].split("-"))
    return {name: states[state] for name, _, state in pairs if name in known and state in states}


async def _own_fields(visit: CampaignVisit) -> PersonFields:
    fields: PersonFields = await run_in_threadpool(visit.opened.contacts.fields.read, visit.coop.coop_id)
    return fields


async def _is_fresh(visit: CampaignVisit) -> bool:
    """Tell whether the questions of a draft were never saved."""
    return visit.campaign.status == "draft" and not (await settings_of(visit)).fields


async def _show(
    visit: CampaignVisit, fields: PersonFields, given: Questions, errors: dict[str, str], digest: str
) -> Response:
    own = {field.field_id: field.name for field in fields}
    return await show_step(
        visit,
        FORM,
        errors,
        given={**dict.fromkeys(own, _HIDDEN), **given},
        digest=digest,
        questions=QUESTIONS | own,
        general=[name for name in QUESTIONS if name != CLASS],
        categories=[category for category in fields.categories if category.fields],
        kinds=KINDS,
        asked=ASKED,
        about_children=CLASS,
        fresh=await _is_fresh(visit),
    )
