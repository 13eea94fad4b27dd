"""Who was asked to work with the association, by whom, and who changed where their sign-in links go.

The names and addresses are in the vault. The log keeps who did it: a second person counts as second only if the
first did not bring them in.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.association.commands import AssociationCommand
from domain.association.state import Association
from domain.errors import NotFound
from domain.events.association import MemberAddressChanged, MemberInvited
from domain.events.base import Event


class InviteMember(AssociationCommand, frozen=True, kw_only=True):
    """Invite a person, by the id under which the vault holds the name; again to send another link."""

    KIND: ClassVar[str] = "InviteMember"
    member_id: UUID

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Each invitation is told: each gives a link to an address."""
        return (MemberInvited(at=self.at, by=self.by, member_id=self.member_id),)


class ChangeMemberAddress(AssociationCommand, frozen=True, kw_only=True):
    """Say that the address of a member is another one now; the vault holds it."""

    KIND: ClassVar[str] = "ChangeMemberAddress"
    member_id: UUID

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Refuse somebody who was never invited."""
        if self.member_id not in state.members:
            raise NotFound(member=self.member_id)
        return (MemberAddressChanged(at=self.at, by=self.by, member_id=self.member_id),)
