"""Events of money of families' payments that waits: what was given back in vain, and what people say it was."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event
from domain.money import Cents, SignedCents


class ReturnedRefundSettled(Event, frozen=True, kw_only=True):
    """A refund made at the provider gave a family what had come back from its card: nothing is owed for that any more.

    Or it came back itself, and should not have been made: then it settles its own claim, and nothing has happened.

    Posts: P due_to_coop D, suspense K. C due_to_families D, online K.
    """

    TOPIC: ClassVar[str] = "campaign.returned_refund_settled.1"
    LABEL: ClassVar[str] = "Remboursement revenu, réglé par le prestataire"
    SUBJECT: ClassVar[str] = "contribution_id"

    refund_id: UUID
    """The refund that had come back."""
    made_id: UUID
    """The refund made at the provider, which may be the same one."""
    contribution_id: UUID
    payment_id: str
    """The payment of the refund that had come back."""
    cents: Cents


class RefundBackOnHold(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Money that was given back came back from the card, and is no coop's: it waits once more.

    Of a payment that was not expected, or of a refund made at the provider that two people had explained.

    Posts: P psp_platform D, suspense K.
    """

    TOPIC: ClassVar[str] = "campaign.refund_back_on_hold.1"
    LABEL: ClassVar[str] = "Argent rendu revenu, remis en attente"
    CLOCK: ClassVar[str] = "failed_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    payment_id: str
    provider_refund: str
    cents: Cents
    reason: str
    failed_at: datetime
    refund_id: UUID | None = None
    """The refund made at the provider; None for a payment that was not expected."""


class ContributionSuspenseCleared(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Two people explained what waited of a family's payment: it belongs to an account of the platform's book.

    ``cents`` is negative for money that had left: a refund made at the provider that no child and no tip can bear.

    Posts: P suspense D, the given account K; the reverse when the money had left.
    """

    TOPIC: ClassVar[str] = "campaign.suspense_cleared.1"
    LABEL: ClassVar[str] = "Argent en attente d’une contribution expliqué"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    payment_id: str
    cents: SignedCents
    account: str
    approvers: tuple[str, str]
    reason: str
    refund_id: UUID | None = None
    """The refund made at the provider; None for a payment that was not expected."""
    note_id: UUID | None = None
