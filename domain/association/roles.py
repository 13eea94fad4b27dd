"""Which member is what for the association: its staff, treasurer, auditor, or a teacher of one class.

The mandate of a coop is the coop's own (``domain/coop/mandates.py``). The first role of an association is given by
whoever operates the service, at the command line; from then on its staff gives them.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.association.commands import AssociationCommand
from domain.association.state import Association, HeldRole
from domain.calendar import paris_date
from domain.errors import AlreadyExists, InvalidInput, LastStaffRole, NotFound, OwnRight
from domain.events.association import RoleGranted, RoleRevoked
from domain.events.base import Event
from domain.rights.roles import MemberRole, RoleRevocationReason
from domain.school_classes import class_code


class GrantRole(AssociationCommand, frozen=True, kw_only=True):
    """Give a member a role until the end of a Paris day, or without end; a teacher's names a coop and a class."""

    KIND: ClassVar[str] = "GrantRole"
    role_id: UUID
    member_id: UUID
    role: MemberRole
    coop_id: UUID | None = None
    class_label: str | None = None
    valid_to: date | None = None

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Refuse a right given to oneself, a role without its meaning or already over, and one that is held already."""
        if self.by == str(self.member_id):
            raise OwnRight(actor=self.by)
        today = paris_date(self.at)
        wanted = HeldRole(self.member_id, self.role, self.coop_id, self._class(), self.valid_to)
        if not wanted.holds_on(today):
            raise InvalidInput(valid_to=self.valid_to)
        held = [role for role in state.roles.values() if role.holds_on(today)]
        if self.role_id in state.roles or any(role[:-1] == wanted[:-1] for role in held):
            raise AlreadyExists(role=self.role)
        return (
            RoleGranted(
                at=self.at,
                by=self.by,
                role_id=self.role_id,
                member_id=wanted.member_id,
                role=wanted.role,
                coop_id=wanted.coop_id,
                class_code=wanted.class_code,
                valid_to=wanted.valid_to,
            ),
        )

    def _class(self) -> str | None:
        """The code of the class: a teacher has one class of one coop, every other role is for all coops."""
        if self.role is not MemberRole.TEACHER:
            if self.coop_id is not None or self.class_label is not None:
                raise InvalidInput(role=self.role, coop=self.coop_id)
            return None
        if self.coop_id is None or self.class_label is None:
            raise InvalidInput(role=self.role, coop=self.coop_id)
        return class_code(self.class_label)


class RevokeRole(AssociationCommand, frozen=True, kw_only=True):
    """Withdraw a role, with a reason from the list."""

    KIND: ClassVar[str] = "RevokeRole"
    role_id: UUID
    reason: RoleRevocationReason

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Refuse an unknown role, and the last one of the staff: nobody could give rights any more."""
        role = state.roles.get(self.role_id)
        if role is None:
            raise NotFound(role=self.role_id)
        today = paris_date(self.at)
        if role.role is MemberRole.STAFF and role.holds_on(today):
            others = (other for key, other in state.roles.items() if key != self.role_id)
            if not any(other.role is MemberRole.STAFF and other.holds_on(today) for other in others):
                raise LastStaffRole(role=self.role_id)
        return (RoleRevoked(at=self.at, by=self.by, role_id=self.role_id, reason=self.reason),)
