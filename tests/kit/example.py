"""The people, places and instants that the examples and the tests of the domain share; all are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from domain.aggregate import Stamp
from domain.events.base import Share


def uid(number: int) -> UUID:
    """A readable identity: the number is seen in its last digits."""
    return UUID(int=number)


NOW: Final = datetime(2024, 6, 23, 10, 0, tzinfo=UTC)
BY: Final = "actor-1"
SECOND: Final = "actor-2"
"""Another person: where money goes is decided by two."""
SAID: Final[dict[str, Any]] = {"at": NOW, "by": BY}
STAMP: Final = Stamp(at=NOW, by=BY)
"""When and by whom most things are said here."""

ASSOCIATION: Final = uid(6)
COOP: Final = uid(900)
CAMPAIGN: Final = uid(1_000)
CONTRIBUTION: Final = uid(2_000)
PAYER: Final = uid(3_000)
MARIE: Final = uid(3_001)
JULIEN: Final = uid(3_002)
HOLDER: Final = uid(3_100)
MEMBER: Final = uid(3_200)
MANDATE: Final = uid(4_000)
ROLE: Final = uid(4_100)
BANK_ACCOUNT: Final = uid(5_000)
STATEMENT: Final = uid(5_100)
PAYOUT: Final = uid(6_000)
REFUND: Final = uid(7_000)
ADJUSTMENT: Final = uid(8_000)
EXTERNAL_PAYMENT: Final = uid(8_100)
IMPORT: Final = uid(8_200)
EXTERNAL_PAYOUT: Final = uid(8_300)
FINDING: Final = uid(9_000)
DEPOSIT: Final = uid(9_100)
COUNT: Final = uid(9_200)

PAYMENT: Final = "pi_1"
DISPUTE: Final = "dp_1"
DIGEST: Final = "5f" * 32
FIRST_DAY: Final = date(2024, 9, 1)
LAST_DAY: Final = date(2025, 8, 31)
LATER: Final = datetime(2024, 7, 3, 8, 30, tzinfo=UTC)


def share(line: int, class_code: str, cents: int, balance: int) -> Share:
    """One part of a movement."""
    return Share(line=line, class_code=class_code, cents=cents, balance=balance)
