"""Roles are given by others, mean something, and never leave the association without its staff."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.association.members import ChangeMemberAddress, InviteMember
from domain.association.roles import GrantRole, RevokeRole
from domain.errors import AlreadyExists, ClassInvalid, InvalidInput, LastStaffRole, NotFound, OwnRight
from domain.events.association import MemberAddressChanged, MemberInvited, RoleGranted
from domain.rights.roles import MemberRole, RoleRevocationReason
from tests.domain.association.test_association import registered
from tests.kit import example
from tests.kit.in_memory_ledger import InMemoryLedger

STAFF: dict[str, Any] = {"role_id": example.ROLE, "member_id": example.MEMBER, "role": MemberRole.STAFF}
TEACHER: dict[str, Any] = {**STAFF, "role": MemberRole.TEACHER, "coop_id": example.COOP, "class_label": "CP a"}


def staffed() -> InMemoryLedger:
    """An association with one member of staff."""
    ledger = registered()
    ledger.do(GrantRole, **STAFF)
    return ledger


@pytest.mark.parametrize("role", [MemberRole.STAFF, MemberRole.TREASURER, MemberRole.AUDITOR])
def test_a_role_is_for_all_coops_of_the_association(role: MemberRole) -> None:
    (event,) = registered().do(GrantRole, **{**STAFF, "role": role})
    assert isinstance(event, RoleGranted)
    assert (event.role, event.member_id, event.coop_id, event.class_code) == (role, example.MEMBER, None, None)
    for narrower in ({"coop_id": example.COOP}, {"class_label": "CP"}):
        registered().refused(InvalidInput, GrantRole, **{**STAFF, "role": role, **narrower})


def test_a_teacher_has_one_class_of_one_coop() -> None:
    (event,) = registered().do(GrantRole, **TEACHER)
    assert isinstance(event, RoleGranted)
    assert (event.coop_id, event.class_code) == (example.COOP, "CPA")
    registered().refused(InvalidInput, GrantRole, **{**TEACHER, "coop_id": None})
    registered().refused(InvalidInput, GrantRole, **{**TEACHER, "class_label": None})
    registered().refused(ClassInvalid, GrantRole, **{**TEACHER, "class_label": "?"})


def test_nobody_gives_a_role_to_themselves() -> None:
    ledger = staffed()
    own = {**STAFF, "role_id": uuid4(), "role": MemberRole.TREASURER, "by": str(example.MEMBER)}
    ledger.refused(OwnRight, GrantRole, **own)


def test_a_role_that_is_held_is_not_given_twice_and_one_that_is_over_may_be_given_again() -> None:
    ledger = registered()
    ledger.do(GrantRole, **{**STAFF, "valid_to": example.NOW.date()})
    ledger.refused(AlreadyExists, GrantRole, **{**STAFF, "role_id": uuid4()})
    ledger.refused(AlreadyExists, GrantRole, **STAFF)
    ledger.refused(InvalidInput, GrantRole, **{**STAFF, "role_id": uuid4(), "valid_to": date(2024, 6, 22)})
    ledger.do(GrantRole, **{**STAFF, "role_id": uuid4(), "at": example.NOW.replace(day=24)})
    assert len(ledger.association.roles) == 2


def test_a_role_is_withdrawn_for_a_reason_of_the_list() -> None:
    ledger = registered()
    ledger.do(GrantRole, **TEACHER)
    ledger.do(RevokeRole, role_id=example.ROLE, reason=RoleRevocationReason.DEPARTURE)
    assert ledger.association.roles == {}
    ledger.refused(NotFound, RevokeRole, role_id=example.ROLE, reason=RoleRevocationReason.DEPARTURE)


def test_the_last_role_of_the_staff_is_never_withdrawn() -> None:
    ledger = staffed()
    withdrawal = {"role_id": example.ROLE, "reason": RoleRevocationReason.SECURITY}
    ledger.do(GrantRole, **{**STAFF, "role_id": uuid4(), "role": MemberRole.TREASURER})
    ledger.refused(LastStaffRole, RevokeRole, **withdrawal)
    second = {**STAFF, "role_id": uuid4(), "member_id": uuid4()}
    ledger.do(GrantRole, **{**second, "valid_to": example.NOW.date()})
    ledger.refused(LastStaffRole, RevokeRole, **withdrawal, at=example.NOW.replace(day=24))
    ledger.do(RevokeRole, **withdrawal)
    assert [role.member_id for role in ledger.association.roles.values() if role.role is MemberRole.STAFF] == [
        second["member_id"]
    ]


def test_the_log_tells_who_invited_whom_and_who_changed_whose_address() -> None:
    ledger = registered()
    ledger.refused(NotFound, ChangeMemberAddress, member_id=example.MEMBER)
    (first,) = ledger.do(InviteMember, member_id=example.MEMBER, by="actor-2")
    (again,) = ledger.do(InviteMember, member_id=example.MEMBER, by="actor-3")
    (changed,) = ledger.do(ChangeMemberAddress, member_id=example.MEMBER, by="actor-4")
    assert isinstance(first, MemberInvited)
    assert isinstance(changed, MemberAddressChanged)
    assert [event.by for event in (first, again, changed)] == ["actor-2", "actor-3", "actor-4"]
