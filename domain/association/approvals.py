"""Decisions that two people take together: the first asks for it, the second asks for the same, and it is done.

Whose money it is does not follow from a fact: an amount made good or taken back, a movement that nothing explains. Two
people count as two as they do for a bank account (ADR 30).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from domain.association.commands import AssociationCommand
from domain.association.state import Association
from domain.association.ties import TIE_LIFE, are_independent
from domain.errors import SecondPersonNeeded
from domain.events.association import ApprovalGiven
from domain.events.base import Event

APPROVAL_LIFE: Final = timedelta(days=30)
"""How long a first approval waits for the second."""


class GiveApproval(AssociationCommand, frozen=True, kw_only=True):
    """Approve a decision, named by the digest of everything that it says, as the first of two people."""

    KIND: ClassVar[str] = "GiveApproval"
    decision: str
    digest: str

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Recorded once while it waits."""
        known = state.approvals.get(self.digest)
        if known is not None and known.by == self.by and known.at >= self.at - APPROVAL_LIFE:
            return ()
        return (ApprovalGiven(at=self.at, by=self.by, decision=self.decision, digest=self.digest),)


def first_of_two(state: Association, digest: str, by: str, at: datetime) -> str | None:
    """Return the other member who approved the same decision in time, if there is one.

    Raises:
        SecondPersonNeeded: one of the two could act for the other, or a third person for both.

    """
    first = state.approvals.get(digest)
    if first is None or first.by == by or first.at < at - APPROVAL_LIFE:
        return None
    if not are_independent(first.by, by, state.ties, first.at - TIE_LIFE):
        raise SecondPersonNeeded(first=first.by, second=by)
    return first.by
