"""Money that was given back and came back from the card: a family's claim, or once more what waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.aggregate import Stamp
from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.held.state import ExternalRefund
from domain.campaign.state import Campaign, CampaignCommand
from domain.errors import NotFound
from domain.events.base import Event
from domain.events.contribution import OnHoldPaymentReturned
from domain.events.held.money import RefundBackOnHold
from domain.events.refund import RefundFailed
from domain.money import check_amount
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import provider_code


class RecordOnHoldPaymentReturned(CampaignCommand, frozen=True, kw_only=True):
    """Record that a payment that was not expected went back to its card, or a part of it, whoever gave it back."""

    KIND: ClassVar[str] = "ReturnSuspendedPayment"
    payment_id: Key
    cents: int
    provider_refund: Key
    returned_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by refund of the provider; one that is heard of too early takes more than waits."""
        contribution_id = state.on_hold.get(self.payment_id)
        if contribution_id is None:
            raise NotFound(payment=self.payment_id)
        if self.provider_refund in state.contributions[contribution_id].on_hold[self.payment_id].returned:
            return ()
        return (
            OnHoldPaymentReturned(
                at=self.at,
                by=self.by,
                contribution_id=contribution_id,
                payment_id=self.payment_id,
                provider_refund=self.provider_refund,
                cents=check_amount(self.cents),
                returned_at=self.returned_at,
            ),
        )


class RecordOnHoldReturnFailed(CampaignCommand, frozen=True, kw_only=True):
    """Record that what was given back of a payment that was not expected came back from its card: it waits again."""

    KIND: ClassVar[str] = "FailReturnOfPaymentOnHold"
    payment_id: Key
    provider_refund: Key
    reason: str
    failed_at: datetime

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by refund of the provider, after it left."""
        contribution_id = state.on_hold.get(self.payment_id)
        if contribution_id is None:
            raise NotFound(payment=self.payment_id)
        held = state.contributions[contribution_id].on_hold[self.payment_id]
        if self.provider_refund not in held.returned:
            raise NotFound(refund=self.provider_refund)
        if self.provider_refund in held.back:
            return ()
        return (
            RefundBackOnHold(
                at=self.at,
                by=self.by,
                contribution_id=contribution_id,
                payment_id=self.payment_id,
                provider_refund=self.provider_refund,
                cents=held.returned[self.provider_refund],
                reason=provider_code(self.reason),
                failed_at=self.failed_at,
            ),
        )


def elsewhere_came_back(
    state: Campaign, refund_id: UUID, reason: str, failed_at: datetime, stamp: Stamp
) -> tuple[Event, ...]:
    """Return what follows when a refund made at the provider comes back: the family's claim, once.

    What two people had explained of it as the platform's is nobody's claim: it waits once more.
    """
    contribution_id = state.external[refund_id]
    found = state.contributions[contribution_id].external[refund_id]
    return () if found.back else tuple(_returned(contribution_id, found, refund_id, reason, failed_at, stamp))


def _returned(
    contribution_id: UUID, found: ExternalRefund, refund_id: UUID, reason: str, failed_at: datetime, stamp: Stamp
) -> Iterator[Event]:
    claim, tip_cents = found.cents - found.cleared, found.tip_allocated
    if claim:
        yield RefundFailed(
            at=stamp.at,
            by=stamp.by,
            refund_id=refund_id,
            contribution_id=contribution_id,
            cents=claim - tip_cents,
            tip_cents=tip_cents,
            was_settled=True,
            reason=provider_code(reason),
            failed_at=failed_at,
        )
    if found.cleared:
        yield RefundBackOnHold(
            at=stamp.at,
            by=stamp.by,
            contribution_id=contribution_id,
            payment_id=found.payment_id,
            provider_refund=found.provider_refund,
            cents=found.cleared,
            reason=provider_code(reason),
            failed_at=failed_at,
            refund_id=refund_id,
        )


def owed(contribution: Contribution, refund_id: UUID) -> bool:
    """Whether a refund came back and its family is owed it."""
    refund = contribution.refunds.get(refund_id)
    return refund is not None and refund.status is RefundStatus.RETURNED
