"""What families gave, payment by payment: by card, in cash, on other platforms; less what was recorded by mistake.

« Reçu » of the glossary: refunds and what banks take back are counted elsewhere. A payment counts on its day in Paris.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.calendar import add_months
from domain.events.by_hand.cash import CashSlipCorrected
from domain.events.contribution import CashReceived, PaymentCaptured
from domain.events.external import ExternalPaymentRecorded, ExternalPaymentWithdrawn
from projections.figures.rows import FigureRows, read_rows

_WITHDRAWN: Final = ExternalPaymentWithdrawn.TOPIC
_TOPICS: Final = [
    *(event.TOPIC for event in (PaymentCaptured, CashReceived, CashSlipCorrected, ExternalPaymentRecorded)),
    _WITHDRAWN,
]
# A payment that is withdrawn takes back all that it had brought; what had been refunded of it is no receipt.
# A movement never counts in a month before its own.
_RECEIPTS: Final[LiteralString] = """
SELECT min(paid_on) AS paid_on, topic, subject_id, campaign_id, position AS place,
       sum(CASE WHEN topic = %(withdrawn)s THEN -debit ELSE credit - debit END) AS value
FROM journal
WHERE coop_id = %(coop)s AND account = 'contributions' AND topic = ANY(%(topics)s)
  AND (%(campaigns)s::uuid[] IS NULL OR campaign_id = ANY(%(campaigns)s))
  AND (%(means)s::text IS NULL OR subject_id IN (SELECT contribution_id FROM contributions WHERE means = %(means)s))
  AND period >= coalesce(%(first)s::date, '-infinity'::date)
  AND paid_on >= coalesce(%(first)s::date, '-infinity'::date) AND paid_on < coalesce(%(end)s::date, 'infinity'::date)
GROUP BY position, topic, subject_id, campaign_id
"""
_SUMS: Final[LiteralString] = f"""
SELECT campaign_id, date_trunc('month', paid_on)::date AS month, sum(value)::bigint AS cents
FROM ({_RECEIPTS}) AS receipts GROUP BY campaign_id, month ORDER BY month, campaign_id
"""  # noqa: S608 (made of constants)


class ReceiptSum(NamedTuple):
    """What a campaign received in a month, in cents; ``month`` is its first day."""

    campaign_id: UUID
    month: date
    cents: int


class ReceiptsWanted(NamedTuple):
    """Which payments of families to a coop: of some campaigns, of one month, up to the end of one, by one means."""

    coop_id: UUID
    campaigns: Collection[UUID] | None = None
    month: date | None = None
    until: date | None = None
    means: str | None = None

    def values(self) -> dict[str, Any]:
        """Return what the queries take; without a month all of them are meant."""
        last = self.month or self.until
        end = None if last is None else add_months(last, 1)
        campaigns = None if self.campaigns is None else list(self.campaigns)
        wanted = {"coop": self.coop_id, "campaigns": campaigns, "first": self.month, "end": end, "means": self.means}
        return {**wanted, "topics": _TOPICS, "withdrawn": _WITHDRAWN}


def sums(connection: Connection[Any], coop_id: UUID, month: date | None = None) -> list[ReceiptSum]:
    """Return what each campaign of a coop received in each month, or in one of them, oldest first."""
    with connection.cursor(row_factory=class_row(ReceiptSum)) as cursor:
        return cursor.execute(_SUMS, ReceiptsWanted(coop_id, month=month).values()).fetchall()


def rows(connection: Connection[Any], wanted: ReceiptsWanted, offset: int = 0) -> FigureRows:
    """Return the payments of families to a coop that are wanted."""
    return read_rows(connection, _RECEIPTS, wanted.values(), offset)
