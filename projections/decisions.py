"""What people decided for a reason: refunds, corrections, cancellations, withdrawn mandates, findings, explained money.

A row holds the reason's code and the id of the note beside it; the note itself is in the vault. Older events hold free
texts, which may name somebody: they stay in the log, and count here as another reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from domain.events.association import PlatformSuspenseCleared
from domain.events.bank import (
    AdjustmentApproved,
    AdjustmentReversed,
    BankLineUnmatched,
    BankReturnUnmatched,
    SuspenseCleared,
)
from domain.events.base import Event
from domain.events.by_hand.cash import CashDepositUnmatched, CashDepositWithdrawn, CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.events.contribution import ContributionAbandoned, ContributionCorrected
from domain.events.coop import InspectionFindingRecorded, MandateRevoked
from domain.events.dispute import DisputeCleared
from domain.events.external import ExternalPaymentWithdrawn, ExternalPayoutWithdrawn
from domain.events.held.money import ContributionSuspenseCleared
from domain.events.instalment import InstalmentsCancelled
from domain.events.refund import RefundRequested
from domain.vocabulary.reasons import AbandonReason, known_reason
from projections.base.read_model import BookedEvent, Write
from projections.base.rows import write_rows

_DDL: Final[LiteralString] = """
CREATE TABLE decisions (
    position   bigint      PRIMARY KEY,
    coop_id    uuid        NOT NULL,
    stream_id  uuid        NOT NULL,
    subject_id uuid,
    topic      text        NOT NULL,
    reason     text        NOT NULL,
    note_id    uuid,
    decided_at timestamptz NOT NULL,
    decided_by text        NOT NULL
);
CREATE INDEX decisions_by_coop ON decisions (coop_id, position);
"""
_INSERT: Final[LiteralString] = """
INSERT INTO decisions (position, coop_id, stream_id, subject_id, topic, reason, note_id, decided_at, decided_by)
SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::uuid[],
                     %s::timestamptz[], %s::text[])
"""
REASONS: Final[dict[type[Event], str]] = {
    ContributionAbandoned: "reason",
    ContributionCorrected: "reason",
    InstalmentsCancelled: "reason",
    RefundRequested: "reason",
    MandateRevoked: "reason",
    InspectionFindingRecorded: "subject",
    BankLineUnmatched: "reason",
    BankReturnUnmatched: "reason",
    CashDepositUnmatched: "reason",
    CashDepositWithdrawn: "reason",
    CashReturned: "reason",
    CashSlipCorrected: "reason",
    RefundPaidOutOfBand: "reason",
    PaymentToFamilyWithdrawn: "reason",
    AdjustmentApproved: "reason",
    AdjustmentReversed: "reason",
    SuspenseCleared: "reason",
    PlatformSuspenseCleared: "reason",
    ContributionSuspenseCleared: "reason",
    DisputeCleared: "reason",
    ExternalPaymentWithdrawn: "reason",
    ExternalPayoutWithdrawn: "reason",
}
"""The events that are somebody's decision, and the field that says why."""
_OF_ITSELF: Final = frozenset((AbandonReason.EXPIRED, AbandonReason.CHANGED))
"""Baskets that nobody of the coop decided about."""


class DecisionRow(NamedTuple):
    """One decision: what (``topic``), about which contribution or adjustment, why, when (UTC) and by whom.

    ``coop_id`` is the association's own id for what concerns the platform alone.
    """

    position: int
    coop_id: UUID
    stream_id: UUID
    subject_id: UUID | None
    topic: str
    reason: str
    note_id: UUID | None
    decided_at: datetime
    decided_by: str


class Decisions:
    """The read model of decisions."""

    name = "decisions"
    version = 3
    tables = ("decisions",)
    ddl: LiteralString = _DDL

    def fold(self, batch: Sequence[BookedEvent]) -> Write:
        """One row for each decision."""
        rows = [_row(fact) for fact in batch if type(fact.event) in REASONS]
        decided = [row for row in rows if row.reason not in _OF_ITSELF]
        return lambda connection: write_rows(connection, _INSERT, decided)


def _row(fact: BookedEvent) -> DecisionRow:
    event: Any = fact.event
    return DecisionRow(
        position=fact.position,
        coop_id=fact.coop_id or fact.stream_id,
        stream_id=fact.stream_id,
        subject_id=event.subject_id,
        topic=event.TOPIC,
        reason=known_reason(getattr(event, REASONS[type(event)])),
        note_id=event.note_id,
        decided_at=event.at,
        decided_by=event.by,
    )


def of_coop(connection: Connection[Any], coop_id: UUID, after: int, limit: int) -> list[DecisionRow]:
    """Return a coop's decisions after a position of the log, in their order."""
    with connection.cursor(row_factory=class_row(DecisionRow)) as cursor:
        return cursor.execute(
            "SELECT position, coop_id, stream_id, subject_id, topic, reason, note_id, decided_at, decided_by"
            " FROM decisions WHERE coop_id = %s AND position > %s ORDER BY position LIMIT %s",
            (coop_id, after, limit),
        ).fetchall()


def positions_about(connection: Connection[Any], coop_id: UUID, subject_id: UUID) -> list[int]:
    """Return where the log has a coop's decisions about one contribution, in their order."""
    query = "SELECT position FROM decisions WHERE coop_id = %s AND subject_id = %s ORDER BY position"
    return [position for (position,) in connection.execute(query, (coop_id, subject_id)).fetchall()]
