"""What the examples of events share: splits by child, a contribution, a refund."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from domain.events.base import Share
from tests.kit import example
from tests.kit.example import SAID

LATER: Final = datetime(2024, 7, 3, 8, 30, tzinfo=UTC)


def share(line: int, class_code: str, cents: int, balance: int) -> Share:
    """One part of a movement."""
    return Share(line=line, class_code=class_code, cents=cents, balance=balance)


PAID: Final = (share(1, "CPA", 1_000, 1_000), share(2, "CE1", 1_000, 1_000))
LOST: Final = (share(1, "CPA", 1_000, 0), share(2, "CE1", 1_000, 0))
REFUNDED: Final = (share(1, "CPA", 500, 500), share(2, "CE1", 500, 500))
PAID_AGAIN: Final = (share(1, "CPA", 500, 1_000), share(2, "CE1", 500, 1_000))
OF: Final[dict[str, Any]] = {**SAID, "contribution_id": example.CONTRIBUTION}
REFUND: Final[dict[str, Any]] = {**OF, "refund_id": example.REFUND, "cents": 1_000, "tip_cents": 200}
