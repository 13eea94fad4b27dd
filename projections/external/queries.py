"""What other platforms hold for a coop, and the lists of their payments, payouts and imports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row


class PlatformFunds(NamedTuple):
    """What one platform holds for a coop: ``in_hand`` = recorded − refunded − withdrawn − paid_out.

    ``paid_out`` is gross: ``fees`` of it were kept by the platform.
    """

    platform: str
    recorded: int
    refunded: int
    withdrawn: int
    paid_out: int
    fees: int
    in_hand: int


class ExternalPaymentRow(NamedTuple):
    """One payment made on another platform; ``refunded`` was given back there."""

    external_payment_id: UUID
    contribution_id: UUID
    platform: str
    reference: str
    cents: int
    refunded: int
    paid_on: date
    import_id: UUID | None
    withdrawn: bool
    position: int


class ExternalPayoutRow(NamedTuple):
    """One payout of another platform: ``cents`` gross, of which ``fee_cents`` never reached the bank."""

    external_payout_id: UUID
    platform: str
    reference: str
    cents: int
    fee_cents: int
    booked_on: date
    withdrawn: bool


class ImportRow(NamedTuple):
    """One import: its payments by another platform, how many of them were withdrawn, and the cents that stand."""

    import_id: UUID
    platform: str
    imported_at: datetime
    payments: int
    cents: int
    withdrawn: int
    standing: int


_IN_HAND: Final[LiteralString] = """
SELECT platform,
       coalesce(sum(cents) FILTER (WHERE kind = 'payment'), 0)::bigint AS recorded,
       coalesce(-sum(cents) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunded,
       coalesce(-sum(cents) FILTER (WHERE kind = 'withdrawal'), 0)::bigint AS withdrawn,
       coalesce(-sum(cents) FILTER (WHERE kind IN ('payout', 'payout_withdrawal')), 0)::bigint AS paid_out,
       sum(fee_cents)::bigint AS fees,
       sum(cents)::bigint AS in_hand
FROM external_movements
WHERE coop_id = %s AND position <= coalesce(%s, position) AND happened_on <= coalesce(%s, happened_on)
GROUP BY platform ORDER BY platform
"""
_PAYMENTS: Final[LiteralString] = """
SELECT subject_id AS external_payment_id, contribution_id, platform, reference, cents,
       (SELECT coalesce(-sum(cents), 0)::bigint FROM external_movements AS given_back
        WHERE given_back.subject_id = paid.subject_id AND given_back.kind = 'refund') AS refunded,
       happened_on AS paid_on, import_id,
       EXISTS (SELECT FROM external_movements AS gone
               WHERE gone.subject_id = paid.subject_id AND gone.kind = 'withdrawal') AS withdrawn,
       position
FROM external_movements AS paid
WHERE campaign_id = %s AND kind = 'payment' AND position > %s ORDER BY position LIMIT %s
"""
_PAYOUTS: Final[LiteralString] = """
SELECT subject_id AS external_payout_id, platform, reference, -cents AS cents, fee_cents, happened_on AS booked_on,
       EXISTS (SELECT FROM external_movements AS gone
               WHERE gone.subject_id = paid.subject_id AND gone.kind = 'payout_withdrawal') AS withdrawn
FROM external_movements AS paid WHERE coop_id = %s AND kind = 'payout' ORDER BY happened_on, position
"""
_IMPORTS: Final[LiteralString] = """
SELECT import_id, min(platform) AS platform, min(recorded_at) AS imported_at, count(*) AS payments,
       sum(cents)::bigint AS cents,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM external_movements AS gone
           WHERE gone.subject_id = paid.subject_id AND gone.kind = 'withdrawal')) AS withdrawn,
       coalesce(sum(cents) FILTER (WHERE NOT EXISTS (
           SELECT FROM external_movements AS gone
           WHERE gone.subject_id = paid.subject_id AND gone.kind = 'withdrawal')), 0)::bigint AS standing
FROM external_movements AS paid WHERE campaign_id = %s AND kind = 'payment' AND import_id IS NOT NULL
GROUP BY import_id ORDER BY min(position)
"""


def in_hand(
    connection: Connection[Any], coop_id: UUID, position: int | None = None, last_day: date | None = None
) -> list[PlatformFunds]:
    """Return what each platform held for a coop at the end of a day, as known at a position of the log; by default now.

    A platform that held something once is listed even when nothing is left there.
    """
    with connection.cursor(row_factory=class_row(PlatformFunds)) as cursor:
        return cursor.execute(_IN_HAND, (coop_id, position, last_day)).fetchall()


def payments(
    connection: Connection[Any], campaign_id: UUID, after: int = 0, limit: int = 100
) -> list[ExternalPaymentRow]:
    """Return the payments of a campaign made on other platforms after a position of the log, as they were recorded."""
    with connection.cursor(row_factory=class_row(ExternalPaymentRow)) as cursor:
        return cursor.execute(_PAYMENTS, (campaign_id, after, limit)).fetchall()


def payouts(connection: Connection[Any], coop_id: UUID) -> list[ExternalPayoutRow]:
    """Return what other platforms paid out to a coop, by the bank's day."""
    with connection.cursor(row_factory=class_row(ExternalPayoutRow)) as cursor:
        return cursor.execute(_PAYOUTS, (coop_id,)).fetchall()


def imports(connection: Connection[Any], campaign_id: UUID) -> list[ImportRow]:
    """Return the imports of a campaign that brought payments of another platform, oldest first."""
    with connection.cursor(row_factory=class_row(ImportRow)) as cursor:
        return cursor.execute(_IMPORTS, (campaign_id,)).fetchall()
