"""Events of a payout, the coop's online balance on its way to its bank; and of a balance below zero."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, PayoutItem
from domain.money import Cents


class PayoutRequested(Event, frozen=True, kw_only=True):
    """The mandate holder asked that part of the balance go to the coop's bank; the movements it covers are fixed.

    It has no number: the statement gives one when the payout has arrived.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.payout_requested.2"
    LABEL: ClassVar[str] = "Virement demandé"
    SUBJECT: ClassVar[str] = "payout_id"
    DRAINS: ClassVar[bool] = True

    payout_id: UUID
    cents: Cents
    bank_account_id: UUID
    content: tuple[PayoutItem, ...]


class PayoutSent(Event, frozen=True, kw_only=True):
    """The payment provider accepted the payout.

    Posts: P due_to_coop D, payout_in_progress K; psp_in_transit D, psp_coop K. C payouts_5801 D, online K.
    """

    TOPIC: ClassVar[str] = "coop.payout_sent.1"
    LABEL: ClassVar[str] = "Virement émis"
    CLOCK: ClassVar[str] = "sent_at"
    SUBJECT: ClassVar[str] = "payout_id"
    BOOKS: ClassVar[str] = "provider_payout"

    payout_id: UUID
    cents: Cents
    provider_payout: str
    sent_at: datetime


class PayoutPaid(Event, frozen=True, kw_only=True):
    """The payment provider says that the payout reached the bank.

    Posts: P payout_in_progress D, psp_in_transit K.
    """

    TOPIC: ClassVar[str] = "coop.payout_paid.1"
    LABEL: ClassVar[str] = "Virement arrivé"
    CLOCK: ClassVar[str] = "paid_at"
    SUBJECT: ClassVar[str] = "payout_id"

    payout_id: UUID
    cents: Cents
    paid_at: datetime


class PayoutFailed(Event, frozen=True, kw_only=True):
    """The payout did not leave or did not arrive: its amount is available again.

    Posts: when it had been sent, the exact reverse of PayoutSent; else nothing.
    """

    TOPIC: ClassVar[str] = "coop.payout_failed.1"
    LABEL: ClassVar[str] = "Virement échoué"
    CLOCK: ClassVar[str] = "failed_at"
    SUBJECT: ClassVar[str] = "payout_id"

    payout_id: UUID
    cents: Cents
    was_sent: bool
    reason: str
    failed_at: datetime


class PayoutCancelled(Event, frozen=True, kw_only=True):
    """A payout was cancelled before the provider heard of it: its amount is available again.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.payout_cancelled.1"
    LABEL: ClassVar[str] = "Virement annulé avant son départ"
    SUBJECT: ClassVar[str] = "payout_id"

    payout_id: UUID
    cents: Cents


class PayoutReturned(Event, frozen=True, kw_only=True):
    """The bank sent back a payout that had arrived: its amount is available again.

    Posts: P psp_coop D, due_to_coop K. C online D, payouts_5801 K.
    """

    TOPIC: ClassVar[str] = "coop.payout_returned.1"
    LABEL: ClassVar[str] = "Virement retourné par la banque"
    CLOCK: ClassVar[str] = "returned_at"
    SUBJECT: ClassVar[str] = "payout_id"

    payout_id: UUID
    cents: Cents
    reason: str
    returned_at: datetime


class PayoutsFrozen(Event, frozen=True, kw_only=True):
    """The bank account known to the provider is not the confirmed one: payouts wait for the association to confirm.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.payouts_frozen.1"
    LABEL: ClassVar[str] = "Virements suspendus"

    reason: str


class NegativeBalanceCovered(Event, frozen=True, kw_only=True):
    """The platform covered an online balance below zero, as after a lost dispute: the coop owes it.

    Posts: P receivable_from_coop D, due_to_coop K. C online D, due_to_platform K.
    """

    TOPIC: ClassVar[str] = "coop.negative_balance_covered.1"
    LABEL: ClassVar[str] = "Solde négatif avancé par la plateforme"
    SUBJECT: ClassVar[str] = "cover_id"

    cover_id: UUID
    cents: Cents


class DebtRecovered(Event, frozen=True, kw_only=True):
    """What the coop owed the platform was taken from its online balance.

    Posts: P due_to_coop D, receivable_from_coop K. C due_to_platform D, online K.
    """

    TOPIC: ClassVar[str] = "coop.debt_recovered.1"
    LABEL: ClassVar[str] = "Avance de la plateforme récupérée"
    SUBJECT: ClassVar[str] = "recovery_id"
    DRAINS: ClassVar[bool] = True

    recovery_id: UUID
    cents: Cents
