"""One contribution of a campaign as its mandate holder reads it: who paid, for whom, what happened since (S-141).

The tip is not here, in no figure and no sentence: it is the platform's, and the school does not learn who gave one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.money import euros
from reports.on_demand import rendered_receipt
from reports.parts.wording import MEANS, payment_reference, state_on_schedule
from service.auth.actions import Action
from service.fields import french_phone
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.dependencies import runtime_of
from service.http.trail import note
from service.pages.campaign.persons import actor_names
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.participant.history import BY_MEANS, ToldEvent, history_of
from service.pages.participant.reading import SeenContribution, read_contribution
from service.pages.participant.replaced import lead_on
from service.receipts.receipt_service import ReceiptService
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants/{contribution_id}"
DONE: Final = {
    "demande": "Le remboursement est demandé. L’historique le dit quand il est fait.",
    "rendu": "Le remboursement est fait.",
    "ecrit": "C’est écrit dans les comptes.",
    "corrige": "C’est corrigé. Les montants n’ont pas changé.",
    "ajoute": "C’est ajouté.",
    "echeances": "Les échéances à venir sont annulées.",
    "especes": "C’est corrigé\u00a0: la caisse suit.",
    "retire": "Ce règlement n’a plus cours.",
    "remplace": "Le paiement que vous cherchiez a été corrigé\u00a0: voici celui qui le remplace.",
}
"""What was done on the page before."""


class BasketFigure(NamedTuple):
    """One figure of a contribution, in cents; ``is_sum`` closes those before it, from what was received on."""

    label: str
    cents: int
    is_sum: bool = False


class OpenRefund(NamedTuple):
    """A refund about which something is left to do: what it is, in words, and the address of the page that does it."""

    refund_id: UUID
    sentence: str
    amount: str
    below: str
    button: str


@router.get(_ROUTE)
async def participant(visit: CampaignRunner, contribution_id: UUID, fait: str = "") -> Response:
    """Show one contribution with its history; one whose money was withdrawn leads to what replaced it.

    Raises:
        NotFound: the campaign has none, or nothing came of it.

    """
    try:
        seen = await read_contribution(visit, contribution_id)
    except NotFound:
        return await lead_on(visit, contribution_id)
    told = history_of(seen)
    campaign = await visit.opened.states.current(Campaign, visit.campaign.campaign_id)
    contribution = campaign.contribution(contribution_id)
    open_refunds = _open_refunds(contribution) if visit.may(Action.REFUND) else []
    names = await run_in_threadpool(actor_names, visit.opened, {one.by for one in told})
    order, payer = seen.order, seen.payer
    if fait == "demande" and not order.refund_pending:
        fait = "rendu" if order.refunded else ""
    return await visit.show(
        "participant/detail.html",
        "collectes",
        help_key="participant",
        tab="adherents",
        tab_title="Détail",
        contribution_id=contribution_id,
        payer=payer,
        phone=french_phone(payer.phone) if payer else "",
        reference=payment_reference(contribution_id),
        payment_status=order.status,
        state=state_on_schedule(order),
        way=MEANS[order.means] if order.asked else "",
        children=seen.children,
        figures=_figures(seen),
        refund_pending=order.refund_pending,
        disputed=order.disputed,
        history=told,
        notes=await _notes(visit, told),
        actors={actor: name for actor, name in names.items() if name != "Le service"},
        to_come=seen.to_come,
        open_refunds=open_refunds,
        refundable=visit.may(Action.REFUND) and order.paid > 0,
        in_cash=order.means == "cash" and order.paid > 0,
        editable=visit.campaign.status != "archived",
        receipt=order.paid > 0,
        done=DONE.get(fait, ""),
    )


@router.get(f"{_ROUTE}/attestation.pdf")
async def receipt(visit: CampaignRunner, contribution_id: UUID) -> Response:
    """Give the receipt of a contribution as its family has it, but for the tip."""

    def read() -> ReceiptService:
        return ReceiptService(visit.opened, visit.now, runtime_of(visit.request).settings.address)

    receipts = await run_in_threadpool(read)
    source = await run_in_threadpool(receipts.source, visit.campaign.campaign_id, contribution_id)
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    made = await run_in_threadpool(lambda: receipts.receipt(source, shows_tip=False))
    drawn = await run_limited(DOCUMENT, rendered_receipt, made)
    headers = {"Content-Disposition": f'attachment; filename="{made.report.name}.pdf"', "Cache-Control": "no-store"}
    return Response(drawn, media_type="application/pdf", headers=headers)


async def _notes(visit: CampaignVisit, told: Sequence[ToldEvent]) -> dict[UUID, str]:
    """Return the notes beside decisions, to who may read them."""
    ids = [one.note_id for one in told if one.note_id is not None]
    if not ids or not visit.may(Action.READ_NOTES):
        return {}
    return await run_in_threadpool(visit.opened.notes.get_many, ids)


def _open_refunds(contribution: Contribution) -> list[OpenRefund]:
    """Return what came back from the card and is still owed, and what the coop paid itself and may take back."""
    owed = [
        OpenRefund(
            refund_id,
            "Un remboursement est revenu de la carte\u00a0: payez la famille vous-même, puis écrivez-le.",
            euros(one.cents),
            "regler",
            "Écrire le règlement",
        )
        for refund_id, one in contribution.refunds.items()
        if one.status is RefundStatus.RETURNED
    ]
    paid = [
        OpenRefund(
            refund_id,
            f"La coopérative a payé la famille {BY_MEANS[one.means]}. Si c’est une erreur de saisie, retirez-la.",
            euros(sum(one.by_line.values())) if one.by_line else "",
            "retirer",
            "Retirer cette saisie",
        )
        for refund_id, one in contribution.by_hand.items()
    ]
    return [*owed, *paid]


def _figures(seen: SeenContribution) -> list[BasketFigure]:
    """Return the figures of a contribution, those that are not nothing: what was received, less what went, is kept."""
    order = seen.order
    due = [BasketFigure("Montant dû", order.due), BasketFigure("Reste à recevoir", max(order.due - order.paid, 0))]
    gone = [
        BasketFigure("Remboursé", -order.refunded),
        BasketFigure("Dû à la famille", -order.owed),
        BasketFigure("Impayé", -order.lost),
    ]
    kept = BasketFigure("Conservé par la coopérative", sum(child.held for child in seen.children), is_sum=True)
    return [
        due[0],
        *(figure for figure in due[1:] if figure.cents),
        BasketFigure("Reçu", order.paid),
        *(figure for figure in gone if figure.cents),
        kept,
    ]
