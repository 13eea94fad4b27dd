"""Events of a dispute: a family contests a card payment at its bank."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, Share
from domain.money import Cents


class DisputeOpened(Event, frozen=True, kw_only=True):
    """The bank took back a contested payment: the coop's part is blocked until the outcome.

    Posts: P disputes_pending D, dispute_fees D, psp_platform K; due_to_coop D, due_to_coop_blocked K.
    C online_blocked D, online K.
    """

    TOPIC: ClassVar[str] = "campaign.dispute_opened.1"
    LABEL: ClassVar[str] = "Paiement contesté"
    CLOCK: ClassVar[str] = "opened_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "dispute_id"
    DRAINS: ClassVar[bool] = True

    dispute_id: str
    contribution_id: UUID
    payment_id: str
    cents: Cents
    tip_cents: Cents
    fee_cents: Cents
    shares: tuple[Share, ...]
    opened_at: datetime


class DisputeWon(Event, frozen=True, kw_only=True):
    """The bank gave the contested payment back: the coop's part is available again.

    Posts: P psp_platform D, disputes_pending K; due_to_coop_blocked D, due_to_coop K. C online D, online_blocked K.
    """

    TOPIC: ClassVar[str] = "campaign.dispute_won.1"
    LABEL: ClassVar[str] = "Contestation gagnée"
    CLOCK: ClassVar[str] = "closed_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    dispute_id: str
    contribution_id: UUID
    cents: Cents
    tip_cents: Cents
    closed_at: datetime


class DisputeLost(Event, frozen=True, kw_only=True):
    """The bank kept the contested payment: the contribution is unpaid after all.

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
