"""One place decides: the role first, then the coop; what a person may not see does not exist for them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.errors import NoCurrentRight, NotAllowed, NotFound
from domain.rights.grants import RoleGrant
from domain.rights.roles import Role
from service.auth.actions import ALLOWED, UNCACHED, Action
from service.auth.principal import Principal, check_allowed, check_association, check_role
from tests.kit.example import uid

OWN, OTHER = uid(900), uid(901)
JUNE = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)
JULY = datetime(2026, 7, 31, 22, 0, tzinfo=UTC)


def person(*grants: RoleGrant) -> Principal:
    """Somebody with some grants."""
    return Principal("someone", "ad06", grants)


def test_without_a_role_for_it_an_action_is_refused_before_the_coop_is_looked_at() -> None:
    for action in Action:
        for coop_id in (OWN, OTHER, None):
            with pytest.raises(NoCurrentRight):
                check_allowed(person(), action, coop_id)
    teacher = person(RoleGrant(Role.TEACHER, OWN, "CP"))
    with pytest.raises(NotAllowed):
        check_role(teacher, Action.READ)


def test_another_coop_than_those_of_the_grants_does_not_exist() -> None:
    holder = person(RoleGrant(Role.MANDATAIRE, OWN))
    check_allowed(holder, Action.RUN, OWN)
    with pytest.raises(NotFound):
        check_allowed(holder, Action.RUN, OTHER)
    with pytest.raises(NotAllowed):
        check_allowed(holder, Action.RUN, None)


def test_what_a_person_can_see_and_not_do_is_not_allowed() -> None:
    auditing_holder = person(RoleGrant(Role.MANDATAIRE, OWN), RoleGrant(Role.AUDITOR))
    check_allowed(auditing_holder, Action.READ, OTHER)
    with pytest.raises(NotAllowed):
        check_allowed(auditing_holder, Action.PAY_OUT, OTHER)


def test_lists_show_the_coops_of_the_grants() -> None:
    assert person(RoleGrant(Role.MANDATAIRE, OWN), RoleGrant(Role.MANDATAIRE, OTHER)).coops(Action.RUN) == frozenset(
        {OWN, OTHER}
    )
    assert person(RoleGrant(Role.MANDATAIRE, OWN), RoleGrant(Role.TREASURER)).coops(Action.RUN) is None
    assert person(RoleGrant(Role.TEACHER, OWN, "CP")).coops(Action.READ) == frozenset()


def test_a_right_ends_with_the_last_of_the_grants_that_give_it() -> None:
    twice = person(RoleGrant(Role.MANDATAIRE, OWN, until=JUNE), RoleGrant(Role.TREASURER, until=JULY))
    assert twice.until(Action.RUN, OWN) == JULY
    assert person(RoleGrant(Role.MANDATAIRE, OWN, until=JUNE)).until(Action.RUN, OWN) == JUNE
    assert person(RoleGrant(Role.MANDATAIRE, OWN, until=JUNE), RoleGrant(Role.AUDITOR)).until(Action.READ, OWN) is None


def test_a_token_never_gives_more_than_its_owner_has() -> None:
    treasurer = person(RoleGrant(Role.TREASURER), RoleGrant(Role.MANDATAIRE, OTHER))
    narrow = treasurer.within(frozenset({Action.READ, Action.INSPECT}), OWN)
    check_allowed(narrow, Action.READ, OWN)
    for action, coop_id in ((Action.RUN, OWN), (Action.INSPECT, OWN), (Action.READ, None)):
        with pytest.raises(NotAllowed):
            check_allowed(narrow, action, coop_id)
    with pytest.raises(NotFound):
        check_allowed(narrow, Action.READ, OTHER)
    foreign = person(RoleGrant(Role.MANDATAIRE, OTHER)).within(frozenset(Action), OWN)
    assert foreign.grants == ()


def test_another_association_does_not_exist() -> None:
    check_association(person(), "ad06")
    with pytest.raises(NotFound):
        check_association(person(), "ad13")


def test_every_action_has_its_roles_and_a_teacher_counts_cash_alone() -> None:
    assert set(ALLOWED) == set(Action)
    assert all(ALLOWED[action] for action in Action)
    assert [action for action, roles in ALLOWED.items() if Role.TEACHER in roles] == [Action.COUNT_CASH]
    assert {Action.PAY_OUT, Action.CONFIRM_IBAN, Action.GRANT_ROLES, Action.REFUND} <= UNCACHED
