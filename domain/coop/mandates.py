"""Who may run the coop's collections: mandates and the charter (S-01, S-48)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import paris_date
from domain.coop.state import Coop, CoopCommand
from domain.errors import AlreadyExists, Conflict, InvalidInput, NotAllowed, NotFound, OwnRight
from domain.events.base import Event
from domain.events.coop import CharterAccepted, MandateGranted, MandateRevoked
from domain.vocabulary.reasons import MandateEndReason, listed_reason


class GrantMandate(CoopCommand, frozen=True, kw_only=True):
    """Give a person (by id) the mandate between two Paris days, both included."""

    KIND: ClassVar[str] = "GrantMandate"
    mandate_id: UUID
    holder_id: UUID
    valid_from: date
    valid_to: date

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse a right given to oneself, a reversed period, a mandate already granted."""
        if self.by == str(self.holder_id):
            raise OwnRight(actor=self.by)
        if self.valid_to < self.valid_from:
            raise InvalidInput(valid_from=self.valid_from, valid_to=self.valid_to)
        if self.mandate_id in state.mandates:
            raise AlreadyExists(mandate=self.mandate_id)
        return (
            MandateGranted(
                at=self.at,
                by=self.by,
                mandate_id=self.mandate_id,
                holder_id=self.holder_id,
                valid_from=self.valid_from,
                valid_to=self.valid_to,
            ),
        )


class RevokeMandate(CoopCommand, frozen=True, kw_only=True):
    """Withdraw a mandate, for a ``MandateEndReason``."""

    KIND: ClassVar[str] = "RevokeMandate"
    mandate_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse an unknown mandate, or a reason that is not listed."""
        reason = listed_reason(MandateEndReason, self.reason)
        if self.mandate_id not in state.mandates:
            raise NotFound(mandate=self.mandate_id)
        return (
            MandateRevoked(at=self.at, by=self.by, mandate_id=self.mandate_id, reason=reason, note_id=self.note_id),
        )


class AcceptCharter(CoopCommand, frozen=True, kw_only=True):
    """Accept a version of the charter as the holder of a current mandate (S-48)."""

    KIND: ClassVar[str] = "AcceptCharter"
    version: int
    mandate_id: UUID

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse a mandate that is unknown or not valid today, and an older version than the accepted one."""
        if self.mandate_id not in state.mandates:
            raise NotFound(mandate=self.mandate_id)
        _, first, last = state.mandates[self.mandate_id]
        if not first <= paris_date(self.at) <= last:
            raise NotAllowed(mandate=self.mandate_id)
        if self.version < max(state.charter_accepted, 1):
            raise Conflict(version=self.version, accepted=state.charter_accepted)
        if self.version == state.charter_accepted:
            return ()
        return (CharterAccepted(at=self.at, by=self.by, version=self.version, mandate_id=self.mandate_id),)
