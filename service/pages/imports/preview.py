"""What an import would do, before it does it: lines to add, lines refused, differences to decide; then it is done.

The file is the one that was given, sealed meanwhile; the preview and the import make one plan (ADR 40).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from adapters.imports.errors import FileRefused
from adapters.processes import LimitExceeded
from domain.errors import LedgerError
from projections import directory, participants
from projections.participants import ParticipantRow
from service.auth.actions import Action
from service.http.forms import FieldErrors, FormBody, text
from service.http.trail import note
from service.imports import ImportDecision, ImportReport, import_payments
from service.imports.decisions import DecisionUnfit
from service.pages.community.participant_rows import class_label
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.imports.upload import CLOSED, ROUTE, giver_of, show_upload
from service.pages.imports.words import NO_DECISION, words_of
from service.people import full_name
from service.trail import TrailKind

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = f"{ROUTE}/{{file_id}}"
_FIELD: Final = re.compile(r"decision-([1-9][0-9]{0,5})")
_AT_ONCE: Final = CapacityLimiter(2)
"""Imports that are read or carried out at once: each may take a core for a minute."""
_NOTHING: Final = "Il n’y a rien à importer\u00a0: décidez d’un écart au moins, ou choisissez un autre fichier."
_SKIP: Final = "Des lignes sont refusées\u00a0: corrigez le fichier, ou importez les autres."


@router.get(_ROUTE)
async def preview(visit: Runner, file_id: UUID) -> Response:
    """Show what the import of a file would do."""
    return await _preview(visit, file_id, {})


@router.post(_ROUTE)
async def decide(visit: Runner, file_id: UUID, form: FormBody) -> Response:
    """Show what the import would do with what was decided, or do it; the file is erased then."""
    decisions, content = _decisions(form), await _content(visit, file_id)
    if content is None or text(form, "etape") != "importer":
        return await _preview(visit, file_id, decisions)
    skips = "ignorer" in form
    try:
        report = await _run(visit, content, decisions, skips=skips, trial=False)
    except DecisionUnfit as refusal:
        return await _preview(visit, file_id, {}, {f"decision-{refusal.values['line']}": refusal.french})
    except LedgerError as refusal:
        return await _preview(visit, file_id, decisions, {"import": refusal.french})
    if report.refused and not skips:
        return await _preview(visit, file_id, decisions, {"import": _SKIP})
    if not report.imported and not report.decided:
        return await _preview(visit, file_id, decisions, {"import": _NOTHING})
    await run_in_threadpool(visit.opened.import_files.erase, file_id)
    head, _ = await run_in_threadpool(visit.opened.head)
    await visit.shown(head)
    done = f"lignes={report.imported}&ecarts={len(report.decided)}"
    return visit.go(f"{visit.campaign_base}/participants/importer?{done}")


async def _content(visit: CampaignVisit, file_id: UUID) -> bytes | None:
    return await run_in_threadpool(visit.opened.import_files.read, file_id, giver_of(visit), visit.now)


async def _run(
    visit: CampaignVisit, content: bytes, decisions: dict[int, ImportDecision], *, skips: bool, trial: bool
) -> ImportReport:
    work = partial(
        import_payments,
        visit.opened.ledger,
        visit.opened.vault,
        visit.campaign.campaign_id,
        content,
        by=visit.principal.actor,
        at=visit.now,
        scope=visit.coop.coop_id,
        phone_region=visit.opened.phone_region,
        skip_errors=skips,
        dry_run=trial,
        decisions=decisions,
    )
    return await to_thread.run_sync(work, limiter=_AT_ONCE)


async def _preview(
    visit: CampaignVisit,
    file_id: UUID,
    decisions: dict[int, ImportDecision],
    errors: dict[str, str] | None = None,
) -> Response:
    """Show what the import would do; a file that cannot be read is erased, and the page that asks for one says why."""
    content = await _content(visit, file_id)
    if content is None:
        return visit.go(f"{visit.campaign_base}/participants/importer?fait=parti")
    if visit.campaign.status in CLOSED:
        return await show_upload(visit, 409)
    wrong = FieldErrors(errors or {})
    try:
        report = await _run(visit, content, decisions, skips=True, trial=True)
    except DecisionUnfit as refusal:
        wrong[f"decision-{refusal.values['line']}"] = refusal.french
        report = await _run(visit, content, {}, skips=True, trial=True)
    except (FileRefused, LimitExceeded) as refusal:
        await run_in_threadpool(visit.opened.import_files.erase, file_id)
        return await show_upload(visit, refusal.status, error=refusal.french)
    labels = await visit.read(directory.class_labels, visit.coop.coop_id, visit.campaign.school_year)
    return await visit.show(
        "imports/preview.html",
        "collectes",
        422 if wrong else 200,
        help_key="importer",
        tab="adherents",
        tab_title="Importer",
        file_id=file_id,
        shown=words_of(report, labels, await _named(visit, report, labels)),
        chosen={line: decision.value for line, decision in decisions.items()},
        no_decision=NO_DECISION,
        errors=wrong,
    )


async def _named(visit: CampaignVisit, report: ImportReport, labels: Mapping[str, str]) -> dict[UUID, str]:
    """Name the children that the file tells otherwise of, with their classes; that names were read is noted."""
    if not report.differing:
        return {}
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    people = await run_in_threadpool(visit.opened.people, {child for _, child in report.differing})
    held: list[ParticipantRow] = await visit.read(
        participants.of_contributions, {contribution_id for contribution_id, _ in report.differing}
    )
    classes = {child.participant_id: class_label(labels, child.class_code) for child in held}
    return {
        child: ", ".join(filter(None, (full_name(people.get(child)), classes.get(child, ""))))
        for _, child in report.differing
    }


def _decisions(form: FormData) -> dict[int, ImportDecision]:
    """Read what was decided, by line; what is left as it is is no decision."""
    given = {int(found[1]): text(form, name) for name in form if (found := _FIELD.fullmatch(name))}
    return {line: ImportDecision(word) for line, word in given.items() if word in tuple(ImportDecision)}
