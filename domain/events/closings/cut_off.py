"""The cut-off of a year: income that pays for later years leaves it on its last day, and comes back in the next one."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, Value
from domain.money import SignedCents


class DeferredPart(Value, frozen=True, kw_only=True):
    """What of the income of a class in a campaign is deferred or released, in cents; negative is the other way round.

    A deferral takes back what account 487 holds too much of: families got it back since.
    """

    campaign_id: UUID
    class_code: str
    cents: SignedCents


class IncomeDeferred(Event, frozen=True, kw_only=True):
    """The closing of a year carried what families had paid for later years over to them, on the year's last day.

    Posts: C contributions D by campaign and class, deferred K; the reverse for what had been deferred too much.
    """

    TOPIC: ClassVar[str] = "coop.income_deferred.1"
    LABEL: ClassVar[str] = "Produits constatés d’avance"

    entered_on: date
    parts: tuple[DeferredPart, ...]

    @property
    def entered(self) -> date:
        """The day of the entry."""
        return self.entered_on


class DeferredIncomeReleased(Event, frozen=True, kw_only=True):
    """The closing of a year gave the next one, on its first day, what was deferred for it; the rest stays deferred.

    Posts: C deferred D, contributions K by campaign and class.
    """

    TOPIC: ClassVar[str] = "coop.deferred_income_released.1"
    LABEL: ClassVar[str] = "Produits constatés d’avance repris"

    entered_on: date
    parts: tuple[DeferredPart, ...]

    @property
    def entered(self) -> date:
        """The day of the entry."""
        return self.entered_on
