"""Money on the coop's account at the provider that nothing explains, and the platform's own moves to it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from domain.chart_of_accounts import Account
from domain.coop.state import Coop, CoopCommand
from domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from domain.events.bank import AdjustmentTransferred, MovementPutOnHold, SuspenseCleared
from domain.events.base import Event
from domain.events.payout import PayoutsFrozen
from domain.money import check_amount
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import ClearingReason, FreezeReason, listed_reason, provider_code

CLEARED_TO: Final = frozenset((Account.PSP_FEES, Account.DISPUTE_FEES, Account.GOODWILL, Account.TIPS))
"""Accounts of the platform's book that an explained movement may belong to; never the coop's money."""


def check_clearing(account: str, approvers: tuple[str, str], reason: str) -> None:
    """Refuse an explanation by one person, a reason that is no ``ClearingReason``, or an account not to be chosen."""
    if approvers[0] == approvers[1]:
        raise NotAllowed(approvers=approvers)
    listed_reason(ClearingReason, reason)
    if account not in CLEARED_TO:
        raise InvalidInput(account=account)


class FreezePayouts(CoopCommand, frozen=True, kw_only=True):
    """Stop payouts, for a ``FreezeReason``: the provider knows another bank account than the confirmed one."""

    KIND: ClassVar[str] = "FreezePayouts"
    reason: str

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Recorded once, until the association confirms an account again."""
        reason = listed_reason(FreezeReason, self.reason)
        return () if state.frozen else (PayoutsFrozen(at=self.at, by=self.by, reason=reason),)


class RecordMovementOnHold(CoopCommand, frozen=True, kw_only=True):
    """Record a movement of the coop's account at the provider that nothing explains; negative when it left."""

    KIND: ClassVar[str] = "SuspendMovement"
    movement_id: Key
    kind: str
    cents: int
    moved_at: datetime

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Recorded once by movement."""
        check_amount(abs(self.cents))
        if self.movement_id in state.movements:
            return ()
        return (
            MovementPutOnHold(
                at=self.at,
                by=self.by,
                movement_id=self.movement_id,
                kind=provider_code(self.kind),
                cents=self.cents,
                moved_at=self.moved_at,
            ),
        )


class ClearSuspense(CoopCommand, frozen=True, kw_only=True):
    """Explain a movement, as two people, by a ``ClearingReason``: it is the platform's loss or gain."""

    KIND: ClassVar[str] = "ClearSuspense"
    movement_id: Key
    account: str
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse what is not in suspense."""
        check_clearing(self.account, self.approvers, self.reason)
        if self.movement_id not in state.suspense:
            raise NotFound(movement=self.movement_id)
        return (
            SuspenseCleared(
                at=self.at,
                by=self.by,
                movement_id=self.movement_id,
                cents=state.suspense[self.movement_id],
                account=self.account,
                approvers=self.approvers,
                reason=self.reason,
                note_id=self.note_id,
            ),
        )


class RecordAdjustmentTransfer(CoopCommand, frozen=True, kw_only=True):
    """Record that an approved amount moved to the coop's account at the provider."""

    KIND: ClassVar[str] = "RecordAdjustmentTransfer"
    adjustment_id: UUID
    transfer_id: Key
    moved_at: datetime

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Recorded once by adjustment."""
        cents = state.adjustments.get(self.adjustment_id)
        if cents is None:
            raise Conflict(adjustment=self.adjustment_id, known=False)
        if self.adjustment_id in state.adjustments_moved:
            return ()
        return (
            AdjustmentTransferred(
                at=self.at,
                by=self.by,
                adjustment_id=self.adjustment_id,
                transfer_id=self.transfer_id,
                cents=cents,
                moved_at=self.moved_at,
            ),
        )
