"""Events of a contribution: the basket, its payment, the provider's fee and transfer, cash, corrections."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, Line, Share
from domain.money import Cents


class ContributionPlaced(Event, frozen=True, kw_only=True):
    """A family filled its basket: one line per child, before any money.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.contribution_placed.1"
    LABEL: ClassVar[str] = "Contribution déposée"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    payer_id: UUID
    commitment: str
    lines: tuple[Line, ...]
    tip_cents: Cents
    means: str
    instalments: int
    terms_version: str


class ContributionAbandoned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The basket was left or expired without payment.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.contribution_abandoned.1"
    LABEL: ClassVar[str] = "Contribution abandonnée"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    reason: str
    note_id: UUID | None = None


class PaymentCaptured(Event, frozen=True, kw_only=True):
    """A card payment, or one instalment of it, was received.

    Posts: P psp_platform D, due_to_coop K, tips K. C online D, contributions K (by class).
    M (from instalment 2) instalments_counterpart D, instalments_expected K.
    """

    TOPIC: ClassVar[str] = "campaign.payment_captured.1"
    LABEL: ClassVar[str] = "Paiement reçu"
    CLOCK: ClassVar[str] = "paid_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "payment_id"

    contribution_id: UUID
    payment_id: str
    instalment: int
    cents: Cents
    tip_cents: Cents
    shares: tuple[Share, ...]
    paid_at: datetime


class PaymentFailed(Event, frozen=True, kw_only=True):
    """An attempt to pay by card was refused.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "campaign.payment_failed.1"
    LABEL: ClassVar[str] = "Paiement refusé"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    attempt_id: str
    reason: str


class ProviderFeeCharged(Event, frozen=True, kw_only=True):
    """The payment provider charged its fee on a payment, at the platform's expense.

    Posts: P psp_fees D, psp_platform K.
    """

    TOPIC: ClassVar[str] = "campaign.provider_fee_charged.1"
    LABEL: ClassVar[str] = "Frais du prestataire"
    CLOCK: ClassVar[str] = "charged_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    payment_id: str
    cents: Cents
    charged_at: datetime


class FundsTransferred(Event, frozen=True, kw_only=True):
    """The coop's part of a payment was moved to its account at the provider.

    Posts: P psp_coop D, psp_platform K.
    """

    TOPIC: ClassVar[str] = "campaign.funds_transferred.1"
    LABEL: ClassVar[str] = "Fonds affectés à la coopérative"
    CLOCK: ClassVar[str] = "moved_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "transfer_id"

    contribution_id: UUID
    payment_id: str
    transfer_id: str
    cents: Cents
    moved_at: datetime


class TransferReversed(Event, frozen=True, kw_only=True):
    """Part of a payment that had moved to the coop's account at the provider came back, for a refund or a dispute.

    Posts: P psp_platform D, psp_coop K.
    """

    TOPIC: ClassVar[str] = "campaign.transfer_reversed.1"
    LABEL: ClassVar[str] = "Fonds repris à la coopérative"
    CLOCK: ClassVar[str] = "moved_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "reversal_id"

    contribution_id: UUID
    payment_id: str
    transfer_id: str
    reversal_id: str
    cents: Cents
    moved_at: datetime


class CashReceived(Event, frozen=True, kw_only=True):
    """A contribution was received in cash, in the coop's cash box, never in the online account.

    Posts: C cash D, contributions K (by class).
    """

    TOPIC: ClassVar[str] = "campaign.cash_received.1"
    LABEL: ClassVar[str] = "Espèces reçues"
    CLOCK: ClassVar[str] = "paid_at"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    slip: str
    cents: Cents
    shares: tuple[Share, ...]
    paid_at: datetime


class PaymentPutOnHold(Event, frozen=True, kw_only=True):
    """A card payment came that the contribution did not expect (twice, or after a cancellation): it is to go back.

    Posts: P psp_platform D, suspense K.
    """

    TOPIC: ClassVar[str] = "campaign.payment_suspended.1"
    LABEL: ClassVar[str] = "Paiement inattendu, mis en attente"
    CLOCK: ClassVar[str] = "paid_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "payment_id"

    contribution_id: UUID
    payment_id: str
    cents: Cents
    reason: str
    paid_at: datetime


class OnHoldPaymentReturned(Event, frozen=True, kw_only=True):
    """A payment that was not expected went back to its card, whole or in part; what is left still waits.

    Posts: P suspense D, psp_platform K.
    """

    TOPIC: ClassVar[str] = "campaign.suspended_payment_returned.1"
    LABEL: ClassVar[str] = "Paiement inattendu rendu"
    CLOCK: ClassVar[str] = "returned_at"
    SUBJECT: ClassVar[str] = "contribution_id"
    BOOKS: ClassVar[str] = "provider_refund"

    contribution_id: UUID
    payment_id: str
    provider_refund: str
    cents: Cents
    returned_at: datetime


class ContributionCorrected(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The class or the tariff label of one child was corrected; no amount changes, its cents move class.

    Posts: when the class changes and the line holds money, C contributions D (old class), contributions K (new class).
    """

    TOPIC: ClassVar[str] = "campaign.contribution_corrected.1"
    LABEL: ClassVar[str] = "Contribution corrigée"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    line: int
    old_class: str
    new_class: str
    tariff_id: str
    held: Cents
    due: Cents
    reason: str
    note_id: UUID | None = None
