"""Routes that read a contribution, its children's lines and its refunds: people by id alone."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.state import Campaign
from domain.errors import NotFound
from domain.events.contribution import ContributionPlaced
from projections import contributions
from service.api.books.figures import ContributionOut, ContributionStatus, contribution_fields, contribution_out
from service.api.by_hand.schemas import FamilyMeans
from service.api.context import SHORT_PATIENCE, RequestContext
from service.api.contract.rights import CanRead
from service.api.contract.routers import api_router
from service.api.schemas import Created, Done

router = api_router("/{association}/coops/{coop_id}/campaigns/{campaign_id}", "Contributions")


class LineResource(BaseModel):
    """One child of a basket, by id."""

    line: int
    participant_id: UUID
    class_code: str
    tariff_id: str
    due_cents: int
    paid_cents: int
    held_cents: int = Field(description="What is left of `paid_cents` after refunds and lost disputes")


class DueResource(BaseModel):
    """An instalment still to come."""

    number: int
    due_on: date
    cents: int


class ContributionResource(ContributionOut):
    """A contribution with its children and what is still to come."""

    campaign_id: UUID
    version: int = Field(description="The campaign's, which holds it: what its `ETag` says, for `If-Match`")
    lines: list[LineResource]
    instalments_to_come: list[DueResource]


class LineCents(BaseModel):
    """Some cents of one child."""

    line: int
    cents: int


class RefundResource(BaseModel):
    """Money that went back to a family, or is to: by card, or from the coop's own bank or cash box."""

    refund_id: UUID
    contribution_id: UUID
    cents: int
    tip_cents: int
    by_line: list[LineCents]
    status: RefundStatus | None = Field(description="Where a refund by card stands; null for one by hand")
    payment_id: str | None = Field(description="The payment that it gives back, at the provider")
    means: FamilyMeans | None = Field(description="How the coop itself paid the family, if it did")
    paid_on: date | None = Field(description="When it did")


def refund_resource(campaign: Campaign, refund_id: UUID) -> RefundResource:
    """Show a refund, by card or by hand.

    Raises:
        NotFound: there is none of that id.

    """
    contribution_id = campaign.refunds.get(refund_id) or campaign.by_hand.get(refund_id)
    if contribution_id is None:
        raise NotFound(refund=refund_id)
    contribution = campaign.contribution(contribution_id)
    by_card, by_hand = contribution.refunds.get(refund_id), contribution.by_hand.get(refund_id)
    asked = by_card or by_hand
    if asked is None:
        raise NotFound(refund=refund_id)
    return RefundResource(
        refund_id=refund_id,
        contribution_id=contribution_id,
        cents=asked.cents,
        tip_cents=by_card.tip_cents if by_card else 0,
        by_line=[LineCents(line=line, cents=cents) for line, cents in asked.by_line.items()],
        status=by_card.status if by_card else None,
        payment_id=by_card.payment_id if by_card else None,
        means=FamilyMeans(by_hand.means) if by_hand else None,
        paid_on=by_hand.paid_on if by_hand else None,
    )


async def contribution_resource(
    context: RequestContext, campaign_id: UUID, contribution_id: UUID
) -> ContributionResource:
    """Show a contribution.

    Raises:
        NotFound: there is none of that id in the campaign.
        ReadersBehind: the read models are late.

    """
    campaign = await context.load_shown(Campaign, campaign_id)
    held = campaign.contribution(contribution_id)
    row = await context.read(contributions.by_id, contribution_id)
    if row is None:
        raise NotFound(contribution=contribution_id)
    return ContributionResource(
        campaign_id=campaign_id,
        version=campaign.version,
        lines=_lines(held),
        instalments_to_come=[
            DueResource(number=due.number, due_on=due.due_on, cents=due.cents) for due in held.schedule.values()
        ],
        **contribution_fields(row),
    )


def placed_contribution(event: ContributionPlaced) -> ContributionOut:
    """Show a contribution as it was placed: from its event, since nothing else has happened to it."""
    asked = sum(line.cents for line in event.lines)
    nothing = dict.fromkeys((name for name in ContributionOut.model_fields if name.endswith("_cents")), 0)
    return ContributionOut(
        **{
            **nothing,
            "contribution_id": event.contribution_id,
            "payer_id": event.payer_id,
            "means": event.means,
            "placed_at": event.at,
            "paid_at": None,
            "asked_cents": asked,
            "tip_due_cents": event.tip_cents,
            "payments": 0,
            "status": ContributionStatus.PENDING if asked else ContributionStatus.NOTHING_DUE,
        }
    )


async def paid_contribution(
    context: RequestContext, done: Done, campaign_id: UUID, contribution_id: UUID
) -> Created[ContributionOut]:
    """Answer with a contribution that was paid, and where it is read."""

    async def shown() -> ContributionOut:
        await context.wait_for(done.position or 0, SHORT_PATIENCE)
        row = await context.read(contributions.by_id, contribution_id)
        if row is None:
            raise NotFound(contribution=contribution_id)
        return contribution_out(row)

    return await context.created(done, contribution_address(context, campaign_id, contribution_id), shown)


def contribution_address(context: RequestContext, campaign_id: UUID, contribution_id: UUID) -> str:
    """Where a contribution is read."""
    return f"coops/{context.coop_id}/campaigns/{campaign_id}/contributions/{contribution_id}"


async def created_refund(
    context: RequestContext, done: Done, campaign_id: UUID, refund_id: UUID
) -> Created[RefundResource]:
    """Answer with a refund that a command made, and where it is read."""

    async def shown() -> RefundResource:
        return refund_resource(await context.load(Campaign, campaign_id), refund_id)

    return await context.created(done, f"coops/{context.coop_id}/campaigns/{campaign_id}/refunds/{refund_id}", shown)


def _lines(contribution: Contribution) -> list[LineResource]:
    return [
        LineResource(
            line=line.line,
            participant_id=line.participant_id,
            class_code=line.class_code,
            tariff_id=line.tariff_id,
            due_cents=line.due,
            paid_cents=line.paid,
            held_cents=line.held,
        )
        for line in contribution.lines.values()
    ]


@router.get("/contributions/{contribution_id}")
async def show_contribution(context: CanRead, campaign_id: UUID, contribution_id: UUID) -> ContributionResource:
    """Show a contribution, its children by id and what is still to come."""
    return await contribution_resource(context, campaign_id, contribution_id)


@router.get("/refunds")
async def list_refunds(
    context: CanRead, campaign_id: UUID, contribution_id: UUID | None = None
) -> list[RefundResource]:
    """List the refunds of a campaign, or of one of its contributions."""
    campaign = await context.load(Campaign, campaign_id)
    wanted = [contribution_id] if contribution_id is not None else list(campaign.contributions)
    held = [campaign.contributions[one] for one in wanted if one in campaign.contributions]
    return [refund_resource(campaign, refund_id) for one in held for refund_id in {**one.refunds, **one.by_hand}]


@router.get("/refunds/{refund_id}")
async def show_refund(context: CanRead, campaign_id: UUID, refund_id: UUID) -> RefundResource:
    """Show a refund."""
    return refund_resource(await context.load(Campaign, campaign_id), refund_id)
