"""Movements of the platform's own account at the provider, outside any contribution."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from domain.association.commands import AssociationCommand
from domain.association.state import Association
from domain.chart_of_accounts import Account
from domain.coop.suspense import check_clearing
from domain.errors import NotFound
from domain.events.association import PlatformMovementRecorded, PlatformSuspenseCleared
from domain.events.base import Event
from domain.money import check_amount
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import provider_code

EXPLAINED_BY_KIND: Final = {"stripe_fee": Account.PSP_FEES, "network_cost": Account.PSP_FEES}
"""Kinds of the provider's movements that explain themselves; all others wait in suspense."""


class RecordPlatformMovement(AssociationCommand, frozen=True, kw_only=True):
    """Record a movement of the platform's account: a fee of the provider's own, or something unexplained."""

    KIND: ClassVar[str] = "RecordPlatformMovement"
    movement_id: Key
    kind: str
    cents: int
    moved_at: datetime

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Recorded once by movement."""
        check_amount(abs(self.cents))
        if self.movement_id in state.movements:
            return ()
        return (
            PlatformMovementRecorded(
                at=self.at,
                by=self.by,
                movement_id=self.movement_id,
                kind=provider_code(self.kind),
                cents=self.cents,
                account=EXPLAINED_BY_KIND.get(self.kind, Account.SUSPENSE).value,
                moved_at=self.moved_at,
            ),
        )


class ClearPlatformSuspense(AssociationCommand, frozen=True, kw_only=True):
    """Explain a movement of the platform's account, as two people, by a ``ClearingReason``."""

    KIND: ClassVar[str] = "ClearPlatformSuspense"
    movement_id: Key
    account: str
    approvers: tuple[str, str]
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Refuse what is not in suspense."""
        check_clearing(self.account, self.approvers, self.reason)
        if self.movement_id not in state.suspense:
            raise NotFound(movement=self.movement_id)
        return (
            PlatformSuspenseCleared(
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
