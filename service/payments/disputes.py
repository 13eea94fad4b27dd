"""Disputes: a bank takes a payment back, and gives it back or keeps it. A question without money is nothing to book."""

from __future__ import annotations

from uuid import UUID

from adapters.payments.values import DisputeState, ProviderDispute
from domain.campaign.disputes import RecordDisputeLost, RecordDisputeOpened, RecordDisputeWon
from domain.errors import NotFound
from service.payments.context import PaymentContext


def apply_dispute(context: PaymentContext, dispute: ProviderDispute, campaign_id: UUID) -> None:
    """Record what a dispute of a campaign's payment has come to.

    Raises:
        NotFound: the payment is not in the ledger (yet).

    """
    campaign = context.campaign(campaign_id)
    if dispute.charge not in campaign.payments:
        raise NotFound(dispute=dispute.dispute, payment=dispute.charge)
    dispute_id, stamp = dispute.dispute, context.stamp
    if dispute.dispute not in campaign.disputes:
        if dispute.state is DisputeState.INQUIRY or dispute.withdrawn_cents == 0:
            return
        contribution = campaign.contributions[campaign.payments[dispute.charge]]
        cents = min(dispute.withdrawn_cents, max(contribution.contestable(dispute.charge)[0], 0))
        context.record(
            RecordDisputeOpened(
                stream_id=campaign_id,
                stamp=stamp,
                dispute_id=dispute_id,
                payment_id=dispute.charge,
                cents=cents,
                tip_cents=dispute.withdrawn_cents - cents,
                fee_cents=dispute.fee_cents,
                opened_at=dispute.opened_at,
            )
        )
    closed_at = dispute.closed_at or context.now()
    if dispute.state is DisputeState.WON:
        context.record(RecordDisputeWon(stream_id=campaign_id, stamp=stamp, dispute_id=dispute_id, closed_at=closed_at))
    elif dispute.state is DisputeState.LOST:
        context.record(
            RecordDisputeLost(stream_id=campaign_id, stamp=stamp, dispute_id=dispute_id, closed_at=closed_at)
        )
