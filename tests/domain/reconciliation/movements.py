"""Short names for both sides of a comparison."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from adapters.stripe_provider.identifiers import StripeIds
from domain.reconciliation.expected import ExpectedMovement, direction_of
from domain.reconciliation.matching import FoundMovement

IDS = StripeIds()
NOW: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
YESTERDAY: Final = NOW - timedelta(hours=30)


def wish(
    object_id: str, cents: int, at: datetime = YESTERDAY, what: str = "PaymentCaptured", account: str = ""
) -> ExpectedMovement:
    """What the ledger expects."""
    return ExpectedMovement(account, object_id, direction_of(cents), cents, at, at, what)


def found(
    object_id: str, cents: int, at: datetime = YESTERDAY, kind: str = "charge", movement: str = "", account: str = ""
) -> FoundMovement:
    """What the provider has."""
    return FoundMovement(account, movement or f"txn_{object_id}", object_id, direction_of(cents), kind, cents, at)
