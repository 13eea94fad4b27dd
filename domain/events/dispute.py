"""Events of a dispute: a family contests a card payment at its bank, which takes money and may give it back.

``provider_movement`` is the provider's name of the movement that an event is about: a bank may take and give back in
parts, change its mind, and take more than is left of the payment.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, Share
from domain.money import Cents, SignedCents


class DisputeOpened(Event, frozen=True, kw_only=True):
    """The bank took back a contested payment: the coop's part is blocked until the outcome.

    What it took beyond what is left of the payment is in suspense. Where that finds its place after all, as once a
    refund failed, its cents are negative and no money moves.

    Posts: P disputes_pending D, suspense D, dispute_fees D, psp_platform K; due_to_coop D, due_to_coop_blocked K;
    suspense K where it is negative. C online_blocked D, online K.
    """

    TOPIC: ClassVar[str] = "campaign.dispute_opened.2"
    LABEL: ClassVar[str] = "Paiement contesté"
    CLOCK: ClassVar[str] = "opened_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "provider_movement"
    DRAINS: ClassVar[bool] = True

    dispute_id: str
    provider_movement: str
    contribution_id: UUID
    payment_id: str
    cents: Cents
    tip_cents: Cents
    suspense_cents: SignedCents
    fee_cents: SignedCents
    shares: tuple[Share, ...]
    opened_at: datetime

    @property
    def withdrawn_cents(self) -> int:
        """What the bank took of the payment; 0 for a fee alone, and for what only finds its place."""
        return self.cents + self.tip_cents + self.suspense_cents


class DisputeWon(Event, frozen=True, kw_only=True):
    """The bank gave money of the contested payment back: the coop's part of it is available again.

    What it had taken beyond the payment leaves suspense first. A fee of the provider's that comes back is negative.

    Posts: P psp_platform D, disputes_pending K, suspense K, dispute_fees K (D where a fee was kept from it);
    due_to_coop_blocked D, due_to_coop K. C online D, online_blocked K.
    """

    TOPIC: ClassVar[str] = "campaign.dispute_won.2"
    LABEL: ClassVar[str] = "Contestation gagnée"
    CLOCK: ClassVar[str] = "closed_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    dispute_id: str
    provider_movement: str
    contribution_id: UUID
    payment_id: str
    cents: Cents
    tip_cents: Cents
    suspense_cents: Cents
    fee_cents: SignedCents
    closed_at: datetime


class DisputeLost(Event, frozen=True, kw_only=True):
    """The bank kept what it had taken and not given back: so much of the contribution is unpaid after all.

    Posts: P due_to_coop_blocked D, tips D, disputes_pending K. C contributions D (by class), online_blocked K.
    """

    TOPIC: ClassVar[str] = "campaign.dispute_lost.1"
    LABEL: ClassVar[str] = "Contestation perdue"
    CLOCK: ClassVar[str] = "closed_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    dispute_id: str
    contribution_id: UUID
    cents: Cents
    tip_cents: Cents
    shares: tuple[Share, ...]
    closed_at: datetime


class LostDisputeReinstated(Event, frozen=True, kw_only=True):
    """The bank gave back what it had kept: so much of the contribution is paid again.

    Posts: P psp_platform D, due_to_coop K, tips K, dispute_fees K (D where a fee was kept from it). C online D,
    contributions K (by class).
    """

    TOPIC: ClassVar[str] = "campaign.lost_dispute_reinstated.1"
    LABEL: ClassVar[str] = "Impayé rendu par la banque"
    CLOCK: ClassVar[str] = "reinstated_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    dispute_id: str
    provider_movement: str
    contribution_id: UUID
    payment_id: str
    cents: Cents
    tip_cents: Cents
    fee_cents: SignedCents
    shares: tuple[Share, ...]
    reinstated_at: datetime


class DisputeCleared(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Two people said whose loss or gain it is that a bank took or gave back beyond a payment: the platform's.

    Posts: P the given account D, suspense K; the reverse when the bank had given back more than it took.
    """

    TOPIC: ClassVar[str] = "campaign.dispute_cleared.1"
    LABEL: ClassVar[str] = "Somme contestée en trop, expliquée"
    SUBJECT: ClassVar[str] = "contribution_id"

    dispute_id: str
    contribution_id: UUID
    cents: SignedCents
    account: str
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None
