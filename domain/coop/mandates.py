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


class CharterUnknown(NotFound):
    """A version of the charter that the association has not published: consent is given to a text that there is."""

    code = "charter-unknown"
    sentence = (
        "L’association n’a pas publié de version {version} de sa charte des collectes : lisez la charte en vigueur, "
        "et acceptez celle-là. Rien n’a été enregistré."
    )


class AcceptCharter(CoopCommand, frozen=True, kw_only=True):
    """Accept a version of the charter as the holder of a current mandate (S-48).

    ``published_charter`` is the latest version that the association has published: they are numbered from 1.
    """

    KIND: ClassVar[str] = "AcceptCharter"
    version: int
    mandate_id: UUID
    published_charter: int

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse a mandate that is unknown or not valid today, a version that is none, and an older one than accepted.

        A version that was accepted before there was such a text is accepted by nobody: it stands in no one's way.
        """
        if self.mandate_id not in state.mandates:
            raise NotFound(mandate=self.mandate_id)
        _, first, last = state.mandates[self.mandate_id]
        if not first <= paris_date(self.at) <= last:
            raise NotAllowed(mandate=self.mandate_id)
        if not 1 <= self.version <= self.published_charter:
            raise CharterUnknown(version=self.version, published=self.published_charter)
        accepted = state.charter_accepted if state.charter_accepted <= self.published_charter else 0
        if self.version < accepted:
            raise Conflict(version=self.version, accepted=accepted)
        if self.version == accepted:
            return ()
        return (CharterAccepted(at=self.at, by=self.by, version=self.version, mandate_id=self.mandate_id),)
