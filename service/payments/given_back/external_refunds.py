"""Refunds made at the provider, not here: followed to their end as our own are, and explained where one answer fits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid5

from adapters.payments.values import ProviderRefund, RefundState
from domain.aggregate import Intent
from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.held.explained import SettleReturnedRefund
from domain.campaign.refunds import AllocateExternalRefund, RecordExternalRefund, RecordRefundFailed
from domain.campaign.state import Campaign
from domain.errors import Conflict
from service.logging import logger
from service.payments.context import PaymentContext

log = logger(__name__)
FAILED: Final = frozenset({RefundState.FAILED, RefundState.CANCELED})
"""What a refund has come to whose money does not reach the card; if it had left, it is back."""


def apply_external_refund(context: PaymentContext, refund: ProviderRefund, charge: str, campaign: Campaign) -> None:
    """Record that a refund made at the provider left, what explains it, and that it came back, in this order.

    One that never left, whatever became of it, moved nothing.
    """
    if refund.left_at is None:
        return
    refund_id, stamp = uuid5(campaign.id, refund.refund), context.stamp
    if refund_id not in campaign.external:
        context.record(
            RecordExternalRefund(
                stream_id=campaign.id,
                stamp=stamp,
                refund_id=refund_id,
                payment_id=charge,
                provider_refund=refund.refund,
                cents=refund.cents,
                settled_at=refund.left_at,
            )
        )
        _explain(context, charge, campaign.id)
    if refund.state in FAILED:
        context.record(
            RecordRefundFailed(
                stream_id=campaign.id,
                stamp=stamp,
                refund_id=refund_id,
                reason=refund.failure or refund.state.value,
                failed_at=context.now(),
            )
        )


def _explain(context: PaymentContext, charge: str, campaign_id: UUID) -> None:
    """Say whose money refunds of a payment were, where there is nothing to decide; else a person does."""
    campaign = context.campaign(campaign_id)
    contribution = campaign.contributions[campaign.payments[charge]]
    for answer in _answers(context, campaign, contribution, charge):
        try:
            context.record(answer)
        except Conflict as unclear:
            log.info("refund made elsewhere waits for a person", payment=charge, reason=str(unclear))
            return


def _answers(
    context: PaymentContext, campaign: Campaign, contribution: Contribution, charge: str
) -> Iterator[Intent[Campaign]]:
    """The only possible explanation of a payment's refunds, if there is only one.

    Together they took all that was left of it; or nothing was left, and they gave what had come back from the card.
    """
    waiting = {key: one.left for key, one in contribution.external.items() if one.payment_id == charge and one.left > 0}
    cents, tip_cents = contribution.returnable(charge)
    if cents + tip_cents and sum(waiting.values()) == cents + tip_cents:
        for refund_id, left in waiting.items():
            tip = max(left - cents, 0)
            cents -= left - tip
            yield AllocateExternalRefund(stream_id=campaign.id, stamp=context.stamp, refund_id=refund_id, tip_cents=tip)
    elif cents + tip_cents == 0:
        claims = {
            one.cents + one.tip_cents: key
            for key, one in contribution.refunds.items()
            if one.payment_id == charge and one.status is RefundStatus.RETURNED
        }
        for made_id, left in waiting.items():
            if left in claims:
                refund_id = claims.pop(left)
                yield SettleReturnedRefund(
                    stream_id=campaign.id, stamp=context.stamp, refund_id=refund_id, made_id=made_id
                )
