"""Short names for both sides of a comparison."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from domain.reconciliation.expected import Expected, way_of
from domain.reconciliation.matching import Found

NOW: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
YESTERDAY: Final = NOW - timedelta(hours=30)


def wish(
    object_id: str, cents: int, at: datetime = YESTERDAY, what: str = "PaymentCaptured", account: str = ""
) -> Expected:
    """What the ledger expects."""
    return Expected(account, object_id, way_of(cents), cents, at, at, what)


def found(
    object_id: str, cents: int, at: datetime = YESTERDAY, kind: str = "charge", movement: str = "", account: str = ""
) -> Found:
    """What the provider has."""
    return Found(account, movement or f"txn_{object_id}", object_id, way_of(cents), kind, cents, at)
