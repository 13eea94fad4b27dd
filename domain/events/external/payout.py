"""Events of what another platform pays out to the coop's bank of the money that it held."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_noon
from domain.events.base import Event, PayoutItem
from domain.money import Cents


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
