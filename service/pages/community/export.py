"""The rows of the list of participants as a file: which, with which columns, in which format (S-142…S-145).

The form of the list leads to a page that asks; « Continuer » gives the file, or has a long one prepared; « Annuler »
leads back and gives none. Files that name families ask for a passkey, and that one was made is noted: a prepared one
where it is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.exports import ChosenRows, ExportKind, ExportRequest
from domain.errors import LedgerError
from projections.figures.participant_list import ChildKey
from reports.on_demand import rendered
from reports.participants.export import DISPLAYED
from service.auth.actions import Action
from service.exports.chosen_list import AT_ONCE, made_list
from service.exports.requests import request_export
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.dependencies import worker_of
from service.http.documents import handed_over
from service.http.forms import FormBody, text
from service.http.trail import note
from service.members.errors import PasskeyRequired
from service.pages.community.errors import NothingChosen
from service.pages.community.participant_rows import keys_of
from service.pages.community.participants import show_refused
from service.pages.community.selected import read_keys, read_selection
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_WHOLE: Final = "toutes"
_DISPLAYED: Final = "affichees"


@router.post("/{association}/collectes/{campaign_id}/participants/exporter")
async def export(visit: CampaignRunner, form: FormBody) -> Response:
    """Ask what the file is to hold; then hand it over, or have it prepared."""
    if text(form, "etape") != "fichier":
        return await _ask(visit, form)
    try:
        await visit.decide(Action.EXPORT)
    except PasskeyRequired:
        return await _ask(visit, form, passkey=True)
    try:
        keys = await read_keys(visit, form)
    except NothingChosen as refusal:
        return await show_refused(visit, form, refusal)
    if len(keys) > AT_ONCE:
        return await _have_prepared(visit, form, keys)
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    whole = text(form, "colonnes") != _DISPLAYED
    report = await run_in_threadpool(made_list, visit.opened, visit.campaign, keys, visit.now, whole=whole)
    return handed_over(await run_limited(DOCUMENT, rendered, report, _format(form)))


async def _have_prepared(visit: CampaignVisit, form: FormBody, keys: Sequence[ChildKey]) -> Response:
    """Have the worker make a long list; it is taken away among the coop's exports."""
    rows = ChosenRows("displayed" if text(form, "colonnes") == _DISPLAYED else "every", keys)
    # Sent again with another choice, the same form asks for another file.
    choice = f"list {_format(form)} {rows.columns} {sha256(rows.packed).hexdigest()}"
    request = ExportRequest(
        export_id=visit.new_id(text(form, "cle"), choice),
        coop_id=visit.coop.coop_id,
        asked_by=visit.member.session.member_id,
        kind=ExportKind.LIST,
        campaign_id=visit.campaign.campaign_id,
        school_year=None,
        form=_format(form),
        rows=rows,
    )
    try:
        await run_in_threadpool(request_export, visit.opened, worker_of(visit.request).outbox, request, visit.now)
    except LedgerError as refusal:
        return await _ask(visit, form, refusal=refusal.french)
    return visit.go(f"{visit.coop_base}/exports?demande=1#prepares")


def _format(form: FormBody) -> Literal["xlsx", "csv"]:
    return "csv" if text(form, "format") == "csv" else "xlsx"


async def _ask(visit: CampaignVisit, form: FormBody, *, passkey: bool = False, refusal: str = "") -> Response:
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
        "passkey": passkey,
        "at_once": AT_ONCE,
        "refusal": refusal,
    }
    return await visit.show(
        "mandataire/export_rows.html",
        "collectes",
        status=403 if passkey else 409 if refusal else 200,
        help_key="exporter",
        tab="adherents",
        tab_title="Exporter",
        **values,
    )
