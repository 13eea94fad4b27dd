"""Correcting what a slip of cash says was received: up to what is due, or down to nothing (S-141)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final, NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from domain.campaign.basket import AbandonContribution
from domain.campaign.by_hand.cash import CorrectCashSlip
from domain.campaign.state import Campaign, CampaignCommand, CampaignFundsCommand
from domain.errors import LedgerError, NotFound
from domain.money import MAX_WRITTEN, euros, parse_euros, plain_euros
from domain.vocabulary.reasons import AbandonReason, EntryReason, french_reason
from domain.vocabulary.references import LONGEST_REFERENCE, is_made_up
from service.auth.actions import Action
from service.fields import FieldError
from service.http.forms import FormBody
from service.notes import keep_note
from service.pages.frame.reason_form import LONGEST_NOTE, Reasoned, read_reasoned
from service.pages.frame.typed_form import TypedFields, TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.participant.reading import read_contribution

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/{contribution_id}/especes"
REASONS: Final = {reason.value: french_reason(reason) for reason in EntryReason}
"""Why a slip says another amount."""


class SlipsHeld(NamedTuple):
    """The slips of a contribution that stand, in cents, and what is still to be paid to the coop."""

    cents: dict[str, int]
    outstanding: int
    paid_otherwise: bool

    @property
    def whole(self) -> int:
        """All of them, in cents."""
        return sum(self.cents.values())

    def most(self, slip: str) -> int:
        """What a slip may say at most, in cents: what is due."""
        return self.cents[slip] + self.outstanding

    def named(self) -> dict[str, str]:
        """Return the slips as the page calls them."""
        return {
            slip: f"{'Sans numéro' if is_made_up(slip) else slip}\u00a0: {euros(cents)}"
            for slip, cents in self.cents.items()
        }


@router.get(_ROUTE)
async def cash_form(visit: Runner, contribution_id: UUID) -> Response:
    """Ask what was really received in cash; where no cash is held, lead to the detail."""
    held = await _slips(visit, contribution_id)
    if not held.cents:
        return visit.go(f"{visit.campaign_base}/participants/{contribution_id}")
    return await _show(visit, contribution_id, held, TypedForm(FormData()))


@router.post(_ROUTE)
async def correct_cash(visit: Runner, contribution_id: UUID, form: FormBody) -> Response:
    """Write down what was really received; of nothing, the child does not take part any more.

    The same form sent twice leads both times to the detail, which says what became of it.
    """
    detail, typed = f"{visit.campaign_base}/participants/{contribution_id}", TypedForm(form)
    try:
        held = await _slips(visit, contribution_id)
    except NotFound:
        return visit.go(detail)
    if not held.cents:
        return visit.go(detail)
    slip = typed.text("bordereau", LONGEST_REFERENCE) if len(held.cents) > 1 else next(iter(held.cents))
    if slip not in held.cents:
        typed.refuse("bordereau", "Choisissez un bordereau de la liste.")
        slip = next(iter(held.cents))
    changed = typed.text("avant", MAX_WRITTEN) not in ("", str(held.whole))
    now = None if changed else held.cents[slip]
    cents = typed.read("recu", partial(_received, most=held.most(slip), now=now), 0, MAX_WRITTEN)
    why = read_reasoned(typed, REASONS)
    if typed.errors:
        return await _show(visit, contribution_id, held, typed, 422)
    if cents == held.cents[slip]:  # the form was sent before
        await visit.all_shown()
        return visit.go(f"{detail}?fait=especes")
    nothing_left = not cents and len(held.cents) == 1 and not held.paid_otherwise
    try:
        await _correct(visit, contribution_id, slip, cents, why, gives_up=nothing_left)
    except LedgerError as refusal:
        return await _show(visit, contribution_id, held, typed, refusal.status, refusal.french)
    return visit.go(f"{detail}?fait=especes")


async def _correct(
    visit: CampaignVisit, contribution_id: UUID, slip: str, cents: int, why: Reasoned, *, gives_up: bool
) -> None:
    corrected = CorrectCashSlip(
        stream_id=visit.campaign.campaign_id,
        slip=slip,
        cents=cents,
        reason=why.reason,
        note_id=why.note_id(uuid4()),
        stamp=visit.stamp,
    )
    given_up = AbandonContribution(
        stream_id=visit.campaign.campaign_id,
        contribution_id=contribution_id,
        reason=AbandonReason.MISTAKE,
        stamp=visit.stamp,
    )
    commands: list[CampaignCommand | CampaignFundsCommand] = [corrected, given_up] if gives_up else [corrected]
    outcomes = await visit.do_together(commands)
    if why.note:
        events = outcomes[0].events
        await run_in_threadpool(keep_note, visit.opened.notes, visit.coop.coop_id, events, why.note)


async def _slips(visit: CampaignVisit, contribution_id: UUID) -> SlipsHeld:
    """Read the slips of a contribution that stand."""
    await read_contribution(visit, contribution_id)
    campaign: Campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    contribution = campaign.contribution(contribution_id)
    cents = {slip: one.cents for slip, one in contribution.slips.items() if one.cents}
    otherwise = bool(contribution.payments or contribution.external_payments)
    return SlipsHeld(cents, contribution.outstanding, otherwise)


def _received(written: str, most: int, now: int | None) -> int:
    cents = 0 if written.strip(" 0,.€\u00a0\u202f") == "" and "0" in written else parse_euros(written)
    if cents == now:
        raise FieldError("C’est le montant déjà écrit\u00a0: indiquez celui que vous avez reçu.")
    if not 0 <= cents <= most:
        raise FieldError(
            f"{euros(most)} au plus\u00a0: c’est le montant dû. Pour davantage, corrigez à 0, "
            "puis ajoutez l’enfant de nouveau avec le bon montant."
        )
    return cents


async def _show(
    visit: CampaignVisit, contribution_id: UUID, held: SlipsHeld, typed: TypedForm, status: int = 200, refused: str = ""
) -> Response:
    return await visit.show(
        "participant/cash.html",
        "collectes",
        status,
        help_key="correction",
        tab="adherents",
        tab_title="Corriger le montant reçu",
        contribution_id=contribution_id,
        slips=held.named(),
        now=held.whole,
        most=euros(max(held.most(slip) for slip in held.cents)),
        imported=any(is_made_up(slip) for slip in held.cents),
        usual=plain_euros(next(iter(held.cents.values()))) if len(held.cents) == 1 else "",
        reasons=REASONS,
        typed=TypedFields(typed.typed),
        errors=typed.errors,
        refused=refused,
        longest_note=LONGEST_NOTE,
        longest=MAX_WRITTEN,
    )
