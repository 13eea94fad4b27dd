"""Events of money that another platform collects for the coop: its payments, refunds made there, what it pays out.

The provider never holds this money: it lies on an account of its own until the other platform pays it out.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_noon
from domain.events.base import Event, PayoutItem, Share
from domain.money import Cents


class ExternalPaymentRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A contribution was paid on another platform, which holds the money for the coop.

    ``import_id`` names the import that brought it, None when it was entered by hand.

    Posts: C collected_elsewhere D, contributions K (by class).
    """

    TOPIC: ClassVar[str] = "campaign.external_payment_recorded.1"
    LABEL: ClassVar[str] = "Paiement collecté ailleurs"
    CLOCK: ClassVar[str] = "paid_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    external_payment_id: UUID
    contribution_id: UUID
    platform: str
    reference: str
    cents: Cents
    shares: tuple[Share, ...]
    paid_at: datetime
    import_id: UUID | None = None


class ExternalPaymentRefunded(Event, frozen=True, kw_only=True):
    """The other platform gave money of a payment back to the family, there.

    Posts: C contributions D (by class), collected_elsewhere K.
    """

    TOPIC: ClassVar[str] = "campaign.external_payment_refunded.1"
    LABEL: ClassVar[str] = "Remboursement fait ailleurs"
    CLOCK: ClassVar[str] = "refunded_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    DRAINS: ClassVar[bool] = True

    refund_id: UUID
    external_payment_id: UUID
    contribution_id: UUID
    platform: str
    cents: Cents
    shares: tuple[Share, ...]
    refunded_at: datetime


class ExternalPaymentWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A payment collected elsewhere was recorded by mistake: it and its refunds there are taken back, at its own day.

    ``shares`` and ``refunded`` are what was recorded and given back of it; the first of the contribution's payments
    that remain was made at ``paid_since``, None when none remains.

    Posts: C contributions D (by class), collected_elsewhere K, for what was recorded; the reverse for its refunds.
    """

    TOPIC: ClassVar[str] = "campaign.external_payment_withdrawn.1"
    LABEL: ClassVar[str] = "Paiement collecté ailleurs retiré"
    CLOCK: ClassVar[str] = "paid_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    DRAINS: ClassVar[bool] = True

    external_payment_id: UUID
    contribution_id: UUID
    platform: str
    cents: Cents
    shares: tuple[Share, ...]
    paid_at: datetime
    reason: str
    refunded_cents: Cents = 0
    refunded: tuple[Share, ...] = ()
    paid_since: datetime | None = None
    note_id: UUID | None = None


class ExternalPayoutRecorded(Event, frozen=True, kw_only=True):
    """The other platform paid out to the coop's bank what it held, less its fees; the movements it covers are fixed.

    Posts: C bank D (net), bank_fees D, collected_elsewhere K (gross).
    """

    TOPIC: ClassVar[str] = "coop.external_payout_recorded.1"
    LABEL: ClassVar[str] = "Versement d’une autre plateforme"
    SUBJECT: ClassVar[str] = "external_payout_id"
    DRAINS: ClassVar[bool] = True

    external_payout_id: UUID
    platform: str
    reference: str
    cents: Cents
    fee_cents: Cents
    content: tuple[PayoutItem, ...]
    booked_on: date

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)


class ExternalPayoutWithdrawn(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A payout of another platform was recorded by mistake: what it covered is in hand there again.

    Posts: C collected_elsewhere D (gross), bank K (net), bank_fees K.
    """

    TOPIC: ClassVar[str] = "coop.external_payout_withdrawn.1"
    LABEL: ClassVar[str] = "Versement d’une autre plateforme retiré"
    SUBJECT: ClassVar[str] = "external_payout_id"

    external_payout_id: UUID
    platform: str
    cents: Cents
    fee_cents: Cents
    booked_on: date
    reason: str
    note_id: UUID | None = None

    @property
    def happened_at(self) -> datetime:
        """Noon in Paris of the day the bank booked the line."""
        return paris_noon(self.booked_on)
