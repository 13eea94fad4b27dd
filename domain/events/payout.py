"""Events of a payout: the coop's online balance on its way to its bank."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event
from domain.money import Cents


class PayoutRequested(Event, frozen=True, kw_only=True):
    """The mandate holder asked that part of the balance go to the coop's bank; the amount is set aside.

    Posts: nothing.
    """

    TOPIC: ClassVar[str] = "coop.payout_requested.1"
    LABEL: ClassVar[str] = "Virement demandé"
    SUBJECT: ClassVar[str] = "payout_id"
    DRAINS: ClassVar[bool] = True

    payout_id: UUID
    number: int
    fiscal_year: int
    cents: Cents
    bank_account_id: UUID


class PayoutSent(Event, frozen=True, kw_only=True):
    """The payment provider accepted the payout.

    Posts: P due_to_coop D, payout_in_progress K; psp_in_transit D, psp_coop K. C transfers_580 D, online K.
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


class PayoutReturned(Event, frozen=True, kw_only=True):
    """The bank sent back a payout that had arrived: its amount is available again.

    Posts: P psp_coop D, due_to_coop K. C online D, transfers_580 K.
    """

    TOPIC: ClassVar[str] = "coop.payout_returned.1"
    LABEL: ClassVar[str] = "Virement retourné par la banque"
    CLOCK: ClassVar[str] = "returned_at"
    SUBJECT: ClassVar[str] = "payout_id"

    payout_id: UUID
    cents: Cents
    reason: str
    returned_at: datetime
