"""What the port tells of disputes: a bank that takes a family's payment back, or asks about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adapters.payments.values import PortValue
from domain.vocabulary.keys import Key


class DisputeState(StrEnum):
    """What a dispute means for the money."""

    INQUIRY = "inquiry"
    """The bank asks; no money moved."""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMovement(PortValue):
    """Money that moved for a dispute: negative when the bank took it, positive when it gave it back.

    ``fee_cents`` is what the provider kept for itself with it, negative when it gave a fee back.
    """

    movement: Key
    cents: int
    fee_cents: int
    moved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDispute(PortValue):
    """A dispute of a charge, with all that moved for it so far, oldest first."""

    dispute: Key
    charge: Key
    cents: int
    state: DisputeState
    opened_at: datetime
    movements: tuple[DisputeMovement, ...]
