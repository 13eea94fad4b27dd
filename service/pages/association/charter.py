"""The charter of collections: read by everybody, published by the office after a look at it (S-48)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.auth.actions import Action
from service.charters import CharterText, charter_in_force, charter_publication, charter_versions
from service.fields import MAX_CHARTER, read_charter
from service.http.forms import FormBody, text
from service.pages.frame.typed_form import FieldErrors, TypedForm
from service.pages.frame.visit import MemberVisit, association_visit, member_visit

router = APIRouter()
Reader = Annotated[MemberVisit, Depends(member_visit(Action.READ))]
RuleSetter = Annotated[MemberVisit, Depends(association_visit(Action.SET_RULES))]
_NEXT: Final = "/{association}/charte/nouvelle"
_PLACE: Final = "charte"


@router.get("/{association}/charte")
async def charter(visit: Reader, version: int = 0) -> Response:
    """Show the charter in force, or an earlier version of it."""
    versions = await run_in_threadpool(charter_versions, visit.opened, await visit.policy_of())
    shown = next((one for one in versions if one.version == version), versions[0] if versions else None)
    return await visit.show("association/charter.html", _PLACE, versions=versions, shown=shown)


@router.get(_NEXT)
async def next_charter_form(visit: RuleSetter) -> Response:
    """Show the text in force, to be changed into the next version."""
    held = await run_in_threadpool(charter_in_force, visit.opened, await visit.policy_of())
    return await _show(visit, held.text if held else "")


@router.post(_NEXT)
async def publish_charter(visit: RuleSetter, form: FormBody) -> Response:
    """Show how the text will be read; then publish it."""
    typed, step = TypedForm(form), text(form, "etape")
    read = typed.read("text", read_charter, "", MAX_CHARTER)
    held = await run_in_threadpool(charter_in_force, visit.opened, await visit.policy_of())
    if not typed.errors and held is not None and read == held.text and step != "corriger":
        typed.refuse("text", "Ce texte est déjà celui de la charte en vigueur.")
    if typed.errors or step == "corriger":
        return await _show(visit, typed.typed["text"], typed.errors)
    coming = CharterText((held.version if held else 0) + 1, read, visit.today)
    if step != "publier":
        return await _show(visit, typed.typed["text"], coming=coming)
    opened = visit.opened
    publish = await run_in_threadpool(
        charter_publication, opened.charters, opened.ledger.association_id, visit.stamp, read
    )
    await visit.do(publish, key=f"{text(form, 'cle')}:{publish.text_sha256[:16]}")
    return visit.go("/charte")


async def _show(
    visit: MemberVisit, typed: str, errors: FieldErrors | None = None, coming: CharterText | None = None
) -> Response:
    return await visit.show(
        "association/charter_next.html",
        _PLACE,
        422 if errors else 200,
        typed=typed,
        errors=errors or FieldErrors(),
        coming=coming,
        longest_charter=MAX_CHARTER + 1,
    )
