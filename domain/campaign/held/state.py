"""What a contribution knows of money that waits: how much of it still does, and what was heard of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from domain.events.refund import ExternalRefundFound

MOST_RETURNS: Final = 2
"""How often money is given back to a card that does not keep it; after that a person finds another way."""
TRIED_FOR: Final = timedelta(days=30)
"""How long a card is tried before people may say whose money it is although the provider has not let it go."""


class HeldPayment:
    """A payment that was not expected: the cents that still wait, and the refunds of it that left and came back.

    ``since`` is when it was put on hold, or when it last came back.
    What is heard in another order than it happened may have more leave than waited: then less than nothing waits, until
    the rest is heard.
    """

    __slots__ = ("back", "left", "returned", "since")

    def __init__(self, cents: int, since: datetime) -> None:
        """Begin with all of it waiting."""
        self.left = cents
        self.since = since
        self.returned: dict[str, int] = {}
        self.back: set[str] = set()

    def tried(self, at: datetime) -> bool:
        """Whether the service still gives back by itself what waits, or has asked the provider to."""
        return self.left > 0 and len(self.back) < MOST_RETURNS and at < self.since + TRIED_FOR


class ExternalRefund:
    """A refund made at the provider, not here: the cents that nobody has explained, and whether its money came back.

    ``by_line`` and ``tip_allocated`` are whose money it was said to be; ``cleared`` is what two people explained as the
    platform's; negative ``left`` is what of it came back since.
    """

    __slots__ = ("back", "by_line", "cents", "cleared", "left", "payment_id", "provider_refund", "tip_allocated")

    def __init__(self, event: ExternalRefundFound) -> None:
        """Begin with all of it unexplained."""
        self.payment_id = event.payment_id
        self.provider_refund = event.provider_refund
        self.cents = self.left = event.cents
        self.cleared = 0
        self.tip_allocated = 0
        self.by_line: dict[int, int] = {}
        self.back = False
