"""Routes of contributions: the basket at the desk, cash, corrections, refunds (S-138, S-141)."""

from __future__ import annotations

from uuid import UUID

from adapters.people_vault import Person
from domain.campaign import basket, payments, refunds
from domain.campaign.instalments import CancelInstalments
from service.api import campaign_schemas as given
from service.api.books.figures import ContributionOut
from service.api.contract.rights import CanManageCampaigns, CanRefund
from service.api.contract.routers import api_router
from service.api.reads.contribution import (
    RefundResource,
    contribution_address,
    created_refund,
    paid_contribution,
    placed_contribution,
)
from service.api.schemas import Created, Done
from service.grouped_calls import both

router = api_router("/{association}/coops/{coop_id}/campaigns/{campaign_id}", "Contributions")


@router.post("/contributions", status_code=201)
async def place_contribution(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, body: given.BasketIn
) -> Created[ContributionOut]:
    """Place a family's basket at the desk; names go to the vault, the log keeps ids and a commitment."""
    contribution_id, payer_id = context.new_id("contribution"), context.new_id("payer")
    ids = [context.new_id(f"child {rank}") for rank in range(len(body.children))]
    phone = context.read_phone(body.payer.phone or "")
    payer = Person(body.payer.first_name, body.payer.last_name, body.payer.email or "", phone)
    named = zip(ids, body.children, strict=True)
    pupils = {key: Person(child.first_name, child.last_name) for key, child in named}
    family = context.bring_family(coop_id, payer_id, payer, pupils)
    classes, commitments = await both(context.classes(coop_id), family)
    children = (
        basket.Child(participant_id=key, class_label=child.class_label, tariff_id=child.tariff_id, cents=child.cents)
        for key, child in zip(ids, body.children, strict=True)
    )
    done = await context.do(
        basket.PlaceContribution(
            stream_id=campaign_id,
            contribution_id=contribution_id,
            payer_id=payer_id,
            commitment=commitments[payer_id],
            children=tuple(children),
            tip_cents=body.tip_cents,
            means=body.means.value,
            instalments=body.instalments,
            limits=context.limits,
            terms_version=body.terms_version,
            known_classes=classes,
            desk=True,
            stamp=context.stamp_within(coop_id),
        ),
        contribution_id=contribution_id,
    )
    (placed,) = context.events
    address = contribution_address(context, campaign_id, contribution_id)

    async def shown() -> ContributionOut:
        return placed_contribution(placed)

    return await context.created(done, address, shown)


@router.post("/contributions/{contribution_id}/abandonment")
async def abandon_contribution(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, contribution_id: UUID, body: given.AbandonmentIn
) -> Done:
    """Record that a basket was left without payment."""
    return await context.do_noted(
        basket.AbandonContribution(
            stream_id=campaign_id,
            contribution_id=contribution_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )


@router.post("/contributions/{contribution_id}/cash", status_code=201)
async def receive_cash(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, contribution_id: UUID, body: given.CashIn
) -> Created[ContributionOut]:
    """Record cash received, in the coop's cash box: its contribution shows it."""
    done = await context.do(
        payments.RecordCashReceived(
            stream_id=campaign_id,
            contribution_id=contribution_id,
            slip=body.slip,
            cents=body.cents,
            paid_at=body.paid_at,
            policy=(await context.association()).policy,
            stamp=context.stamp_within(coop_id),
        )
    )
    return await paid_contribution(context, done, campaign_id, contribution_id)


@router.post("/contributions/{contribution_id}/corrections")
async def correct_contribution(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, contribution_id: UUID, body: given.CorrectionIn
) -> Done:
    """Correct the class or the tariff label of one child, never an amount."""
    classes = await context.classes(coop_id)
    return await context.do_noted(
        basket.CorrectContribution(
            stream_id=campaign_id,
            contribution_id=contribution_id,
            line=body.line,
            class_label=body.class_label,
            tariff_id=body.tariff_id,
            reason=body.reason,
            known_classes=classes,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )


@router.post("/contributions/{contribution_id}/refunds", status_code=201)
async def request_refund(
    context: CanRefund, coop_id: UUID, campaign_id: UUID, contribution_id: UUID, body: given.RefundIn
) -> Created[RefundResource]:
    """Ask for a refund, in full, by child, or of the tip alone."""
    refund_id = context.new_id("refund")
    done = await context.do_noted(
        refunds.RequestRefund(
            stream_id=campaign_id,
            refund_id=refund_id,
            contribution_id=contribution_id,
            cents=body.cents,
            tip_cents=body.tip_cents,
            by_line=given.amounts_by_line(body.by_line),
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
        refund_id=refund_id,
    )
    return await created_refund(context, done, campaign_id, refund_id)


@router.post("/contributions/{contribution_id}/instalments/cancellation")
async def cancel_instalments(
    context: CanManageCampaigns, coop_id: UUID, campaign_id: UUID, contribution_id: UUID, body: given.InstalmentStopIn
) -> Done:
    """Cancel the instalments still to come, without refund."""
    return await context.do_noted(
        CancelInstalments(
            stream_id=campaign_id,
            contribution_id=contribution_id,
            reason=body.reason,
            note_id=context.note_id(body.note),
            stamp=context.stamp_within(coop_id),
        ),
        coop_id,
        body.note,
    )
