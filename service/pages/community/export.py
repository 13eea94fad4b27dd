"""The rows of the list of participants as a file: which, with which columns, in which format (S-142…S-145).

The form of the list leads to a page that asks; « Continuer » gives the file, « Annuler » leads back and gives none.
Files that name families ask for a passkey, and that they were made is noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from reports.participants.export import DISPLAYED
from service.auth.actions import Action
from service.baskets.questions import CLASS, PHOTO, QUESTIONS
from service.contacts.person_fields import own_labels
from service.http.documents import made_document
from service.http.forms import FormBody, text
from service.http.trail import note
from service.pages.community.errors import NothingChosen
from service.pages.community.participant_rows import keys_of
from service.pages.community.participants import show_refused
from service.pages.community.selected import read_keys, read_selection
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
FIELDS: Final = {question.name: question.label for question in QUESTIONS if question.name not in (CLASS, PHOTO)}
"""What the answers of a form are called in a file, beside those of the coop's own fields; the class has a column."""
_WHOLE, _DISPLAYED = "toutes", "affichees"


@router.post("/{association}/collectes/{campaign_id}/participants/exporter")
async def export(visit: CampaignRunner, form: FormBody) -> Response:
    """Ask what the file is to hold; then hand it over."""
    if text(form, "etape") != "fichier":
        return await _ask(visit, form)
    await visit.decide(Action.EXPORT)
    try:
        keys = await read_keys(visit, form)
    except NothingChosen as refusal:
        return await show_refused(visit, form, refusal)
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    whole, campaign_id = text(form, "colonnes") != _DISPLAYED, visit.campaign.campaign_id
    own = await run_in_threadpool(own_labels, visit.opened, visit.coop.coop_id)
    fields = _told_apart({**FIELDS, **own})
    return await made_document(
        visit.opened,
        visit.now,
        _format(form),
        lambda builder: builder.participants(campaign_id, keys, fields, whole=whole),
    )


def _told_apart(fields: Mapping[str, str]) -> dict[str, str]:
    """Name questions that are called the same by a number, in their order: each has a column."""
    told: dict[str, str] = {}
    for name, label in fields.items():
        others = [one for one in fields if fields[one] == label]
        told[name] = label if others[0] == name else f"{label} (question {others.index(name) + 1})"
    return told


def _format(form: FormBody) -> Literal["xlsx", "csv"]:
    return "csv" if text(form, "format") == "csv" else "xlsx"


async def _ask(visit: CampaignVisit, form: FormBody) -> Response:
    """Show what the file may hold, as it was chosen; without a ticked row it may be all that were found."""
    selection = read_selection(form)
    found = await run_in_threadpool(keys_of, visit.opened, visit.campaign, selection.choices)
    if not found and not selection.lines:
        return await show_refused(visit, form, NothingChosen(ticked=0))
    values: dict[str, Any] = {
        "selection": selection,
        "everything": selection.everything or not selection.lines,
        "ticked": len(selection.lines),
        "found": len(found),
        "columns": text(form, "colonnes") or _WHOLE,
        "format": _format(form),
        "displayed": DISPLAYED,
    }
    return await visit.show(
        "mandataire/export_rows.html",
        "collectes",
        help_key="exporter",
        tab="adherents",
        tab_title="Exporter",
        **values,
    )
