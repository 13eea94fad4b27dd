"""Events of money that the coop itself gives a family back, beside the card: by transfer, by cheque, in cash."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_noon
from domain.events.base import Event, Share
from domain.money import Cents


class FailedRefundRepaid(Event, frozen=True, kw_only=True):
    """The coop paid a family what had come back from its card, the tip with it: it owes it nothing any more.

    Posts: C due_to_families D, bank K (cash K when it paid in cash).
    """

    TOPIC: ClassVar[str] = "campaign.failed_refund_repaid.1"
    LABEL: ClassVar[str] = "Remboursement revenu, réglé par la coopérative"
    SUBJECT: ClassVar[str] = "contribution_id"
    DRAINS: ClassVar[bool] = True

    refund_id: UUID
    contribution_id: UUID
    payment_id: str
    cents: Cents
    tip_cents: Cents
    means: str
    """How the coop paid: ``cheque``, ``transfer`` or ``cash``."""
    paid_on: date

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the coop paid."""
        return paris_noon(self.paid_on)


class RefundPaidOutOfBand(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The coop gave money back from its own bank or cash box: it had nothing left online that a card could get back.

    Posts: C contributions D (by class), bank K (cash K when it paid in cash).
    """

    TOPIC: ClassVar[str] = "campaign.refund_paid_out_of_band.1"
    LABEL: ClassVar[str] = "Remboursement réglé par la coopérative"
    SUBJECT: ClassVar[str] = "contribution_id"
    DRAINS: ClassVar[bool] = True

    refund_id: UUID
    contribution_id: UUID
    cents: Cents
    shares: tuple[Share, ...]
    means: str
    """How the coop paid: ``cheque``, ``transfer`` or ``cash``."""
    paid_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the coop paid."""
        return paris_noon(self.paid_on)


class PaymentToFamilyWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What was written down as paid to a family by the coop was never paid, or otherwise: it no longer counts.

    Posts: the exact reverse of FailedRefundRepaid (without a split), RefundPaidOutOfBand or CashReturned (by class).
    """

    TOPIC: ClassVar[str] = "campaign.payment_to_family_withdrawn.1"
    LABEL: ClassVar[str] = "Règlement à une famille annulé"
    SUBJECT: ClassVar[str] = "contribution_id"

    refund_id: UUID
    contribution_id: UUID
    cents: Cents
    """What the family was said to have got: tip included where a refund had come back."""
    shares: tuple[Share, ...]
    """What each child's line holds again; none where the money is owed again instead."""
    means: str
    paid_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day that had been written down."""
        return paris_noon(self.paid_on)
