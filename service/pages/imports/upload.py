"""Giving a file of payments to be imported, and what was imported before (S-135)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from adapters.files.waiting_imports import FileGiver
from adapters.imports.rows import MAX_BYTES
from domain.campaign.state import Campaign
from domain.vocabulary.platforms import Platform, french_platform
from projections import directory
from projections.external import import_history
from service.auth.actions import Action
from service.http.forms import FieldErrors, FormBody
from service.imports.importer import asks_class
from service.imports.model_file import EXTRA_COLUMNS, model_file, needed_columns
from service.pages.frame.visit import CampaignVisit, campaign_visit

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/importer"
"""Where a file is given."""
CLOSED: Final = {
    "draft": "Cette collecte est un brouillon\u00a0: publiez-la avant d’importer des paiements.",
    "archived": "Cette collecte est archivée\u00a0: elle se consulte, rien ne s’y importe.",
}
"""Why nothing can be imported into a campaign, by its status."""
GONE: Final = "Ce fichier n’est plus là\u00a0: il est importé, ou une heure est passée. Choisissez-le de nouveau."
_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MISSING: Final = "Choisissez le fichier à importer."
_TOO_LARGE: Final = "Ce fichier est trop volumineux\u00a0: 20\u00a0Mo au plus. Exportez une période plus courte."


@router.get(ROUTE)
async def upload_form(visit: Runner, lignes: str = "", ecarts: str = "", fait: str = "") -> Response:
    """Ask for a file, and list the imports that were done."""
    done = ""
    if lignes.isdecimal() and ecarts.isdecimal():
        done = done_sentence(int(lignes[:6]), int(ecarts[:6]))
    elif fait == "retire":
        done = "L’import est retiré\u00a0: ses paiements ne sont plus comptés."
    return await show_upload(visit, done=done, error=GONE if fait == "parti" else "")


@router.post(ROUTE)
async def give_file(visit: Runner, form: FormBody) -> Response:
    """Keep a file, sealed, until its preview is decided."""
    given = form.get("fichier")
    if visit.campaign.status in CLOSED:
        return await show_upload(visit, 409)
    if not isinstance(given, UploadFile) or not given.filename:
        return await show_upload(visit, 422, error=_MISSING)
    content = await given.read(MAX_BYTES + 1)
    if not content or len(content) > MAX_BYTES:
        return await show_upload(visit, 413 if content else 422, error=_TOO_LARGE if content else _MISSING)
    kept = await run_in_threadpool(visit.opened.import_files.keep, giver_of(visit), content, visit.now)
    return visit.go(f"{visit.campaign_base}/participants/importer/{kept}")


@router.get(f"{ROUTE}/modele.xlsx")
async def model(visit: Runner) -> Response:
    """Give the model of a list, its example in the first class of the coop."""
    labels = await visit.read(directory.class_labels, visit.coop.coop_id, visit.campaign.school_year)
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    school_class = next(iter(labels.values()), "CP") if labels or asks_class(campaign) else ""
    content = await run_in_threadpool(model_file, school_class, visit.today)
    headers = {"Content-Disposition": 'attachment; filename="modele-import.xlsx"', "Cache-Control": "no-store"}
    return Response(content, media_type=_WORKBOOK, headers=headers)


def _holder(platform: str | None) -> str:
    """Say who holds the money of an import: a list of one's own has the titles of AssoConnect's table."""
    if platform == Platform.ASSOCONNECT:
        return "par carte ou ailleurs (AssoConnect, ou votre liste)"
    return f"sur {french_platform(platform)}" if platform else ""


def giver_of(visit: CampaignVisit) -> FileGiver:
    """Return who gives a file, and for which campaign."""
    return FileGiver(visit.campaign.campaign_id, visit.principal.actor)


def done_sentence(lines: int, differences: int) -> str:
    """Say what an import recorded."""
    said = f"{lines} ligne{'s' if lines > 1 else ''} importée{'s' if lines > 1 else ''}"
    if differences:
        said += f", {differences} écart{'s' if differences > 1 else ''} enregistré{'s' if differences > 1 else ''}"
    return f"{said}. Le fichier est effacé."


async def show_upload(visit: CampaignVisit, status: int = 200, done: str = "", error: str = "") -> Response:
    """Show where a file is given, with what is wrong with the last one."""
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    files: list[import_history.ImportedFile] = await visit.read(
        import_history.imported_files, visit.campaign.campaign_id
    )
    return await visit.show(
        "imports/upload.html",
        "collectes",
        status,
        help_key="importer",
        tab="adherents",
        tab_title="Importer",
        closed=CLOSED.get(visit.campaign.status, ""),
        imports=[(one, _holder(one.platform)) for one in reversed(files)],
        done=done,
        columns=needed_columns(class_asked=asks_class(campaign)),
        optional=tuple(EXTRA_COLUMNS),
        errors=FieldErrors({"fichier": error} if error else {}),
    )
