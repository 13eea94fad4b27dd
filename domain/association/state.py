"""What the association's events add up to: its identity, its policy, its charter."""

from __future__ import annotations

from uuid import UUID

from domain.aggregate import State
from domain.chart_of_accounts import Account
from domain.events.association import (
    AssociationRegistered,
    CharterPublished,
    PlatformMovementRecorded,
    PlatformSuspenseCleared,
    Policy,
    PolicyChanged,
)


class Association(State):
    """A departmental association (AD) and what it allows."""

    def __init__(self, stream_id: UUID) -> None:
        """Begin before registration, with the default policy."""
        super().__init__(stream_id)
        self.name = ""
        self.slug = ""
        self.demo = False
        self.policy = Policy()
        self.charter_version = 0
        self.movements: set[str] = set()
        self.suspense: dict[str, int] = {}


def _registered(state: Association, event: AssociationRegistered) -> None:
    state.name, state.slug, state.demo = event.name, event.slug, event.demo


def _policy_changed(state: Association, event: PolicyChanged) -> None:
    state.policy = event.policy


def _charter_published(state: Association, event: CharterPublished) -> None:
    state.charter_version = event.version


def _platform_moved(state: Association, event: PlatformMovementRecorded) -> None:
    state.movements.add(event.movement_id)
    if event.account == Account.SUSPENSE:
        state.suspense[event.movement_id] = event.cents


def _cleared(state: Association, event: PlatformSuspenseCleared) -> None:
    del state.suspense[event.movement_id]


Association.HANDLERS = {
    AssociationRegistered: _registered,
    PolicyChanged: _policy_changed,
    CharterPublished: _charter_published,
    PlatformMovementRecorded: _platform_moved,
    PlatformSuspenseCleared: _cleared,
}
