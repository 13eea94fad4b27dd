"""Closing a period, counting the cash box, approving an adjustment, recording a finding."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import add_months, end_of_month, first_of_month, fiscal_year_bounds, paris_date
from domain.coop.state import Coop, CoopCommand, CoopFundsCommand
from domain.errors import Conflict, InvalidInput, NotAllowed
from domain.events.bank import AdjustmentApproved, CashCounted, PeriodClosed
from domain.events.base import Event, StatementBoxes
from domain.events.coop import InspectionFindingRecorded
from domain.funds import CoopFunds
from domain.money import check_amount
from domain.roll_forward import check_roll_forward
from domain.vocabulary.reasons import AdjustmentReason, FindingSubject, listed_reason

SEVERITIES = ("remark", "reserve", "refusal")
"""How grave a finding is."""


class ClosePeriod(CoopCommand, frozen=True, kw_only=True):
    """Close a month, or the fiscal year once its months are closed, with the figures of its statement."""

    KIND: ClassVar[str] = "ClosePeriod"
    kind: str
    first_day: date
    boxes: StatementBoxes
    perpetual_receipts: int
    perpetual_disbursements: int
    up_to_position: int
    chain_head: str

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse figures that do not add up, a gap between months, or a period that is not over (S-160)."""
        check_roll_forward(self.boxes)
        last_day = self._last_day()
        if paris_date(self.at) <= last_day:
            raise Conflict(last_day=last_day)
        if self.kind == "month":
            self._check_follows(state)
        elif state.closed_through is None or state.closed_through < last_day:
            raise Conflict(closed_through=state.closed_through, last_day=last_day)
        elif self.first_day.year in state.closed_years:
            raise Conflict(closed_year=self.first_day.year)
        return (
            PeriodClosed(
                at=self.at,
                by=self.by,
                kind=self.kind,
                first_day=self.first_day,
                last_day=last_day,
                boxes=self.boxes,
                perpetual_receipts=self.perpetual_receipts,
                perpetual_disbursements=self.perpetual_disbursements,
                up_to_position=self.up_to_position,
                chain_head=self.chain_head,
            ),
        )

    def _last_day(self) -> date:
        """The end of the period that begins on ``first_day``; refuse a day that begins none."""
        if self.kind == "month" and self.first_day == first_of_month(self.first_day):
            return end_of_month(self.first_day)
        first, last = fiscal_year_bounds(self.first_day.year)
        if self.kind != "year" or self.first_day != first:
            raise InvalidInput(kind=self.kind, first_day=self.first_day)
        return last

    def _check_follows(self, state: Coop) -> None:
        """A month follows the last closed one, and opens with its closing balance."""
        if state.closed_through is None or state.last_boxes is None:
            return
        if self.first_day != add_months(first_of_month(state.closed_through), 1):
            raise Conflict(first_day=self.first_day, closed_through=state.closed_through)
        if self.boxes.opening != state.last_boxes.closing:
            raise Conflict(opening=self.boxes.opening, previous_closing=state.last_boxes.closing)


class RecordCashCounted(CoopFundsCommand, frozen=True, kw_only=True):
    """Record a count of the cash box, in cents, beside what its book holds now."""

    KIND: ClassVar[str] = "CountCash"
    counted: int

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Any difference is recorded as it is; the ledger knows what it expects, whoever counts does not say it."""
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
