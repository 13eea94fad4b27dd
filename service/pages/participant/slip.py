"""Correcting the amount of a slip of cash that was typed wrong: the cash box and the class follow."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from starlette.datastructures import FormData

from domain.campaign.by_hand.cash import CorrectCashSlip
from domain.campaign.state import Campaign
from domain.errors import InvalidInput, LedgerError, NotFound
from domain.money import MAX_WRITTEN, check_amount, parse_euros, plain_euros
from domain.vocabulary.reasons import EntryReason, french_reason
from domain.vocabulary.references import LONGEST_REFERENCE
from service.auth.actions import Action
from service.fields import FieldError
from service.http.forms import FormBody
from service.pages.frame.reason_form import LONGEST_NOTE, do_noted, read_reasoned
from service.pages.frame.typed_form import TypedFields, TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.participant.reading import read_contribution

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
SlipNumber = Annotated[str, Path(max_length=LONGEST_REFERENCE)]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/{contribution_id}/bordereaux/{slip}"
_REASONS: Final = {reason.value: french_reason(reason) for reason in EntryReason}
_AMOUNT: Final = "Indiquez ce que dit le bordereau, par exemple 12,00\u00a0; 0 s’il n’est pas de cette famille."


@router.get(_ROUTE)
async def slip_form(visit: Runner, contribution_id: UUID, slip: SlipNumber) -> Response:
    """Show what a slip is written down for, and ask what it says."""
    return await _show(visit, contribution_id, slip, await _written(visit, contribution_id, slip))


@router.post(_ROUTE)
async def correct_slip(visit: Runner, contribution_id: UUID, slip: SlipNumber, form: FormBody) -> Response:
    """Write down what a slip really says; the same amount twice is one correction."""
    cents, typed = await _written(visit, contribution_id, slip), TypedForm(form)
    really = typed.read("montant", _amount, 0, MAX_WRITTEN, missing=_AMOUNT)
    why = read_reasoned(typed, _REASONS)
    if typed.errors:
        return await _show(visit, contribution_id, slip, cents, typed, 422)
    command = CorrectCashSlip(
        stream_id=visit.campaign.campaign_id,
        slip=slip,
        cents=really,
        reason=why.reason,
        note_id=why.note_id(uuid4()),
        stamp=visit.stamp,
    )
    try:
        await do_noted(visit, command, why.note)
    except LedgerError as refusal:
        return await _show(visit, contribution_id, slip, cents, typed, refusal.status, refusal.french)
    return visit.go(f"{visit.campaign_base}/participants/{contribution_id}?fait=bordereau")


async def _written(visit: CampaignVisit, contribution_id: UUID, slip: str) -> int:
    """Return what a slip of a contribution is written down for, in cents.

    Raises:
        NotFound: the contribution has no such slip.

    """
    await read_contribution(visit, contribution_id)
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    known = campaign.contribution(contribution_id).slips.get(slip)
    if known is None:
        raise NotFound(slip=len(slip))
    return known.cents


def _amount(written: str) -> int:
    try:
        return check_amount(parse_euros(written), minimum=0)
    except (InvalidInput, ValueError) as error:
        raise FieldError(_AMOUNT) from error


async def _show(
    visit: CampaignVisit,
    contribution_id: UUID,
    slip: str,
    cents: int,
    typed: TypedForm | None = None,
    status: int = 200,
    refused: str = "",
) -> Response:
    typed = typed or TypedForm(FormData())
    return await visit.show(
        "participant/slip.html",
        "collectes",
        status,
        help_key="bordereau-corrige",
        tab="adherents",
        tab_title="Corriger un bordereau",
        contribution_id=contribution_id,
        slip=slip,
        cents=cents,
        reasons=_REASONS,
        typed=TypedFields({"montant": plain_euros(cents), **typed.typed}),
        errors=typed.errors,
        refused=refused,
        longest_note=LONGEST_NOTE,
        longest_amount=MAX_WRITTEN,
    )
