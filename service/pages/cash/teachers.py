"""Letting a teacher count the cash of one class of the coop, and ending it (S-24; ADR 70)."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.aggregate import Stamp
from domain.association.roles import RevokeRole
from domain.calendar import end_of_school_year, fiscal_year
from domain.errors import AlreadyExists, NotFound
from domain.rights.roles import RoleRevocationReason
from domain.school_classes import MAX_LABEL
from projections import directory
from service.auth.actions import Action
from service.coops.teachers import TeacherLine, TeacherWish, let_count, teacher_lines
from service.http.forms import FieldErrors, FormBody, text
from service.http.members import mailer_of
from service.pages.frame.class_visit import listed_class
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
Appointing = Annotated[CoopVisit, Depends(coop_visit(Action.APPOINT_TEACHERS))]
_PATH: Final = "/{association}/coops/{coop_id}/parametres/enseignants"
_REASONS: Final = {
    RoleRevocationReason.DEPARTURE.value: "Départ de l’école",
    RoleRevocationReason.REPLACEMENT.value: "Remplacement, changement de classe",
    RoleRevocationReason.MISTAKE.value: "Donné par erreur",
    RoleRevocationReason.SECURITY.value: "L’accès est peut-être en d’autres mains",
}
_OWN: Final = "C’est votre adresse\u00a0: vous comptez déjà pour toutes les classes."
_HELD: Final = "Cette personne compte déjà pour cette classe."
_NO_CLASS: Final = "Indiquez une classe de la coopérative, par exemple «\u00a0CP\u00a0» ou «\u00a0CE2-CM1\u00a0»."


@router.get(_PATH)
async def teachers(visit: Appointing, fait: str = "") -> Response:
    """Show who counts for which class, and the form to let another teacher in."""
    done = {
        "invite": "L’invitation part par e-mail. L’accès finit le 31 août.",
        "retire": "L’accès est retiré.",
    }.get(fait, "")
    return await _show(visit, {}, done=done)


@router.post(_PATH)
async def let_teacher_in(visit: Appointing, form: FormBody) -> Response:
    """Let a teacher count for a class until 31 August, and have the invitation leave."""
    typed, key = TypedForm(form), text(form, "cle")
    profile = typed.person()
    labels: dict[str, str] = await _labels(visit)
    code = _class_of(typed.text("classe", MAX_LABEL), labels)
    if code is None:
        typed.refuse("classe", _NO_CLASS)
    known = await run_in_threadpool(visit.opened.members.members.id_of, profile.email) if profile.email else None
    if known is not None and str(known) == visit.principal.actor:
        typed.refuse("email", _OWN)
    if typed.errors or code is None:
        return await _show(visit, typed.typed, typed.errors, key)
    wish = TeacherWish(
        coop_id=visit.coop.coop_id,
        member_id=visit.new_id(key, "teacher"),
        role_id=visit.new_id(key, "role"),
        profile=profile,
        class_code=code,
        valid_to=end_of_school_year(visit.today),
    )
    outbox = mailer_of(visit.request).outbox
    try:
        position = await run_in_threadpool(let_count, visit.opened, outbox, wish, _stamp(visit), visit.key(key))
    except AlreadyExists:
        typed.refuse("classe", _HELD)
        return await _show(visit, typed.typed, typed.errors, key)
    await visit.shown(position)
    return visit.go(f"{visit.coop_base}/parametres/enseignants?fait=invite")


@router.post(f"{_PATH}/{{role_id}}")
async def end_access(visit: Appointing, role_id: UUID, form: FormBody) -> Response:
    """End a teacher's access, for a reason.

    Raises:
        NotFound: no teacher of the coop has it.

    """
    lines = await _lines(visit)
    if not any(one.role_id == role_id for one in lines):
        raise NotFound(role=role_id)
    reason = text(form, "reason")
    if reason not in _REASONS:
        return await _show(visit, {}, FieldErrors({f"reason-{role_id}": "Choisissez le motif."}))
    command = RevokeRole(
        stream_id=visit.opened.ledger.association_id,
        stamp=_stamp(visit),
        role_id=role_id,
        reason=RoleRevocationReason(reason),
    )
    await visit.do(command)
    return visit.go(f"{visit.coop_base}/parametres/enseignants?fait=retire")


def _stamp(visit: CoopVisit) -> Stamp:
    """Who and when, for what is the association's own: its roles."""
    return Stamp(at=visit.now, by=visit.principal.actor)


def _class_of(typed: str, labels: dict[str, str]) -> str | None:
    """Return the code of a class that was chosen, or typed where the coop has no list."""
    if labels:
        return next((code for code, label in labels.items() if typed in (code, label)), None)
    return listed_class(typed.strip().upper(), labels)


async def _labels(visit: CoopVisit) -> dict[str, str]:
    labels: dict[str, str] = await visit.read(directory.class_labels, visit.coop.coop_id, fiscal_year(visit.today))
    return labels


async def _lines(visit: CoopVisit) -> list[TeacherLine]:
    association = await visit.policy_of()
    return await run_in_threadpool(teacher_lines, visit.opened, association, visit.coop.coop_id, visit.today)


async def _show(
    visit: CoopVisit, typed: dict[str, str], errors: FieldErrors | None = None, key: str = "", done: str = ""
) -> Response:
    labels = await _labels(visit)
    kept: dict[str, Any] = {"form_key": key} if key else {}
    return await visit.show(
        "cash/teachers.html",
        "parametres",
        422 if errors else 200,
        help_key="enseignants",
        lines=[(one, labels.get(one.class_code, one.class_code)) for one in await _lines(visit)],
        labels=labels,
        typed={"first_name": "", "last_name": "", "email": "", "classe": "", **typed},
        errors=errors or FieldErrors(),
        reasons=_REASONS,
        until=end_of_school_year(visit.today),
        done=done,
        **kept,
    )
