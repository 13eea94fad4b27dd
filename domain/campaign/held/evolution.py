"""How events of money that waits change a campaign's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.campaign.contribution import Refund, RefundStatus
from domain.campaign.held.state import ExternalRefund, HeldPayment
from domain.campaign.state import Campaign
from domain.events.base import Event
from domain.events.contribution import OnHoldPaymentReturned, PaymentPutOnHold
from domain.events.held.money import ContributionSuspenseCleared, RefundBackOnHold, ReturnedRefundSettled
from domain.events.refund import ExternalRefundAllocated, ExternalRefundFound, RefundFailed


def _payment_on_hold(state: Campaign, event: PaymentPutOnHold) -> None:
    state.contributions[event.contribution_id].on_hold[event.payment_id] = HeldPayment(event.cents, event.at)
    state.on_hold[event.payment_id] = event.contribution_id


def _on_hold_returned(state: Campaign, event: OnHoldPaymentReturned) -> None:
    held = state.contributions[event.contribution_id].on_hold[event.payment_id]
    held.left -= event.cents
    held.returned[event.provider_refund] = event.cents


def _back_on_hold(state: Campaign, event: RefundBackOnHold) -> None:
    contribution = state.contributions[event.contribution_id]
    if event.refund_id is None:
        held = contribution.on_hold[event.payment_id]
        held.left += event.cents
        held.back.add(event.provider_refund)
        held.since = event.at
        return
    refund = contribution.external[event.refund_id]
    refund.left -= event.cents
    refund.back = True


def _external_found(state: Campaign, event: ExternalRefundFound) -> None:
    state.contributions[event.contribution_id].external[event.refund_id] = ExternalRefund(event)
    state.external[event.refund_id] = event.contribution_id


def _external_allocated(state: Campaign, event: ExternalRefundAllocated) -> None:
    contribution = state.contributions[event.contribution_id]
    refund = contribution.external[event.refund_id]
    refund.left -= event.cents + event.tip_cents
    refund.tip_allocated = event.tip_cents
    refund.by_line = {share.line: share.cents for share in event.shares}
    payment = contribution.payments[event.payment_id]
    payment.given_back += event.cents
    payment.tip_given_back += event.tip_cents
    contribution.tip_held -= event.tip_cents
    for share in event.shares:
        contribution.lines[share.line].held -= share.cents


def made_elsewhere_came_back(state: Campaign, event: RefundFailed) -> None:
    """A refund made at the provider is owed to its family from here on, like one that was asked for."""
    contribution = state.contributions[event.contribution_id]
    found = contribution.external[event.refund_id]
    found.back = True
    refund = Refund(found.payment_id, dict(found.by_line), event.cents, event.tip_cents)
    refund.status, refund.provider_refund = RefundStatus.RETURNED, found.provider_refund
    contribution.refunds[event.refund_id] = refund
    contribution.payments[found.payment_id].came_back += event.cents + event.tip_cents
    state.refunds[event.refund_id] = event.contribution_id


def _returned_settled(state: Campaign, event: ReturnedRefundSettled) -> None:
    contribution = state.contributions[event.contribution_id]
    contribution.external[event.made_id].left -= event.cents
    returned = contribution.refunds[event.refund_id]
    returned.status = RefundStatus.REPAID
    contribution.payments[returned.payment_id].came_back -= event.cents


def _cleared(state: Campaign, event: ContributionSuspenseCleared) -> None:
    contribution = state.contributions[event.contribution_id]
    if event.refund_id is None:
        contribution.on_hold[event.payment_id].left -= event.cents
        return
    refund = contribution.external[event.refund_id]
    refund.left += event.cents
    refund.cleared -= event.cents


HELD: Final[Mapping[type[Event], Callable[[Any, Any], None]]] = {
    PaymentPutOnHold: _payment_on_hold,
    OnHoldPaymentReturned: _on_hold_returned,
    RefundBackOnHold: _back_on_hold,
    ExternalRefundFound: _external_found,
    ExternalRefundAllocated: _external_allocated,
    ReturnedRefundSettled: _returned_settled,
    ContributionSuspenseCleared: _cleared,
}
"""What each event does to the state."""
