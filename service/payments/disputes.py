"""Disputes: a bank takes a payment back, and gives it back or keeps it, in whole or in part, as often as it likes.

What moved at the provider is recorded movement by movement, never refused: it may come in any order, more than once,
and be more than is left of the payment. A question without money is nothing to book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from adapters.log.event_store import EventStore
from adapters.payments.disputes import DisputeMovement, DisputeState, ProviderDispute
from domain.aggregate import Intent
from domain.campaign.disputes.explanation import RecordDisputePlaced
from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.campaign.state import Campaign
from domain.errors import NotFound
from service.payments.context import PaymentContext


def apply_dispute(context: PaymentContext, dispute: ProviderDispute, campaign_id: UUID) -> None:
    """Record what a dispute of a campaign's payment has come to.

    Raises:
        NotFound: the payment is not in the ledger (yet).

    """
    campaign = context.campaign(campaign_id)
    if dispute.charge not in campaign.payments and dispute.charge not in campaign.on_hold:
        raise NotFound(dispute=dispute.dispute, payment=dispute.charge)
    for movement in dispute.movements:
        context.record(_fact(context, dispute, movement, campaign_id))
    if dispute.movements and _decided(dispute):
        closed_at = max(dispute.movements[-1].moved_at, dispute.opened_at)
        context.record(
            RecordDisputeLost(
                stream_id=campaign_id,
                stamp=context.stamp,
                dispute_id=dispute.dispute,
                closed_at=closed_at if dispute.state is DisputeState.WON else context.now(),
            )
        )


def place_disputed(context: PaymentContext, campaign_id: UUID, contribution_id: UUID) -> None:
    """Find a place for what banks took beyond payments of a contribution, as once a refund failed."""
    contribution = context.campaign(campaign_id).contribution(contribution_id)
    disputed = [dispute_id for dispute_id, dispute in contribution.disputes.items() if dispute.suspense > 0]
    for dispute_id in disputed:
        context.record(RecordDisputePlaced(stream_id=campaign_id, stamp=context.stamp, dispute_id=dispute_id))


def _fact(
    context: PaymentContext, dispute: ProviderDispute, movement: DisputeMovement, campaign_id: UUID
) -> Intent[Campaign]:
    """Say what one movement was: money or a fee taken, or given back."""
    if (movement.cents or -movement.fee_cents) < 0:
        return RecordDisputeOpened(
            stream_id=campaign_id,
            stamp=context.stamp,
            dispute_id=dispute.dispute,
            provider_movement=movement.movement,
            payment_id=dispute.charge,
            cents=-movement.cents,
            fee_cents=movement.fee_cents,
            opened_at=movement.moved_at,
        )
    return RecordDisputeWon(
        stream_id=campaign_id,
        stamp=context.stamp,
        dispute_id=dispute.dispute,
        provider_movement=movement.movement,
        cents=movement.cents,
        fee_cents=movement.fee_cents,
        closed_at=movement.moved_at,
    )


def _decided(dispute: ProviderDispute) -> bool:
    """Tell whether what is still contested is lost: a win without its money waits for it."""
    if dispute.state is DisputeState.WON:
        return any(movement.cents > 0 for movement in dispute.movements)
    return dispute.state is DisputeState.LOST


class DisputeRow(NamedTuple):
    """One dispute, by the provider's name, in cents.

    ``to_explain`` is what a bank took beyond its payment, negative when it gave back more than it took: it is in
    suspense until two people say whose loss or gain it is. ``explained`` is what they said of it so far.
    """

    dispute_id: str
    campaign_id: UUID
    contribution_id: UUID
    payment_id: str
    status: str
    contested: int
    tip_contested: int
    lost: int
    tip_lost: int
    to_explain: int
    explained: int


def disputes_of(store: EventStore, campaign_ids: Iterable[UUID]) -> list[DisputeRow]:
    """Return the disputes of some campaigns, those to be explained first."""
    found = [row for campaign_id in campaign_ids for row in _of_one(store.load(Campaign, campaign_id))]
    return sorted(found, key=lambda row: (not row.to_explain, row.status, row.dispute_id))


def _of_one(campaign: Campaign) -> Iterator[DisputeRow]:
    for dispute_id, contribution_id in campaign.disputes.items():
        dispute = campaign.contributions[contribution_id].disputes[dispute_id]
        yield DisputeRow(
            dispute_id=dispute_id,
            campaign_id=campaign.id,
            contribution_id=contribution_id,
            payment_id=dispute.payment_id,
            status=dispute.status.value,
            contested=dispute.cents,
            tip_contested=dispute.tip_cents,
            lost=dispute.lost_cents,
            tip_lost=dispute.lost_tip,
            to_explain=dispute.suspense,
            explained=dispute.cleared,
        )
