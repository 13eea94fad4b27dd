"""An amount that the platform had made good to a coop is taken back, in the books and at the provider."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from domain.coop.state import Coop, CoopCommand, CoopFundsCommand
from domain.errors import Conflict, NotAllowed, NotFound
from domain.events.bank import AdjustmentReversed, AdjustmentTransferReversed
from domain.events.base import Event
from domain.funds import CoopFunds
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import AdjustmentReversalReason, listed_reason


class ReverseAdjustment(CoopFundsCommand, frozen=True, kw_only=True):
    """Take back, by two people and for an ``AdjustmentReversalReason``, the whole of an approved adjustment."""

    KIND: ClassVar[str] = "ReverseAdjustment"
    adjustment_id: UUID
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None

    def decide_with_funds(self, state: Coop, funds: CoopFunds) -> tuple[Event, ...]:
        """Recorded once; refuse a single approver, and what the coop has no longer."""
        reason = listed_reason(AdjustmentReversalReason, self.reason)
        if self.approvers[0] == self.approvers[1]:
            raise NotAllowed(approvers=self.approvers)
        cents = state.adjustments.get(self.adjustment_id)
        if cents is None:
            raise NotFound(adjustment=self.adjustment_id)
        if self.adjustment_id in state.adjustments_reversed:
            return ()
        funds.check(cents)
        return (
            AdjustmentReversed(
                at=self.at,
                by=self.by,
                adjustment_id=self.adjustment_id,
                cents=cents,
                approvers=self.approvers,
                reason=reason,
                note_id=self.note_id,
            ),
        )


class RecordAdjustmentTransferReversed(CoopCommand, frozen=True, kw_only=True):
    """Record that the amount of a reversed adjustment came back from the coop's account at the provider."""

    KIND: ClassVar[str] = "RecordAdjustmentTransferReversed"
    adjustment_id: UUID
    reversal_id: Key
    moved_at: datetime

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Recorded once by adjustment; one that never moved, or was not reversed, is to be looked at."""
        transfer_id = state.adjustments_moved.get(self.adjustment_id)
        if transfer_id is None or self.adjustment_id not in state.adjustments_reversed:
            raise Conflict(adjustment=self.adjustment_id, moved=transfer_id is not None)
        if self.adjustment_id in state.adjustments_moved_back:
            return ()
        return (
            AdjustmentTransferReversed(
                at=self.at,
                by=self.by,
                adjustment_id=self.adjustment_id,
                transfer_id=transfer_id,
                reversal_id=self.reversal_id,
                cents=state.adjustments[self.adjustment_id],
                moved_at=self.moved_at,
            ),
        )
