"""What a batch of events changes of one contribution, and the statements that write it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from struct import Struct
from typing import Any, Final, LiteralString
from uuid import UUID

from domain.events.contribution import ContributionPlaced
from projections.base.rows import instant, microseconds, text

# Columns of a fixed length first: they are packed at once.
INSERT: Final[LiteralString] = """
COPY contributions (
    contribution_id, campaign_id, coop_id, payer_id, placed_at, asked, tip_due, instalments, payments, paid, given_back,
    disputed, lost, refund_pending, tip_paid, tip_refunded, expected_later, position, abandoned, paid_at, means)
FROM STDIN (FORMAT binary)
"""
_ROW: Final = Struct(">h i16s i16s i16s i16s iq iq iq ii ii iq iq iq iq iq iq iq iq iq i?")
UPDATE: Final[LiteralString] = """
UPDATE contributions AS known SET
    paid_at        = CASE WHEN change.paid_anew THEN change.paid_at ELSE least(known.paid_at, change.paid_at) END,
    paid           = known.paid + change.paid,
    payments       = known.payments + change.payments,
    given_back     = known.given_back + change.given_back,
    disputed       = known.disputed + change.disputed,
    lost           = known.lost + change.lost,
    refund_pending = known.refund_pending + change.refund_pending,
    tip_paid       = known.tip_paid + change.tip_paid,
    tip_refunded   = known.tip_refunded + change.tip_refunded,
    expected_later = known.expected_later + change.expected_later,
    abandoned      = coalesce(change.abandoned, known.abandoned),
    position       = change.position
FROM unnest(%s::uuid[], %s::timestamptz[], %s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s::bigint[], %s::boolean[])
    AS change (contribution_id, paid_at, paid, payments, given_back, disputed, lost, refund_pending, tip_paid,
               tip_refunded, expected_later, abandoned, position, paid_anew)
WHERE known.contribution_id = change.contribution_id
"""


class ContributionChange:
    """What a batch changes of one contribution; ``placed`` with its coop and campaign when it begins in the batch.

    ``paid_anew``: the batch withdrew a payment, so ``paid_at`` is that of the first that remains, whatever is stored.
    """

    __slots__ = (
        "abandoned",
        "disputed",
        "expected_later",
        "given_back",
        "lost",
        "paid",
        "paid_anew",
        "paid_at",
        "payments",
        "placed",
        "position",
        "refund_pending",
        "tip_paid",
        "tip_refunded",
    )

    def __init__(self) -> None:
        """Begin with nothing."""
        self.placed: tuple[UUID, UUID, ContributionPlaced] | None = None
        self.paid_at: datetime | None = None
        self.paid = self.payments = self.given_back = self.disputed = self.lost = self.refund_pending = 0
        self.tip_paid = self.tip_refunded = self.expected_later = self.position = 0
        self.abandoned: bool | None = None
        self.paid_anew = False

    def update(self, contribution_id: UUID) -> tuple[Any, ...]:
        """Return the parameters of UPDATE, in its order."""
        return (
            contribution_id,
            self.paid_at,
            self.paid,
            self.payments,
            self.given_back,
            self.disputed,
            self.lost,
            self.refund_pending,
            self.tip_paid,
            self.tip_refunded,
            self.expected_later,
            self.abandoned,
            self.position,
            self.paid_anew,
        )

    def insert(self, coop_id: UUID, campaign_id: UUID, event: ContributionPlaced) -> bytes:
        """The whole row, packed in the order of INSERT."""
        # fmt: off
        fixed = _ROW.pack(
            21,
            16, event.contribution_id.bytes, 16, campaign_id.bytes, 16, coop_id.bytes, 16, event.payer_id.bytes,
            8, microseconds(event.at), 8, sum(line.cents for line in event.lines), 8, event.tip_cents,
            4, event.instalments, 4, self.payments, 8, self.paid, 8, self.given_back, 8, self.disputed, 8, self.lost,
            8, self.refund_pending, 8, self.tip_paid, 8, self.tip_refunded, 8, self.expected_later, 8, self.position,
            1, bool(self.abandoned),
        )
        # fmt: on
        return b"".join((fixed, instant(self.paid_at), _means(event.means)))


_means = lru_cache(maxsize=16)(text)
