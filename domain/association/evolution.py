"""How each event of an association changes its state; no rule is checked here, the event already happened."""

from __future__ import annotations

from domain.association.state import Association
from domain.chart_of_accounts import Account
from domain.events.association import (
    AssociationRegistered,
    CharterPublished,
    PlatformMovementRecorded,
    PlatformSuspenseCleared,
    PolicyChanged,
)


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
