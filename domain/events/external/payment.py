"""Events of payments that another platform collects for the coop, and of refunds made there.

The provider never holds this money: it lies on an account of its own until the other platform pays it out.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, Share
from domain.money import Cents


class ExternalPaymentRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A contribution was paid on another platform, which holds the money for the coop.

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
    """The import that brought it; None when it was entered by hand."""


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
    """What had been given back of it there."""
    paid_since: datetime | None = None
    """When the first of the contribution's payments that remain was made; None when none remains."""
    note_id: UUID | None = None
