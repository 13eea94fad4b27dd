"""Correcting the class or the tariff of the children of a contribution, never an amount (S-141)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from domain.campaign.basket import CorrectContribution
from domain.errors import LedgerError
from domain.school_classes import MAX_LABEL, UNASSIGNED
from domain.vocabulary.reasons import CorrectionReason, french_reason
from service.auth.actions import Action
from service.http.forms import FormBody
from service.notes import keep_note
from service.pages.frame.reason_form import LONGEST_NOTE, Reasoned, read_reasoned
from service.pages.frame.typed_form import TypedFields, TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.participant.reading import ChildDetail, SeenContribution, read_contribution

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/{contribution_id}/corriger"
REASONS: Final = {reason.value: french_reason(reason) for reason in CorrectionReason}
"""Why a class or a tariff is another one."""
_NOTHING: Final = "Rien n’est changé\u00a0: choisissez une autre classe ou une autre formule."


@router.get(_ROUTE)
async def correction_form(visit: Runner, contribution_id: UUID) -> Response:
    """Show each child with its class and its tariff."""
    return await _show(visit, await read_contribution(visit, contribution_id), TypedForm(FormData()))


@router.post(_ROUTE)
async def correct(visit: Runner, contribution_id: UUID, form: FormBody) -> Response:
    """Correct what is changed, of all children or of none."""
    seen, typed = await read_contribution(visit, contribution_id), TypedForm(form)
    why, changed = read_reasoned(typed, REASONS), list(_changed(typed, seen))
    if not changed and not typed.errors:
        typed.refuse(f"classe-{seen.children[0].line}", _NOTHING)
    if typed.errors:
        return await _show(visit, seen, typed, 422)
    try:
        await _correct(visit, contribution_id, changed, why)
    except LedgerError as refusal:
        return await _show(visit, seen, typed, refusal.status, refusal.french)
    return visit.go(f"{visit.campaign_base}/participants/{contribution_id}?fait=corrige")


async def _correct(
    visit: CampaignVisit, contribution_id: UUID, changed: list[tuple[int, str, str]], why: Reasoned
) -> None:
    known, note_id = dict((await visit.coop_state()).classes), why.note_id(uuid4())
    commands = [
        CorrectContribution(
            stream_id=visit.campaign.campaign_id,
            contribution_id=contribution_id,
            line=line,
            class_label=class_label,
            tariff_id=tariff_id,
            reason=why.reason,
            known_classes=known,
            note_id=note_id,
            stamp=visit.stamp,
        )
        for line, class_label, tariff_id in changed
    ]
    outcomes = await visit.do_together(commands)
    if why.note:
        events = [event for outcome in outcomes for event in outcome.events]
        await run_in_threadpool(keep_note, visit.opened.notes, visit.coop.coop_id, events, why.note)


def _changed(typed: TypedForm, seen: SeenContribution) -> list[tuple[int, str, str]]:
    """Return the children of which something is changed: line, class and tariff as they are to be."""
    found = []
    for child in seen.children:
        school_class = typed.text(f"classe-{child.line}", MAX_LABEL).strip() or child.class_code
        tariff_id = typed.text(f"formule-{child.line}", 100)
        tariff_id = tariff_id if tariff_id in seen.tariffs else child.tariff_id
        if tariff_id != child.tariff_id or school_class not in (child.class_code, child.school_class):
            found.append((child.line, school_class, tariff_id))
    return found


async def _show(
    visit: CampaignVisit, seen: SeenContribution, typed: TypedForm, status: int = 200, refused: str = ""
) -> Response:
    return await visit.show(
        "participant/correction.html",
        "collectes",
        status,
        help_key="correction",
        tab="adherents",
        tab_title="Corriger",
        contribution_id=seen.order.contribution_id,
        rows=[_row(child, typed.typed) for child in seen.children],
        in_cash=seen.order.means == "cash" and seen.order.paid > 0,
        classes=class_choices(seen.classes),
        tariffs=seen.tariffs,
        reasons=REASONS,
        typed=TypedFields(typed.typed),
        errors=typed.errors,
        refused=refused,
        longest_note=LONGEST_NOTE,
    )


def _row(child: ChildDetail, typed: Mapping[str, str]) -> tuple[ChildDetail, str, str]:
    """A child with what stands in its fields."""
    school_class = "" if child.class_code == UNASSIGNED else child.class_code
    return (
        child,
        typed.get(f"classe-{child.line}", school_class),
        typed.get(f"formule-{child.line}", child.tariff_id),
    )


def class_choices(classes: Mapping[str, str]) -> dict[str, str]:
    """Return the classes that can be chosen, by code; none where the coop has no list, and they are typed."""
    return {code: label for code, label in classes.items() if code != UNASSIGNED}
