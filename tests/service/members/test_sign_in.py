"""A session is worth what its member may do now: it ends with the last right, and not for what nobody heard yet."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.member_accounts import MemberProfile, MemberStores, SessionOpenedBy
from adapters.migrate import migrate_database
from adapters.people_vault import Keyring
from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import NotSignedIn
from domain.rights.grants import RoleGrant
from domain.rights.roles import Role
from service.auth.principal import Principal
from service.members.sign_in import MemberSignIn

NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
TREASURER: Final = (RoleGrant(Role.TREASURER),)


class Rights:
    """What the ledger says, and what this process believes."""

    def __init__(self) -> None:
        """Begin with both the same: a treasurer."""
        self.true: tuple[RoleGrant, ...] = TREASURER
        self.believed: tuple[RoleGrant, ...] = TREASURER

    def principal(self, slug: str, member_id: UUID, _now: datetime, *, fresh: bool = False) -> Principal:
        """Answer as the authority does."""
        return Principal(str(member_id), slug, self.true if fresh else self.believed)


@pytest.fixture
def stores(database: str) -> Iterator[MemberStores]:
    """The members of an association."""
    migrate_database(database)
    with Pool(conninfo_for(database, DatabaseRole.VAULT), size=2) as pool:
        yield MemberStores.open(pool, uuid4(), Keyring([os.urandom(32)]), lambda _: bytes(32))


def sign_in_at(stores: MemberStores, rights: Rights, now: datetime) -> MemberSignIn:
    """The service at an instant."""
    opened: Any = SimpleNamespace(members=stores, ledger=SimpleNamespace(association_id=uuid4()))
    authority: Any = rights
    return MemberSignIn(opened, authority, "ad06", now)


def new_member(stores: MemberStores) -> UUID:
    """A member."""
    member_id = uuid4()
    assert stores.members.invite(member_id, MemberProfile("Laurence", "MARDEGAN", "l@ecole.example"), NOW)
    return member_id


def test_a_session_lasts_while_its_member_comes_and_ends_when_nobody_does(stores: MemberStores) -> None:
    rights, member = Rights(), new_member(stores)
    token, at = sign_in_at(stores, rights, NOW).open(member, SessionOpenedBy.LINK), NOW
    for _ in range(4):
        at += timedelta(minutes=29)
        assert sign_in_at(stores, rights, at).visit(token).session.member_id == member
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, at + timedelta(minutes=30)).visit(token)
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, at).visit(token)


def test_a_page_that_stays_open_is_no_visit(stores: MemberStores) -> None:
    rights, member = Rights(), new_member(stores)
    token = sign_in_at(stores, rights, NOW).open(member, SessionOpenedBy.LINK)
    for minutes in (10, 20, 29):
        sign_in_at(stores, rights, NOW + timedelta(minutes=minutes)).find(token)
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, NOW + timedelta(minutes=30)).find(token)


def test_coming_all_day_does_not_prolong_a_session_past_its_longest_time(stores: MemberStores) -> None:
    rights, member = Rights(), new_member(stores)
    token = sign_in_at(stores, rights, NOW).open(member, SessionOpenedBy.PASSKEY)
    for minutes in range(20, 12 * 60, 20):
        sign_in_at(stores, rights, NOW + timedelta(minutes=minutes)).visit(token)
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, NOW + timedelta(hours=12)).visit(token)


def test_a_session_ends_for_good_with_the_last_right(stores: MemberStores) -> None:
    rights, member = Rights(), new_member(stores)
    token = sign_in_at(stores, rights, NOW).open(member, SessionOpenedBy.LINK)
    rights.true = rights.believed = ()
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, NOW).visit(token)
    rights.true = rights.believed = TREASURER
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, NOW).visit(token)


def test_nobody_is_signed_out_because_a_process_has_not_heard_of_a_right_yet(stores: MemberStores) -> None:
    rights, member = Rights(), new_member(stores)
    token = sign_in_at(stores, rights, NOW).open(member, SessionOpenedBy.LINK)
    rights.believed = ()
    assert sign_in_at(stores, rights, NOW).visit(token).principal.grants == TREASURER


def test_without_a_right_no_session_begins(stores: MemberStores) -> None:
    rights, member = Rights(), new_member(stores)
    rights.true = ()
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, NOW).open(member, SessionOpenedBy.PASSKEY)
    assert stores.sessions.of_member(member, NOW) == []


def test_a_right_that_moves_money_is_asked_of_the_ledger_itself(stores: MemberStores) -> None:
    rights, member = Rights(), new_member(stores)
    token = sign_in_at(stores, rights, NOW).open(member, SessionOpenedBy.LINK)
    rights.true = ()
    assert sign_in_at(stores, rights, NOW).visit(token).principal.grants == TREASURER
    with pytest.raises(NotSignedIn):
        sign_in_at(stores, rights, NOW).visit(token, fresh=True)
