"""Money that other platforms collect for coops: every movement of it, and what each platform holds (account 4678).

Signed cents: a payment there adds, a refund there, a withdrawal and a payout take away. ``subject_id`` is the payment
or the payout, ``happened_on`` its Paris day, ``fee_cents`` what the platform kept of a payout. Rows are only added, so
that what was in hand at any earlier position is the sum up to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.calendar import paris_date
from domain.errors import LedgerCorrupt
from domain.events.base import Event
from domain.events.external import (
    ExternalPaymentRecorded,
    ExternalPaymentRefunded,
    ExternalPaymentWithdrawn,
    ExternalPayoutRecorded,
    ExternalPayoutWithdrawn,
)
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE external_movements (
    position        bigint      PRIMARY KEY,
    coop_id         uuid        NOT NULL,
    platform        text        NOT NULL,
    kind            text        NOT NULL,
    cents           bigint      NOT NULL,
    fee_cents       bigint      NOT NULL,
    happened_on     date        NOT NULL,
    recorded_at     timestamptz NOT NULL,
    subject_id      uuid        NOT NULL,
    reference       text        NOT NULL,
    campaign_id     uuid,
    contribution_id uuid,
    import_id       uuid
);
CREATE INDEX external_movements_by_coop ON external_movements (coop_id, position);
CREATE INDEX external_movements_by_campaign ON external_movements (campaign_id, position);
CREATE INDEX external_movements_by_subject ON external_movements (subject_id);
"""
_INSERT: Final[LiteralString] = """
INSERT INTO external_movements (position, coop_id, platform, kind, cents, fee_cents, happened_on, recorded_at,
                                subject_id, reference, campaign_id, contribution_id, import_id)
SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::date[],
                     %s::timestamptz[], %s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[])
"""


class ExternalMovement(StrEnum):
    """What a row stands for."""

    PAYMENT = "payment"
    REFUND = "refund"
    WITHDRAWAL = "withdrawal"
    PAYOUT = "payout"
    PAYOUT_WITHDRAWAL = "payout_withdrawal"


class _Row(NamedTuple):
    """One row, in the order of _INSERT."""

    position: int
    coop_id: UUID
    platform: str
    kind: str
    cents: int
    fee_cents: int
    happened_on: date
    recorded_at: datetime
    subject_id: UUID
    reference: str
    campaign_id: UUID | None
    contribution_id: UUID | None
    import_id: UUID | None


def _row(
    fact: BookedEvent, kind: ExternalMovement, cents: int, subject_id: UUID, reference: str = "", fee_cents: int = 0
) -> _Row:
    event: Any = fact.event
    if fact.coop_id is None:
        raise LedgerCorrupt(position=fact.position, topic=event.TOPIC, coop=None)
    return _Row(
        position=fact.position,
        coop_id=fact.coop_id,
        platform=event.platform,
        kind=kind.value,
        cents=cents,
        fee_cents=fee_cents,
        happened_on=paris_date(event.happened_at),
        recorded_at=fact.recorded_at,
        subject_id=subject_id,
        reference=reference,
        campaign_id=None if fact.stream_id == fact.coop_id else fact.stream_id,
        contribution_id=getattr(event, "contribution_id", None),
        import_id=getattr(event, "import_id", None),
    )


def _paid(fact: BookedEvent, event: ExternalPaymentRecorded) -> _Row:
    return _row(fact, ExternalMovement.PAYMENT, event.cents, event.external_payment_id, event.reference)


def _refunded(fact: BookedEvent, event: ExternalPaymentRefunded) -> _Row:
    return _row(fact, ExternalMovement.REFUND, -event.cents, event.external_payment_id)


def _withdrawn(fact: BookedEvent, event: ExternalPaymentWithdrawn) -> _Row:
    left = event.cents - event.refunded_cents
    return _row(fact, ExternalMovement.WITHDRAWAL, -left, event.external_payment_id)


def _paid_out(fact: BookedEvent, event: ExternalPayoutRecorded) -> _Row:
    subject, fee = event.external_payout_id, event.fee_cents
    return _row(fact, ExternalMovement.PAYOUT, -event.cents, subject, event.reference, fee)


def _payout_withdrawn(fact: BookedEvent, event: ExternalPayoutWithdrawn) -> _Row:
    subject, fee = event.external_payout_id, -event.fee_cents
    return _row(fact, ExternalMovement.PAYOUT_WITHDRAWAL, event.cents, subject, fee_cents=fee)


_HANDLERS: Final[dict[type[Event], Callable[[BookedEvent, Any], _Row]]] = {
    ExternalPaymentRecorded: _paid,
    ExternalPaymentRefunded: _refunded,
    ExternalPaymentWithdrawn: _withdrawn,
    ExternalPayoutRecorded: _paid_out,
    ExternalPayoutWithdrawn: _payout_withdrawn,
}


class ExternalMovements:
    """The read model of money collected elsewhere."""

    name = "external_funds"
    version = 1
    tables = ("external_movements",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """One row for each movement."""
        handled = ((fact, _HANDLERS.get(type(fact.event))) for fact in batch)
        rows = [handler(fact, fact.event) for fact, handler in handled if handler is not None]
        return lambda connection: write_rows(connection, _INSERT, rows)


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
    """One import: its payments by another platform and how many of them were withdrawn."""

    import_id: UUID
    platform: str
    imported_at: datetime
    payments: int
    cents: int
    withdrawn: int


_IN_HAND: Final[LiteralString] = """
SELECT platform,
       coalesce(sum(cents) FILTER (WHERE kind = 'payment'), 0)::bigint AS recorded,
       coalesce(-sum(cents) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunded,
       coalesce(-sum(cents) FILTER (WHERE kind = 'withdrawal'), 0)::bigint AS withdrawn,
       coalesce(-sum(cents) FILTER (WHERE kind IN ('payout', 'payout_withdrawal')), 0)::bigint AS paid_out,
       sum(fee_cents)::bigint AS fees,
       sum(cents)::bigint AS in_hand
FROM external_movements WHERE coop_id = %s AND position <= coalesce(%s, position) GROUP BY platform ORDER BY platform
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
           WHERE gone.subject_id = paid.subject_id AND gone.kind = 'withdrawal')) AS withdrawn
FROM external_movements AS paid WHERE campaign_id = %s AND kind = 'payment' AND import_id IS NOT NULL
GROUP BY import_id ORDER BY min(position)
"""


def in_hand(connection: Connection[Any], coop_id: UUID, position: int | None = None) -> list[PlatformFunds]:
    """Return what each platform holds for a coop, as of a position of the log, or now; by platform.

    A platform that held something once is listed even when nothing is left there.
    """
    with connection.cursor(row_factory=class_row(PlatformFunds)) as cursor:
        return cursor.execute(_IN_HAND, (coop_id, position)).fetchall()


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
