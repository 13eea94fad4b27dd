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
