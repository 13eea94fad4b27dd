"""Smaller decisions about a contribution: a refund that came back, one that never was, the instalments to come (S-141).

Each page says what the decision does and asks for its reason; the detail then tells it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.datastructures import FormData

from domain.aggregate import Intent
from domain.calendar import french_date
from domain.campaign.by_hand.refunds import RepayFailedRefund, WithdrawPaymentToFamily
from domain.campaign.contribution import RefundStatus
from domain.campaign.instalments import CancelInstalments
from domain.campaign.state import Campaign
from domain.errors import LedgerError, NotFound
from domain.money import euros
from domain.vocabulary.reasons import EntryReason, InstalmentStopReason, french_reason
from service.auth.actions import Action
from service.fields import FieldError
from service.http.forms import FormBody
from service.pages.frame.reason_form import LONGEST_NOTE, do_noted, read_reasoned
from service.pages.frame.typed_form import TypedFields, TypedForm
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.participant.history import BY_MEANS
from service.pages.participant.reading import read_contribution

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
Refunding = Annotated[CampaignVisit, Depends(campaign_visit(Action.REFUND))]
_ONE: Final = "/{association}/collectes/{campaign_id}/participants/{contribution_id}"
_REFUND: Final = f"{_ONE}/remboursements/{{refund_id}}"
MEANS: Final = {"cheque": "Chèque", "transfer": "Virement", "cash": "Espèces"}
"""How a coop pays a family itself."""


class ContributionDecision(NamedTuple):
    """A decision as its page asks for it: title, sentences on what it does, its list of reasons, its button.

    One that ``pays`` asks how and when; one that is not ``possible`` any more asks for nothing.
    """

    title: str
    sentences: tuple[str, ...]
    reasons: dict[str, str]
    button: str
    pays: bool = False
    possible: bool = True


def _reasons(purpose: type[StrEnum]) -> dict[str, str]:
    return {reason.value: french_reason(reason) for reason in purpose}


@router.get(f"{_ONE}/echeances")
async def instalments_form(visit: Runner, contribution_id: UUID) -> Response:
    """Say what cancelling the instalments to come does."""
    return await _show(visit, contribution_id, await _instalments(visit, contribution_id))


@router.post(f"{_ONE}/echeances")
async def cancel_instalments(visit: Runner, contribution_id: UUID, form: FormBody) -> Response:
    """Cancel the instalments to come, without refund."""
    decision, typed = await _instalments(visit, contribution_id), TypedForm(form)
    why = read_reasoned(typed, decision.reasons)
    command = CancelInstalments(
        stream_id=visit.campaign.campaign_id,
        contribution_id=contribution_id,
        reason=why.reason,
        note_id=why.note_id(uuid4()),
        stamp=visit.stamp,
    )
    return await _decide(visit, contribution_id, decision, typed, command, why.note, "echeances")


@router.get(f"{_REFUND}/regler")
async def repayment_form(visit: Refunding, contribution_id: UUID, refund_id: UUID) -> Response:
    """Ask how the coop paid what had come back from the card."""
    return await _show(visit, contribution_id, await _repayment(visit, contribution_id, refund_id))


@router.post(f"{_REFUND}/regler")
async def repay(visit: Refunding, contribution_id: UUID, refund_id: UUID, form: FormBody) -> Response:
    """Write down that the coop paid what had come back from the card; twice is once."""
    decision, typed = await _repayment(visit, contribution_id, refund_id), TypedForm(form)
    means, day = typed.read("moyen", _means, ""), typed.day("jour", visit.today)
    command = RepayFailedRefund(
        stream_id=visit.campaign.campaign_id, refund_id=refund_id, means=means, paid_on=day, stamp=visit.stamp
    )
    return await _decide(visit, contribution_id, decision, typed, command, "", "ecrit")


@router.get(f"{_REFUND}/retirer")
async def withdrawal_form(visit: Refunding, contribution_id: UUID, refund_id: UUID) -> Response:
    """Say what taking back a payment to a family does."""
    return await _show(visit, contribution_id, await _withdrawal(visit, contribution_id, refund_id))


@router.post(f"{_REFUND}/retirer")
async def withdraw(visit: Refunding, contribution_id: UUID, refund_id: UUID, form: FormBody) -> Response:
    """Take back what was written down as paid to a family by the coop itself; twice is once."""
    decision, typed = await _withdrawal(visit, contribution_id, refund_id), TypedForm(form)
    why = read_reasoned(typed, decision.reasons)
    command = WithdrawPaymentToFamily(
        stream_id=visit.campaign.campaign_id,
        refund_id=refund_id,
        reason=why.reason,
        note_id=why.note_id(uuid4()),
        stamp=visit.stamp,
    )
    return await _decide(visit, contribution_id, decision, typed, command, why.note, "retire")


async def _instalments(visit: CampaignVisit, contribution_id: UUID) -> ContributionDecision:
    seen = await read_contribution(visit, contribution_id)
    title, reasons, button = "Annuler les échéances à venir", _reasons(InstalmentStopReason), "Annuler ces échéances"
    if not seen.to_come:
        return ContributionDecision(title, ("Il n’y a plus d’échéance à venir.",), reasons, button, possible=False)
    total, kept = sum(one.cents for one in seen.to_come), sum(child.held for child in seen.children)
    several = len(seen.to_come) > 1
    count = f"{len(seen.to_come)} échéances ne sont" if several else "L’échéance qui reste n’est"
    sentences = (
        f"{count} plus présentée{'s' if several else ''} à la carte\u00a0: {euros(total)}.",
        f"Rien n’est remboursé\u00a0: la coopérative garde {euros(kept)}.",
        "La famille peut contribuer de nouveau avec le lien de la collecte.",
    )
    return ContributionDecision(title, sentences, reasons, button)


async def _repayment(visit: CampaignVisit, contribution_id: UUID, refund_id: UUID) -> ContributionDecision:
    await read_contribution(visit, contribution_id)
    refund = (await _contribution(visit, contribution_id)).refunds.get(refund_id)
    if refund is None or refund.status not in (RefundStatus.RETURNED, RefundStatus.REPAID):
        raise NotFound(refund=refund_id)
    sentences = (
        f"La carte a refusé un remboursement\u00a0: {euros(refund.cents + refund.tip_cents)} sont à la famille.",
        "Payez la famille vous-même, puis écrivez ici comment et quel jour. Aucun argent ne part d’ici.",
    )
    return ContributionDecision("Régler un remboursement revenu", sentences, {}, "Écrire dans les comptes", pays=True)


async def _withdrawal(visit: CampaignVisit, contribution_id: UUID, refund_id: UUID) -> ContributionDecision:
    await read_contribution(visit, contribution_id)
    paid = (await _contribution(visit, contribution_id)).by_hand.get(refund_id)
    if paid is None:
        raise NotFound(refund=refund_id)
    back = sum(paid.by_line.values())
    sentences = (
        f"Un règlement {BY_MEANS[paid.means]} du {french_date(paid.paid_on)} est écrit dans les comptes.",
        "Retirez-le s’il n’a pas eu lieu, ou s’il est faux\u00a0: vous écrivez ensuite le bon.",
        f"La coopérative garde alors {euros(back)} de plus." if back else "La somme est alors de nouveau due.",
    )
    return ContributionDecision("Retirer un règlement", sentences, _reasons(EntryReason), "Retirer ce règlement")


async def _contribution(visit: CampaignVisit, contribution_id: UUID) -> Any:  # noqa: ANN401 - of everybody's state
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    return campaign.contribution(contribution_id)


async def _decide(
    visit: CampaignVisit,
    contribution_id: UUID,
    decision: ContributionDecision,
    typed: TypedForm,
    command: Intent[Any],
    note: str,
    done: str,
) -> Response:
    if typed.errors:
        return await _show(visit, contribution_id, decision, typed, 422)
    try:
        await do_noted(visit, command, note)
    except LedgerError as refusal:
        return await _show(visit, contribution_id, decision, typed, refusal.status, refusal.french)
    return visit.go(f"{visit.campaign_base}/participants/{contribution_id}?fait={done}")


async def _show(
    visit: CampaignVisit,
    contribution_id: UUID,
    decision: ContributionDecision,
    typed: TypedForm | None = None,
    status: int = 200,
    refused: str = "",
) -> Response:
    typed = typed or TypedForm(FormData())
    return await visit.show(
        "participant/decision.html",
        "collectes",
        status,
        help_key="remboursement",
        tab="adherents",
        tab_title=decision.title,
        contribution_id=contribution_id,
        decision=decision,
        means=MEANS,
        typed=TypedFields({"jour": visit.today.isoformat(), **typed.typed}),
        errors=typed.errors,
        refused=refused,
        longest_note=LONGEST_NOTE,
    )


def _means(written: str) -> str:
    if written not in MEANS:
        raise FieldError("Choisissez comment la famille a été payée.")
    return written
