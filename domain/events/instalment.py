"""Events of payment in several times (S-94…S-96)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.events.base import Event, InstalmentDue
from domain.money import Cents


class InstalmentsScheduled(Event, frozen=True, kw_only=True):
    """After the first payment, the dates and amounts of the following ones were fixed.

    Posts: M instalments_expected D, instalments_counterpart K.
    """

    TOPIC: ClassVar[str] = "campaign.instalments_scheduled.1"
    LABEL: ClassVar[str] = "Échéancier fixé"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    instalments: tuple[InstalmentDue, ...]
    cents: Cents


class InstalmentFailed(Event, frozen=True, kw_only=True):
    """An instalment was refused; when it is final it is no longer expected.

    Posts: when final, M instalments_counterpart D, instalments_expected K; else nothing.
    """

    TOPIC: ClassVar[str] = "campaign.instalment_failed.1"
    LABEL: ClassVar[str] = "Échéance refusée"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    number: int
    attempt_id: str
    cents: Cents
    reason: str
    final: bool
    retry_on: date | None
    """The Paris day of the next attempt; None when there is none without the card's holder."""


class InstalmentsCancelled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The instalments still to come were cancelled, without any refund.

    Posts: M instalments_counterpart D, instalments_expected K.
    """

    TOPIC: ClassVar[str] = "campaign.instalments_cancelled.1"
    LABEL: ClassVar[str] = "Échéances annulées"
    SUBJECT: ClassVar[str] = "contribution_id"

    contribution_id: UUID
    numbers: tuple[int, ...]
    cents: Cents
    reason: str
    note_id: UUID | None = None
