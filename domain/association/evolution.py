"""How each event of an association changes its state; no rule is checked here, the event already happened."""

from __future__ import annotations

from domain.association.state import Approval, Association, HeldRole, PublishedCharter
from domain.association.ties import Tie
from domain.calendar import paris_date
from domain.chart_of_accounts import Account
from domain.events.association import (
    ApprovalGiven,
    AssociationRegistered,
    CharterPublished,
    MemberAddressChanged,
    MemberInvited,
    PlatformMovementRecorded,
    PlatformSuspenseCleared,
    PolicyChanged,
    RoleGranted,
    RoleRevoked,
)


def _registered(state: Association, event: AssociationRegistered) -> None:
    state.name, state.slug, state.demo = event.name, event.slug, event.demo


def _policy_changed(state: Association, event: PolicyChanged) -> None:
    state.set_policy(event.policy, paris_date(event.at))


def _charter_published(state: Association, event: CharterPublished) -> None:
    state.charters.append(PublishedCharter(event.version, event.text_sha256, event.at))


def _platform_moved(state: Association, event: PlatformMovementRecorded) -> None:
    state.movements.add(event.movement_id)
    if event.account == Account.SUSPENSE:
        state.suspense[event.movement_id] = event.cents


def _cleared(state: Association, event: PlatformSuspenseCleared) -> None:
    del state.suspense[event.movement_id]


def _role_granted(state: Association, event: RoleGranted) -> None:
    state.roles[event.role_id] = HeldRole(event.member_id, event.role, event.coop_id, event.class_code, event.valid_to)


def _role_revoked(state: Association, event: RoleRevoked) -> None:
    del state.roles[event.role_id]


def _member_invited(state: Association, event: MemberInvited) -> None:
    state.members.add(event.member_id)
    _tie(state, event)


def _address_changed(state: Association, event: MemberAddressChanged) -> None:
    _tie(state, event)


def _tie(state: Association, event: MemberInvited | MemberAddressChanged) -> None:
    """Note that one member may for a time act for another; who operates the service is no member, and ties nobody."""
    members = {str(member_id) for member_id in state.members}
    if event.by in members - {str(event.member_id)}:
        state.ties.append(Tie(controller=event.by, member=str(event.member_id), at=event.at))


def _approved(state: Association, event: ApprovalGiven) -> None:
    state.approvals[event.digest] = Approval(event.by, event.at)


Association.HANDLERS = {
    ApprovalGiven: _approved,
    AssociationRegistered: _registered,
    PolicyChanged: _policy_changed,
    CharterPublished: _charter_published,
    PlatformMovementRecorded: _platform_moved,
    PlatformSuspenseCleared: _cleared,
    RoleGranted: _role_granted,
    RoleRevoked: _role_revoked,
    MemberInvited: _member_invited,
    MemberAddressChanged: _address_changed,
}
