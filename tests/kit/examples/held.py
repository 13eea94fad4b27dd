"""One realistic instance of every event of money that waits, and of what explains it."""

from __future__ import annotations

from typing import Any, Final

from domain.events.base import Event
from domain.events.held import money as held
from tests.kit import example
from tests.kit.example import LATER, SAID

_OF: Final[dict[str, Any]] = {**SAID, "contribution_id": example.CONTRIBUTION}
HELD: Final[tuple[Event, ...]] = (
    held.ReturnedRefundSettled(
        **_OF, refund_id=example.REFUND, made_id=example.uid(998), payment_id=example.PAYMENT, cents=1_200
    ),
    held.RefundBackOnHold(
        **_OF, payment_id="ch_2", provider_refund="re_3", cents=2_592, reason="expired_card", failed_at=LATER
    ),
    held.ContributionSuspenseCleared(
        **_OF,
        payment_id=example.PAYMENT,
        cents=-1_200,
        account="goodwill",
        approvers=("actor-1", "actor-2"),
        reason="goodwill",
        refund_id=example.uid(998),
    ),
)
