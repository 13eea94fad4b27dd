"""Taking back all that an import recorded of another platform, once its consequences are said (S-135)."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.datastructures import FormData

from domain.errors import LedgerError, NotFound
from domain.external.payments import WithdrawImport
from domain.vocabulary.platforms import french_platform
from domain.vocabulary.reasons import WithdrawalReason, french_reason
from projections.external import queries
from service.auth.actions import Action
from service.http.forms import FormBody
from service.pages.frame.reason_form import LONGEST_NOTE, do_noted, read_reasoned
from service.pages.frame.typed_form import TypedFields, TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/imports/{import_id}/retirer"
REASONS: Final = {reason.value: french_reason(reason) for reason in WithdrawalReason}
"""Why an import was a mistake."""


@router.get(_ROUTE)
async def withdrawal_form(visit: Runner, import_id: UUID) -> Response:
    """Say what taking an import back does."""
    return await _show(visit, await _import(visit, import_id), TypedForm(FormData()))


@router.post(_ROUTE)
async def withdraw_import(visit: Runner, import_id: UUID, form: FormBody) -> Response:
    """Take back an import, all of it or nothing; twice is once."""
    row, typed = await _import(visit, import_id), TypedForm(form)
    why = read_reasoned(typed, REASONS)
    if typed.errors:
        return await _show(visit, row, typed, 422)
    command = WithdrawImport(
        stream_id=visit.campaign.campaign_id,
        import_id=import_id,
        reason=why.reason,
        note_id=why.note_id(uuid4()),
        stamp=visit.stamp,
    )
    try:
        await do_noted(visit, command, why.note)
    except LedgerError as refusal:
        return await _show(visit, row, typed, refusal.status, refusal.french)
    return visit.go(f"{visit.campaign_base}/participants/importer?fait=retire")


async def _import(visit: CampaignVisit, import_id: UUID) -> queries.ImportRow:
    """Find an import of the campaign.

    Raises:
        NotFound: it has none of this id.

    """
    rows: list[queries.ImportRow] = await visit.read(queries.imports, visit.campaign.campaign_id)
    for row in rows:
        if row.import_id == import_id:
            return row
    raise NotFound(import_id=import_id)


async def _show(
    visit: CampaignVisit, row: queries.ImportRow, typed: TypedForm, status: int = 200, refused: str = ""
) -> Response:
    return await visit.show(
        "imports/withdrawal.html",
        "collectes",
        status,
        help_key="importer",
        tab="adherents",
        tab_title="Retirer un import",
        row=row,
        platform=french_platform(row.platform),
        reasons=REASONS,
        typed=TypedFields(typed.typed),
        errors=typed.errors,
        refused=refused,
        longest_note=LONGEST_NOTE,
    )
