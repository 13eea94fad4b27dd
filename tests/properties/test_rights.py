"""Whatever is given and withdrawn in whatever order: a person may do what a plain reading of the log says, no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import paris_date
from domain.events.association import RoleGranted, RoleRevoked
from domain.events.base import Event
from domain.events.coop import MandateGranted, MandateRevoked
from domain.recorded_event import RecordedEvent
from domain.rights.grants import Rights
from domain.rights.roles import MemberRole, Role, RoleRevocationReason
from tests.kit.example import ASSOCIATION, NOW, SAID, uid

_MEMBERS: Final = (uid(1), uid(2))
_COOPS: Final = (uid(900), uid(901))
_FIRST: Final = date(2024, 6, 1)
_DAYS: Final = st.integers(0, 8).map(lambda days: _FIRST + timedelta(days=days))
_INSTANTS: Final = st.integers(0, 10 * 24 * 4).map(
    lambda quarters: datetime(2024, 5, 31, 12, 0, tzinfo=UTC) + timedelta(minutes=15 * quarters)
)


class Given(NamedTuple):
    """A mandate of a coop, or a role where ``coop`` is None; withdrawn or not, at once or at the end of history."""

    member: UUID
    coop: UUID | None
    first: date
    last: date | None
    withdrawn: bool
    at_once: bool


_MANDATES: Final = st.builds(
    Given, st.sampled_from(_MEMBERS), st.sampled_from(_COOPS), _DAYS, _DAYS, st.booleans(), st.booleans()
)
_ROLES: Final = st.builds(
    Given, st.sampled_from(_MEMBERS), st.none(), st.just(date.min), st.none() | _DAYS, st.booleans(), st.booleans()
)


def _granted(number: int, one: Given) -> tuple[UUID, Event]:
    """The event that gives it, and its stream."""
    if one.coop is None or one.last is None:
        role = RoleGranted(
            **SAID, role_id=uid(number), member_id=one.member, role=MemberRole.AUDITOR, valid_to=one.last
        )
        return ASSOCIATION, role
    return one.coop, MandateGranted(
        **SAID, mandate_id=uid(number), holder_id=one.member, valid_from=one.first, valid_to=one.last
    )


def _revoked(number: int, one: Given) -> tuple[UUID, Event]:
    """The event that takes it away, and its stream."""
    if one.coop is None:
        return ASSOCIATION, RoleRevoked(**SAID, role_id=uid(number), reason=RoleRevocationReason.DEPARTURE)
    return one.coop, MandateRevoked(**SAID, mandate_id=uid(number), reason="départ")


@settings(max_examples=150, derandomize=True, database=None, deadline=None, print_blob=True)
@given(st.lists(_MANDATES | _ROLES, max_size=12), _INSTANTS)
def test_a_person_may_do_what_was_given_not_withdrawn_and_is_of_that_day(history: list[Given], now: datetime) -> None:
    log: list[tuple[UUID, Event]] = []
    later: list[tuple[UUID, Event]] = []
    for number, one in enumerate(history):
        log.append(_granted(number, one))
        if one.withdrawn:
            (log if one.at_once else later).append(_revoked(number, one))
    rights = Rights()
    for position, (stream_id, event) in enumerate(log + later, start=1):
        rights.apply(RecordedEvent(position, stream_id, position, None, NOW, event))
    today = paris_date(now)
    for member in _MEMBERS:
        wanted = sorted(
            str(one.coop)
            for one in history
            if one.member == member
            and not one.withdrawn
            and one.first <= today
            and (one.last is None or today <= one.last)
        )
        held = rights.of(member, now)
        assert sorted(str(grant.coop_id) for grant in held) == wanted
        assert all(grant.until is None or now < grant.until for grant in held)
        assert {grant.role for grant in held} <= {Role.AUDITOR, Role.MANDATAIRE}
