"""Naming a mandate holder of a coop, ending a mandate, inviting once more (S-01, S-03)."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.coop.mandates import RevokeMandate
from domain.errors import NotFound
from domain.vocabulary.reasons import MandateEndReason, french_reason
from service.auth.actions import Action
from service.coops.appointments import appoint, invite_again
from service.coops.overview import MandateLine, mandate_lines
from service.http.forms import FieldErrors, FormBody, text
from service.http.members import mailer_of
from service.pages.association.registration_form import appointment, default_mandate, read_mandate_days
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
Appointing = Annotated[CoopVisit, Depends(coop_visit(Action.APPOINT))]
_NEW: Final = "/{association}/coops/{coop_id}/cooperative/mandats/nouveau"
_ONE: Final = "/{association}/coops/{coop_id}/cooperative/mandats/{mandate_id}"
_PLACE: Final = "parametres"
_HELP: Final = "cooperative"
REASONS: Final = {reason.value: french_reason(reason) for reason in MandateEndReason}
"""Why a mandate may end, as the page offers it."""


@router.get(_NEW)
async def new_mandate_form(visit: Appointing) -> Response:
    """Ask who is to hold a mandate of the coop, and for which days."""
    first, last = default_mandate(visit.today)
    days = {"valid_from": first.isoformat(), "valid_to": last.isoformat()}
    return await _show_new(visit, dict.fromkeys(("first_name", "last_name", "email"), "") | days)


@router.post(_NEW)
async def give_mandate(visit: Appointing, form: FormBody) -> Response:
    """Give the mandate, and have the invitation leave."""
    typed, key = TypedForm(form), text(form, "cle")
    profile = typed.person()
    first, last = read_mandate_days(typed, visit.today)
    known = await run_in_threadpool(visit.opened.members.members.id_of, profile.email) if profile.email else None
    if known is not None and str(known) == visit.principal.actor:
        typed.refuse("email", "C’est votre adresse\u00a0: personne ne se donne un mandat à soi-même.")
    if typed.errors:
        return await _show_new(visit, typed.typed, typed.errors, key)
    asked = appointment(visit, key, visit.coop.coop_id, profile, (first, last))
    outbox = mailer_of(visit.request).outbox
    under = f"{visit.key(key)}:{asked.mandate_id}"
    await visit.shown(await run_in_threadpool(appoint, visit.opened, outbox, asked, visit.stamp, under))
    return visit.go(f"{visit.coop_base}/cooperative")


@router.get(_ONE)
async def mandate_page(visit: Appointing, mandate_id: UUID) -> Response:
    """Show a mandate, with what can be done about it."""
    return await _show_one(visit, await _mandate(visit, mandate_id))


@router.post(_ONE)
async def change_mandate(visit: Appointing, mandate_id: UUID, form: FormBody) -> Response:
    """Have another invitation leave; or ask once more about the end of the mandate, then end it for a reason."""
    mandate, key = await _mandate(visit, mandate_id), text(form, "cle")
    if text(form, "action") == "inviter":
        outbox = mailer_of(visit.request).outbox
        under = f"{visit.key(key)}:again"
        sent = await run_in_threadpool(invite_again, visit.opened, outbox, mandate.holder_id, visit.stamp, under)
        return await _show_one(visit, mandate, sent="yes" if sent else "no")
    reason = text(form, "reason")
    if reason not in REASONS:
        return await _show_one(visit, mandate, error="Choisissez le motif de la fin du mandat.")
    if text(form, "action") != "terminer":
        return await _show_one(visit, mandate, ending=reason)
    command = RevokeMandate(stream_id=visit.coop.coop_id, stamp=visit.stamp, mandate_id=mandate_id, reason=reason)
    await visit.do(command, key=f"{key}:end")
    return visit.go(f"{visit.coop_base}/cooperative")


async def _mandate(visit: CoopVisit, mandate_id: UUID) -> MandateLine:
    """Find a mandate of the coop.

    Raises:
        NotFound: it was never given, or was withdrawn.

    """
    coop = await visit.coop_state()
    lines = await run_in_threadpool(mandate_lines, visit.opened, coop, visit.today)
    for one in lines:
        if one.mandate_id == mandate_id:
            return one
    raise NotFound(mandate=mandate_id)


async def _show_new(
    visit: CoopVisit, typed: dict[str, str], errors: FieldErrors | None = None, key: str = ""
) -> Response:
    kept = {"form_key": key} if key else {}
    return await visit.show(
        "coop_profile/mandate_new.html",
        _PLACE,
        422 if errors else 200,
        help_key=_HELP,
        typed=typed,
        errors=errors or FieldErrors(),
        **kept,
    )


async def _show_one(
    visit: CoopVisit, mandate: MandateLine, error: str = "", sent: str = "", ending: str = ""
) -> Response:
    """Show a mandate; with ``ending``, the reason that was chosen, ask whether it is to end."""
    return await visit.show(
        "coop_profile/mandate.html",
        _PLACE,
        422 if error else 200,
        help_key=_HELP,
        mandate=mandate,
        reasons=REASONS,
        error=error,
        sent=sent,
        ending=ending,
    )
