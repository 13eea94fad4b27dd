"""One realistic instance of every event of money that other platforms collect."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from domain.events import external
from domain.events.base import Event, PayoutItem
from tests.kit import example
from tests.kit.example import LATER, NOW, SAID, share

_OF: Final[dict[str, Any]] = {**SAID, "contribution_id": example.CONTRIBUTION}
_PAID: Final = (share(1, "CPA", 1_000, 1_000), share(2, "CE1", 1_000, 1_000))
_ELSEWHERE: Final[dict[str, Any]] = {"external_payment_id": example.EXTERNAL_PAYMENT, "platform": "helloasso"}
_EXTERNAL_PAYOUT: Final[dict[str, Any]] = {
    **SAID,
    "external_payout_id": example.EXTERNAL_PAYOUT,
    "platform": "helloasso",
    "cents": 1_500,
    "fee_cents": 30,
    "booked_on": date(2024, 7, 2),
}
EXTERNAL: Final[tuple[Event, ...]] = (
    external.ExternalPaymentRecorded(
        **_OF, **_ELSEWHERE, reference="7001-OP", cents=2_000, shares=_PAID, paid_at=NOW, import_id=example.IMPORT
    ),
    external.ExternalPaymentRefunded(
        **_OF,
        **_ELSEWHERE,
        refund_id=example.REFUND,
        cents=500,
        shares=(share(1, "CPA", 500, 500),),
        refunded_at=LATER,
    ),
    external.ExternalPaymentWithdrawn(
        **_OF,
        **_ELSEWHERE,
        cents=2_000,
        shares=(share(1, "CPA", 1_000, 0), share(2, "CE1", 1_000, 0)),
        paid_at=NOW,
        reason="wrong_file",
        refunded_cents=500,
        refunded=(share(1, "CPA", 500, 0),),
    ),
    external.ExternalPayoutRecorded(
        **_EXTERNAL_PAYOUT,
        reference="COUT-31",
        content=(
            PayoutItem(
                kind="campaign.external_payment_recorded",
                reference=str(example.EXTERNAL_PAYMENT),
                cents=1_500,
                contribution_id=example.CONTRIBUTION,
            ),
        ),
    ),
    external.ExternalPayoutWithdrawn(**_EXTERNAL_PAYOUT, reason="mistake"),
)
