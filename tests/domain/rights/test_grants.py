"""What a person may do at an instant: roles and mandates in the order of the log, to their last instant."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from domain.events.association import Policy, PolicyChanged, RoleGranted, RoleRevoked
from domain.events.base import Event
from domain.events.coop import MandateGranted, MandateRevoked
from domain.recorded_event import RecordedEvent
from domain.rights.grants import Rights, RoleGrant
from domain.rights.roles import MemberRole, Role, RoleRevocationReason
from tests.kit import example
from tests.kit.example import SAID

JUNE: tuple[date, date] = (date(2024, 6, 1), date(2024, 6, 30))
END = datetime(2024, 6, 30, 22, 0, tzinfo=UTC)
"""Midnight in Paris after the last day of June."""
OTHER_COOP = example.uid(901)


class Log:
    """Rights folded from events as they come."""

    def __init__(self) -> None:
        """Begin empty."""
        self.rights = Rights()

    def tell(self, stream_id: UUID, event: Event) -> None:
        """Record the next event."""
        position = self.rights.position + 1
        self.rights.apply(RecordedEvent(position, stream_id, position, None, example.NOW, event))

    def mandate(self, coop_id: UUID, days: tuple[date, date] = JUNE, mandate_id: UUID = example.MANDATE) -> None:
        """Record a mandate of the example's holder."""
        first, last = days
        event = MandateGranted(**SAID, mandate_id=mandate_id, holder_id=example.HOLDER, valid_from=first, valid_to=last)
        self.tell(coop_id, event)

    def role(self, role: MemberRole, valid_to: date | None = None) -> UUID:
        """Record a role of the example's holder."""
        role_id = uuid4()
        event = RoleGranted(**SAID, role_id=role_id, member_id=example.HOLDER, role=role, valid_to=valid_to)
        self.tell(example.ASSOCIATION, event)
        return role_id

    def held(self, now: datetime = example.NOW) -> tuple[RoleGrant, ...]:
        """What the example's holder may do."""
        return self.rights.of(example.HOLDER, now)


@pytest.mark.parametrize(
    ("now", "held"),
    [
        (datetime(2024, 5, 31, 21, 59, 59, tzinfo=UTC), False),
        (datetime(2024, 5, 31, 22, 0, tzinfo=UTC), True),
        (datetime(2024, 6, 30, 21, 59, 59, 999999, tzinfo=UTC), True),
        (END, False),
    ],
)
def test_a_mandate_holds_from_its_first_to_its_last_instant_in_paris(now: datetime, held: bool) -> None:  # noqa: FBT001
    log = Log()
    log.mandate(example.COOP)
    assert log.held(now) == ((RoleGrant(Role.MANDATAIRE, example.COOP, None, END),) if held else ())


def test_a_mandate_that_was_withdrawn_gives_nothing_and_the_same_id_at_another_coop_stays() -> None:
    log = Log()
    log.mandate(example.COOP)
    log.mandate(OTHER_COOP)
    log.tell(example.COOP, MandateRevoked(**SAID, mandate_id=example.MANDATE, reason="départ"))
    assert [grant.coop_id for grant in log.held()] == [OTHER_COOP]


def test_one_person_may_hold_several_mandates_and_roles() -> None:
    log = Log()
    log.mandate(example.COOP)
    log.mandate(OTHER_COOP, mandate_id=uuid4())
    log.role(MemberRole.AUDITOR)
    assert {(grant.role, grant.coop_id, grant.until) for grant in log.held()} == {
        (Role.MANDATAIRE, example.COOP, END),
        (Role.MANDATAIRE, OTHER_COOP, END),
        (Role.AUDITOR, None, None),
    }
    assert log.rights.of(example.MEMBER, example.NOW) == ()


def test_a_role_ends_with_its_last_day_or_when_it_is_withdrawn() -> None:
    log = Log()
    log.role(MemberRole.TREASURER, valid_to=JUNE[1])
    assert log.held() == (RoleGrant(Role.TREASURER, until=END),)
    assert log.held(END) == ()
    role_id = log.role(MemberRole.STAFF)
    assert log.held(END) == (RoleGrant(Role.STAFF),)
    log.tell(example.ASSOCIATION, RoleRevoked(**SAID, role_id=role_id, reason=RoleRevocationReason.SECURITY))
    assert log.held(END) == ()


def test_a_last_day_beyond_all_calendars_is_no_end() -> None:
    log = Log()
    log.mandate(example.COOP, (date.min, date.max))
    assert log.held() == (RoleGrant(Role.MANDATAIRE, example.COOP),)


def test_other_events_change_nothing_but_the_position() -> None:
    log = Log()
    log.mandate(example.COOP)
    log.tell(example.ASSOCIATION, PolicyChanged(**SAID, policy=Policy()))
    assert (len(log.held()), log.rights.position) == (1, 2)
