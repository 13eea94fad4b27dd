"""Counting the cash box, approving an adjustment, recording a finding."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.coop.state import Coop, CoopCommand, CoopFundsCommand
from domain.errors import InvalidInput, NotAllowed
from domain.events.bank import AdjustmentApproved, CashCounted
from domain.events.base import Event
from domain.events.coop import InspectionFindingRecorded
from domain.funds import CoopFunds
from domain.money import check_amount
from domain.vocabulary.reasons import AdjustmentReason, FindingSubject, listed_reason

SEVERITIES = ("remark", "reserve", "refusal")
"""How grave a finding is."""


class RecordCashCounted(CoopFundsCommand, frozen=True, kw_only=True):
    """Record a count of the cash box, in cents, beside what its book holds now."""

    KIND: ClassVar[str] = "CountCash"
    counted: int

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Any difference is recorded as it is; the ledger knows what it expects, the caller does not give it."""
        counted = check_amount(self.counted, minimum=0)
        return (CashCounted(at=self.at, by=self.by, counted=counted, expected=funds.cash.cents),)


class ApproveAdjustment(CoopCommand, frozen=True, kw_only=True):
    """Approve, by two people and for an ``AdjustmentReason``, an amount that the platform makes good to the coop."""

    KIND: ClassVar[str] = "ApproveAdjustment"
    adjustment_id: UUID
    cents: int
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse a single approver, or a reason that is not listed; the same adjustment twice changes nothing."""
        check_amount(self.cents)
        reason = listed_reason(AdjustmentReason, self.reason)
        if self.approvers[0] == self.approvers[1]:
            raise NotAllowed(approvers=self.approvers)
        if self.adjustment_id in state.adjustments:
            return ()
        return (
            AdjustmentApproved(
                at=self.at,
                by=self.by,
                adjustment_id=self.adjustment_id,
                cents=self.cents,
                approvers=self.approvers,
                reason=reason,
                note_id=self.note_id,
            ),
        )


class RecordFinding(CoopCommand, frozen=True, kw_only=True):
    """Record an inspector's finding about a ``FindingSubject``, on what the log held up to a position."""

    KIND: ClassVar[str] = "RecordFinding"
    finding_id: UUID
    subject: str
    severity: str
    up_to_position: int
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse a subject or a severity that is not listed."""
        subject = listed_reason(FindingSubject, self.subject)
        if self.severity not in SEVERITIES:
            raise InvalidInput(severity=self.severity)
        if self.finding_id in state.findings:
            return ()
        return (
            InspectionFindingRecorded(
                at=self.at,
                by=self.by,
                finding_id=self.finding_id,
                subject=subject,
                severity=self.severity,
                up_to_position=self.up_to_position,
                note_id=self.note_id,
            ),
        )
