"""Events of a refund: full, by line, or of the tip alone; and of one made outside, at the provider."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, Share
from domain.money import Cents


class RefundRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Someone with the right to do so asked to give back money of one payment; the amount is set aside.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.refund_requested.1"
    LABEL: ClassVar[str] = "Remboursement demandé"
    SUBJECT: ClassVar[str] = "contribution_id"
    DRAINS: ClassVar[bool] = True

    refund_id: UUID
    contribution_id: UUID
    payment_id: str
    cents: Cents
    tip_cents: Cents
    shares: tuple[Share, ...]
    reason: str
    note_id: UUID | None = None


class RefundSettled(Event, frozen=True, kw_only=True):
    """The provider gave the money back to the card.

    Posts: P due_to_coop D, tips D, psp_platform K. C contributions D (by class), online K.
    """

    TOPIC: ClassVar[str] = "campaign.refund_settled.1"
    LABEL: ClassVar[str] = "Remboursement effectué"
    CLOCK: ClassVar[str] = "settled_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "provider_refund"

    refund_id: UUID
    contribution_id: UUID
    provider_refund: str
    cents: Cents
    tip_cents: Cents
    shares: tuple[Share, ...]
    settled_at: datetime


class RefundFailed(Event, frozen=True, kw_only=True):
    """The refund did not reach the card: its amount is available again; had it been settled, the coop owes it.

    It owes the tip too, which it gets with the rest: a coop that pays the family itself pays it all. One that was made
    at the provider, not here, is owed the same way, whether somebody has said whose money it was or not.

    Posts: when it had been settled, P psp_platform D, due_to_coop K and C online D, due_to_families K; else nothing.
    """

    TOPIC: ClassVar[str] = "campaign.refund_failed.1"
    LABEL: ClassVar[str] = "Remboursement échoué"
    CLOCK: ClassVar[str] = "failed_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    refund_id: UUID
    contribution_id: UUID
    cents: Cents
    tip_cents: Cents
    was_settled: bool
    reason: str
    failed_at: datetime


class ExternalRefundFound(Event, frozen=True, kw_only=True):
    """A refund made at the provider, not here, was found: someone must say whose money it was.

    Posts: P suspense D, psp_platform K.
    """

    TOPIC: ClassVar[str] = "campaign.external_refund_found.1"
    LABEL: ClassVar[str] = "Remboursement extérieur constaté"
    CLOCK: ClassVar[str] = "settled_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "provider_refund"
    DRAINS: ClassVar[bool] = True

    refund_id: UUID
    contribution_id: UUID
    payment_id: str
    provider_refund: str
    cents: Cents
    settled_at: datetime


class ExternalRefundAllocated(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A refund made at the provider was allocated to children and tip, as far as nothing else explained it.

    Posts: P due_to_coop D, tips D, suspense K. C contributions D (by class), online K.
    """

    TOPIC: ClassVar[str] = "campaign.external_refund_allocated.1"
    LABEL: ClassVar[str] = "Remboursement extérieur affecté"
    SUBJECT: ClassVar[str] = "contribution_id"

    refund_id: UUID
    contribution_id: UUID
    payment_id: str
    cents: Cents
    tip_cents: Cents
    shares: tuple[Share, ...]
    owed: bool = False
    """Whether the money had come back from the card by then, and the family is owed it."""
