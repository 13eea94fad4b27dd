"""Members go a year after their last right, and what is over of them goes before; sooner nothing does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from adapters.member_accounts import LONGEST_SESSION, MemberProfile, SessionOpenedBy
from domain.aggregate import Stamp
from domain.association.members import InviteMember
from domain.association.roles import GrantRole, RevokeRole
from domain.association.ties import TIE_LIFE
from domain.coop.mandates import GrantMandate
from domain.rights.roles import MemberRole
from service.demo.scenario import DemoIds
from service.demo.season import GUIDE
from service.members.invitations import change_address
from service.retention.runner import run_rules
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime

OPENED = GUIDE.opened

YEAR: Final = timedelta(days=365)
DAY: Final = timedelta(days=1)


@pytest.fixture
def opened(runtime: Runtime) -> OpenLedger:
    """The association."""
    return runtime.ledger("ad06")


def do(opened: OpenLedger, kind: Any, at: Any = OPENED, stream_id: UUID | None = None, **fields: Any) -> None:  # noqa: ANN401 - a command
    """Carry out a command, of the association by default."""
    stamp = Stamp(at=at, by="test")
    command = kind(stream_id=stream_id or opened.ledger.association_id, stamp=stamp, **fields)
    opened.ledger.bus.submit(command).result(30)


def join(opened: OpenLedger, at: Any = OPENED) -> UUID:  # noqa: ANN401 - an instant
    """Have a person invited who has no right yet."""
    member_id = uuid4()
    assert opened.members.members.invite(member_id, MemberProfile("Ursule", "VERMEIL", f"{member_id}@x.example"), at)
    do(opened, InviteMember, at, member_id=member_id)
    return member_id


def known(opened: OpenLedger) -> set[UUID]:
    """Who is a member now."""
    return {one.member_id for one in opened.members.members.all()}


def test_a_member_goes_a_year_after_the_last_right(runtime: Runtime, opened: OpenLedger, ids: DemoIds) -> None:
    never, revoked, endless, ended, holder, again = (join(opened) for _ in range(6))
    roles = {member_id: uuid4() for member_id in (revoked, endless, ended)}
    for member_id, role_id in roles.items():
        until = (OPENED + 100 * DAY).date() if member_id == ended else None
        role = MemberRole.TREASURER
        do(opened, GrantRole, role_id=role_id, member_id=member_id, role=role, valid_to=until)
    do(opened, RevokeRole, OPENED + 50 * DAY, role_id=roles[revoked], reason="departure")
    mandate: dict[str, Any] = {"valid_from": OPENED.date(), "valid_to": date(2099, 8, 31)}
    do(opened, GrantMandate, stream_id=ids.coop_id, mandate_id=uuid4(), holder_id=holder, **mandate)
    do(opened, InviteMember, OPENED + 50 * DAY, member_id=again)
    run_rules(runtime, OPENED + YEAR)
    assert known(opened) == {never, revoked, endless, ended, holder, again}
    run_rules(runtime, OPENED + YEAR + DAY)
    assert known(opened) == {revoked, endless, ended, holder, again}
    run_rules(runtime, OPENED + 50 * DAY + YEAR)
    assert known(opened) == {revoked, endless, ended, holder, again}
    run_rules(runtime, OPENED + 51 * DAY + YEAR)
    assert known(opened) == {endless, ended, holder}
    run_rules(runtime, OPENED + 101 * DAY + YEAR)
    assert known(opened) == {endless, holder}


def test_what_is_over_of_a_member_goes_in_its_time(runtime: Runtime, opened: OpenLedger) -> None:
    member_id = join(opened)
    change_address(opened, member_id, "nouvelle@x.example", Stamp(at=OPENED, by="test"))
    token = opened.members.sessions.open(member_id, SessionOpenedBy.LINK, OPENED + TIE_LIFE)
    run_rules(runtime, OPENED + TIE_LIFE - timedelta(seconds=1))
    assert len(opened.members.former_addresses.of_members([member_id], OPENED)) == 1
    run_rules(runtime, OPENED + TIE_LIFE)
    assert opened.members.former_addresses.of_members([member_id], OPENED) == []
    assert opened.members.sessions.find(token, OPENED + TIE_LIFE) is not None
    run_rules(runtime, OPENED + TIE_LIFE + LONGEST_SESSION)
    assert opened.members.sessions.find(token, OPENED + TIE_LIFE) is None
    assert known(opened) == {member_id}
