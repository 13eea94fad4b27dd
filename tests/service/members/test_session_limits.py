"""A session lasts as long as its member's strictest right lets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.member_accounts import LONGEST_SESSION, MemberSession, SessionOpenedBy
from domain.rights.roles import Role
from service.members.session_limits import SESSION_LIMITS, limits_of
from tests.kit.example import HOLDER

NOW = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


def session(opened: timedelta, seen: timedelta) -> MemberSession:
    """A session that was opened and last seen some time ago."""
    return MemberSession(HOLDER, SessionOpenedBy.LINK, NOW - opened, NOW - seen, None)


def test_every_role_has_limits_within_the_longest_life_of_a_session() -> None:
    assert set(SESSION_LIMITS) == set(Role)
    assert all(limits.idle <= limits.absolute <= LONGEST_SESSION for limits in SESSION_LIMITS.values())


@pytest.mark.parametrize(
    ("role", "idle", "absolute"),
    [
        (Role.MANDATAIRE, timedelta(hours=8), timedelta(days=30)),
        (Role.TEACHER, timedelta(hours=8), timedelta(days=30)),
        (Role.TREASURER, timedelta(minutes=30), timedelta(hours=12)),
        (Role.STAFF, timedelta(minutes=30), timedelta(hours=12)),
        (Role.AUDITOR, timedelta(hours=2), timedelta(hours=12)),
    ],
)
def test_a_session_is_over_when_it_was_idle_or_lasted_for_its_time(
    role: Role, idle: timedelta, absolute: timedelta
) -> None:
    limits, second = limits_of([role]), timedelta(seconds=1)
    assert not limits.passed(session(absolute - second, idle - second), NOW)
    assert limits.passed(session(absolute - second, idle), NOW)
    assert limits.passed(session(absolute, timedelta(0)), NOW)


def test_who_has_several_rights_has_the_strictest_limits_and_who_has_none_has_no_session() -> None:
    both = limits_of([Role.MANDATAIRE, Role.TREASURER, Role.AUDITOR])
    assert both == SESSION_LIMITS[Role.TREASURER]
    assert limits_of([]).passed(session(timedelta(0), timedelta(0)), NOW)
