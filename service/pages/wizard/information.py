"""Step 1, general information: title, picture, description, terms, files, contact (S-51…S-62)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from secrets import token_urlsafe
from typing import Annotated, Any, Final, NamedTuple
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from adapters.files import AttachmentRef
from adapters.people_vault import Person
from domain.aggregate import Intent
from domain.calendar import fiscal_year, fiscal_year_label
from domain.campaign.settings import DraftCampaign, EditDetails
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import AlreadyExists, InvalidInput, NotFound
from domain.events.campaign import CampaignDetails
from projections import directory
from service.auth.actions import Action
from service.fields import (
    MAX_EMAIL,
    MAX_LONG_TEXT,
    MAX_PHONE,
    MAX_TITLE,
    french_phone,
    read_email,
    read_long_text,
    read_phone,
    read_title,
)
from service.http.forms import FormBody, text
from service.http.trail import note
from service.pages.campaign.words import SettingLine, contact_lines, details_lines, purpose_name
from service.pages.frame.visit import CampaignVisit, CoopVisit, campaign_visit, coop_visit
from service.pages.french import french_size
from service.pages.wizard.saves import NewContacts, StepSave, carry_out, digest_of, read_settings, save_step
from service.pages.wizard.steps import BACK, INFORMATION, NEXT, after, in_order, show_step
from service.pages.wizard.uploads import FormFiles, drawing_of, take_files
from service.trail import TrailKind

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_NO_TITLE: Final = "Donnez un titre à la collecte\u00a0: les familles le voient en premier."
_TEXTS: Final = {
    "title": MAX_TITLE,
    "description": MAX_LONG_TEXT,
    "terms": MAX_LONG_TEXT,
    "email": MAX_EMAIL,
    "phone": MAX_PHONE,
}
"""The fields that are typed, and the longest of each."""
_FIELDS: Final = ("purpose", "school_year", "title", "photo", "description", "terms", "pieces", "email", "phone")
"""All fields, in the order of the page."""


class Information(NamedTuple):
    """What step 1 sets; the contact is its address and its number, which are in the vault."""

    title: str = ""
    description: str = ""
    terms: str = ""
    email: str = ""
    phone: str = ""
    picture: str = ""
    attachments: tuple[str, ...] = ()

    def details(self, **more: Any) -> CampaignDetails:  # noqa: ANN401 - passed on as given
        """Return them as events have them."""
        return CampaignDetails(
            title=self.title,
            description=self.description,
            terms=self.terms,
            picture=self.picture,
            attachments=self.attachments,
            **more,
        )


async def _read(visit: CampaignVisit, campaign: Campaign) -> Information:
    details = campaign.details or CampaignDetails(title="")
    found = None
    if details.contact_id is not None:
        found = await run_in_threadpool(visit.opened.vault.get, details.contact_id)
    contact = Person("", "") if found is None else found
    return Information(
        details.title,
        details.description,
        details.terms,
        contact.email,
        contact.phone,
        details.picture,
        details.attachments,
    )


async def _commands(
    visit: CampaignVisit, stored: Information, given: Information, contacts: NewContacts
) -> list[Intent[Any]]:
    """Keep the contact that there is, or name another one."""
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    contact_id = campaign.details.contact_id if campaign.details else None
    if (given.email, given.phone) != (stored.email, stored.phone):
        contact_id = None
        if given.email or given.phone:
            contact_id = uuid4()
            contacts[contact_id] = Person("", "", given.email, given.phone)
    details = given.details(contact_id=contact_id)
    return [EditDetails(stream_id=visit.campaign.campaign_id, details=details, stamp=visit.stamp)]


def _lines(content: Information) -> Iterator[SettingLine]:
    yield from details_lines(content.details())
    yield from contact_lines(content.email, french_phone(content.phone))


SAVE: Final = StepSave(INFORMATION, _read, _commands, _lines)
"""How step 1 is saved."""


@router.get("/{association}/coops/{coop_id}/collectes/nouvelle")
async def new_campaign(visit: CoopRunner) -> Response:
    """Show step 1 of a campaign that is not there yet, filled in as far as it can be guessed."""
    purposes = (await visit.policy_of()).policy.purposes
    guessed = purposes[0] if len(purposes) == 1 else ""
    typed = {**dict.fromkeys(_TEXTS, ""), "title": purpose_name(guessed) if guessed else ""}
    typed |= {"purpose": guessed, "school_year": str(fiscal_year(visit.today))}
    return await _show(visit, typed, FormFiles("", (), {}), {})


@router.post("/{association}/coops/{coop_id}/collectes/nouvelle")
async def draft_campaign(visit: CoopRunner, form: FormBody) -> Response:
    """Begin the campaign as a draft, or show what is wrong in step 1."""
    action, key = text(form, "action") or NEXT, text(form, "cle") or token_urlsafe(12)
    files = await take_files(visit.opened, form, action, ("", ()))
    given, errors = _given(form, files, visit.opened.phone_region)
    policy = (await visit.policy_of()).policy
    purpose, years = text(form, "purpose"), _years(visit)
    if purpose not in policy.purposes:
        errors["purpose"] = "Choisissez l’objet de la collecte dans la liste de votre association."
    if text(form, "school_year") not in years:
        errors["school_year"] = "Choisissez l’année scolaire de la collecte."
    typed = {**_typed(form), "purpose": purpose, "school_year": text(form, "school_year")}
    if action != NEXT or errors:
        return await _show(visit, typed, files, _told(errors, files, action), form_key=key, focus=_focus(action))
    campaign_id, contacts = visit.new_id(key, "campaign"), NewContacts()
    contact_id = visit.new_id(key, "contact") if given.email or given.phone else None
    if contact_id is not None:
        contacts[contact_id] = Person("", "", given.email, given.phone)
    command = DraftCampaign(
        stream_id=campaign_id,
        coop_id=visit.coop.coop_id,
        details=given.details(contact_id=contact_id),
        purpose=purpose,
        school_year=int(typed["school_year"]),
        demo=(await visit.opened.states.current(Coop, visit.coop.coop_id)).demo,
        policy=policy,
        stamp=visit.stamp,
    )
    try:
        await carry_out(visit, [command], contacts)
    except AlreadyExists:  # the same form was sent before: what it says now is an edit
        if (both := await save_step(await _again(visit, campaign_id), SAVE, form, given, files.fields)) is not None:
            return both
    return visit.go(f"/collectes/{campaign_id}{INFORMATION.following}?fait=cree")


@router.get("/{association}/collectes/{campaign_id}/etapes/informations")
async def information(visit: Runner, request: Request) -> Response:
    """Show step 1 as it is stored."""
    await note(request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    stored = (await read_settings(visit, SAVE)).content
    typed = {name: getattr(stored, name) for name in _TEXTS} | {"phone": french_phone(stored.phone)}
    files = FormFiles(stored.picture, stored.attachments, {})
    return await _show(visit, typed, files, {}, digest=digest_of(stored))


@router.post("/{association}/collectes/{campaign_id}/etapes/informations")
async def change_information(visit: Runner, form: FormBody) -> Response:
    """Save step 1, or show what is wrong in it."""
    action = text(form, "action") or NEXT
    stored = (await read_settings(visit, SAVE)).content
    files = await take_files(visit.opened, form, action, (stored.picture, stored.attachments))
    given, errors = _given(form, files, visit.opened.phone_region)
    if action not in (NEXT, BACK) or errors:
        told, digest = _told(errors, files, action), text(form, "empreinte")
        return await _show(visit, _typed(form), files, told, digest=digest, focus=_focus(action))
    both = await save_step(visit, SAVE, form, given, files.fields)
    return after(visit, INFORMATION, action) if both is None else both


async def _again(visit: CoopVisit, campaign_id: Any) -> CampaignVisit:  # noqa: ANN401 - an id
    """Return the visit of a campaign that was begun a moment ago.

    Raises:
        NotFound: it is another coop's.

    """
    await visit.all_shown()
    campaign = await visit.read(directory.find_campaign, campaign_id)
    if campaign is None or campaign.coop_id != visit.coop.coop_id:
        raise NotFound(campaign=campaign_id)
    return CampaignVisit(visit, visit.coop, campaign)


def _typed(form: FormData) -> dict[str, str]:
    return {name: text(form, name, longest) for name, longest in _TEXTS.items()}


def _given(form: FormData, files: FormFiles, region: str) -> tuple[Information, dict[str, str]]:
    """Read what was typed; what is wrong is said by field, the files' first."""
    readers: dict[str, Callable[[str], str]] = {
        "title": read_title,
        "description": read_long_text,
        "terms": read_long_text,
        "email": lambda typed: read_email(typed) if typed.strip() else "",
        "phone": lambda typed: read_phone(typed, region) if typed.strip() else "",
    }
    read, errors = {}, {}
    for name, typed in _typed(form).items():
        try:
            read[name] = readers[name](typed)
        except InvalidInput as refusal:
            errors[name] = _NO_TITLE if name == "title" and not typed.strip() else refusal.french
            read[name] = ""
    return Information(**read, picture=files.picture, attachments=files.attachments), errors | files.errors


def _told(errors: dict[str, str], files: FormFiles, action: str) -> dict[str, str]:
    """Return what is said: all that is wrong to who goes on, of who adds or takes away a file that alone."""
    return in_order(errors, _FIELDS) if action in (NEXT, BACK) else files.errors


def _focus(action: str) -> str:
    """Return the place of the files that were just added or removed: the page is shown there again."""
    return "" if action in (NEXT, BACK) else "photo" if action.endswith("photo") else "piece"


def _years(visit: CoopVisit) -> dict[str, str]:
    """Return the school years that a campaign may be begun for: this one and the next."""
    this = fiscal_year(visit.today)
    return {str(year): fiscal_year_label(year) for year in (this, this + 1)}


async def _show(
    visit: CoopVisit,
    typed: dict[str, str],
    files: FormFiles,
    errors: dict[str, str],
    **values: Any,  # noqa: ANN401 - a template takes anything
) -> Response:
    association = await visit.policy_of()
    refs = [(text, AttachmentRef.parse(text)) for text in files.attachments]
    fixed = {}
    if isinstance(visit, CampaignVisit):
        purpose, year = visit.campaign.purpose, visit.campaign.school_year
        fixed = {"purpose": purpose_name(purpose), "school_year": fiscal_year_label(year)}
    return await show_step(
        visit,
        INFORMATION,
        errors,
        typed=typed,
        fixed=fixed,
        purposes={one: purpose_name(one) for one in association.policy.purposes},
        years=_years(visit),
        identification=visit.coop.identification(association.name),
        picture=files.picture,
        drawing=await run_in_threadpool(partial(drawing_of, visit.opened, files.picture)),
        attachments=[(text, ref.digest, ref.name, french_size(ref.size)) for text, ref in refs if ref],
        **{"digest": "", "focus": "", **values},
    )
