"""Members: sealed, found by a digest of their address alone, another association's never, gone when erased."""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from adapters.connections import Pool
from adapters.member_accounts import MemberLinkPurpose, MemberProfile, Members, MemberStores, SessionOpenedBy
from adapters.people_vault import Keyring, VaultUnreadable
from tests.adapters.member_accounts.conftest import NOW, PROFILE, MakeMembers, another, invited


def test_a_member_is_found_by_its_address_whatever_the_case(stores: MemberStores) -> None:
    member_id = invited(stores)
    assert stores.members.id_of(" l.mardegan@ECOLE.example ") == member_id
    assert stores.members.id_of("autre@ecole.example") is None
    member = stores.members.by_id(member_id)
    assert member is not None
    assert (member.profile, member.invited_at) == (PROFILE, NOW)
    assert stores.members.all() == [member]


def test_an_address_has_one_member(stores: MemberStores) -> None:
    member_id = invited(stores)
    assert not stores.members.invite(uuid4(), MemberProfile("X", "Y", PROFILE.email.upper()), NOW)
    assert [one.member_id for one in stores.members.all()] == [member_id]
    other = another(stores)
    with pytest.raises(psycopg.errors.UniqueViolation):
        stores.members.change(other, PROFILE)


def test_the_database_holds_no_address_no_name_and_no_token(stores: MemberStores, place: str) -> None:
    member_id = invited(stores)
    token = stores.sessions.open(member_id, SessionOpenedBy.LINK, NOW)
    link = stores.links.make(member_id, MemberLinkPurpose.SIGN_IN, NOW)
    with psycopg.connect(place) as owner:
        tables = ("members", "member_sessions", "member_links")
        told = "".join(str(owner.execute(f"SELECT t::text FROM vault.{t} AS t").fetchall()) for t in tables)  # noqa: S608 - constants
    for secret in ("mardegan", "Laurence", token, link):
        assert secret.casefold() not in told.casefold()
        assert secret.encode().hex() not in told
    assert str(member_id) in told


def test_another_association_knows_nothing_of_a_member(make_members: MakeMembers) -> None:
    here, there = make_members(), make_members()
    member_id = invited(here)
    token = here.sessions.open(member_id, SessionOpenedBy.LINK, NOW)
    link = here.links.make(member_id, MemberLinkPurpose.SIGN_IN, NOW)
    assert there.members.by_id(member_id) is None
    assert there.members.id_of(PROFILE.email) is None
    assert there.members.all() == []
    assert not there.members.change(member_id, PROFILE)
    assert there.sessions.find(token, NOW) is None
    assert there.links.holds(link, MemberLinkPurpose.SIGN_IN, NOW) is None
    assert there.links.use(link, MemberLinkPurpose.SIGN_IN, NOW) is None
    assert there.sessions.end_all(member_id, NOW) == 0
    there.links.revoke(member_id)
    there.members.erase(member_id)
    assert here.sessions.find(token, NOW) is not None
    assert here.links.use(link, MemberLinkPurpose.SIGN_IN, NOW) == member_id


def test_a_row_moved_to_another_member_is_not_read(stores: MemberStores, place: str) -> None:
    mine, other = invited(stores), another(stores)
    with psycopg.connect(place, autocommit=True) as owner:
        owner.execute(
            "UPDATE vault.members AS one SET wrapped = two.wrapped, nonce = two.nonce, sealed = two.sealed"
            " FROM vault.members AS two WHERE one.member_id = %s AND two.member_id = %s",
            (mine, other),
        )
    with pytest.raises(VaultUnreadable):
        stores.members.by_id(mine)


def test_what_changes_is_kept_and_an_erased_member_leaves_nothing(stores: MemberStores, place: str) -> None:
    member_id = invited(stores)
    changed = MemberProfile("Laurence", "MARDEGAN", "l.m@ailleurs.example")
    assert stores.members.change(member_id, changed)
    assert (stores.members.id_of(PROFILE.email), stores.members.id_of(changed.email)) == (None, member_id)
    token = stores.sessions.open(member_id, SessionOpenedBy.LINK, NOW)
    stores.links.make(member_id, MemberLinkPurpose.INVITATION, NOW)
    stores.members.erase(member_id)
    assert stores.sessions.find(token, NOW) is None
    with psycopg.connect(place) as owner:
        for table in ("members", "member_sessions", "member_links", "passkeys", "passkey_replacements"):
            query = f"SELECT count(*) FROM vault.{table} WHERE member_id = %s"  # noqa: S608 - constants
            assert owner.execute(query, (member_id,)).fetchone() == (0,)


def test_members_survive_a_rotation_of_keys(pool: Pool) -> None:
    association_id, older, newer = uuid4(), os.urandom(32), os.urandom(32)

    def members_with(*keys: bytes) -> Members:
        return Members(pool, association_id, Keyring(keys), lambda _: bytes(32))

    member_id = uuid4()
    members_with(older).invite(member_id, PROFILE, NOW)
    rotating = members_with(newer, older)
    assert (rotating.rewrap(), rotating.rewrap()) == (1, 0)
    member = members_with(newer).by_id(member_id)
    assert member is not None
    assert member.profile == PROFILE


def test_who_a_member_is_does_not_show_in_a_trace() -> None:
    assert repr(PROFILE) == "MemberProfile(…)"


def test_a_link_serves_once_and_ends_its_siblings(stores: MemberStores) -> None:
    member_id = invited(stores)
    first, second = (stores.links.make(member_id, MemberLinkPurpose.SIGN_IN, NOW) for _ in range(2))
    assert stores.links.use(first, MemberLinkPurpose.INVITATION, NOW) is None
    assert stores.links.use(first, MemberLinkPurpose.SIGN_IN, NOW) == member_id
    assert stores.links.use(first, MemberLinkPurpose.SIGN_IN, NOW) is None
    assert stores.links.use(second, MemberLinkPurpose.SIGN_IN, NOW) is None


def test_looking_at_a_link_uses_nothing_up(stores: MemberStores) -> None:
    member_id, browser = invited(stores), os.urandom(32)
    token = stores.links.make(member_id, MemberLinkPurpose.SIGN_IN, NOW, browser=browser)
    for _ in range(3):
        assert stores.links.holds(token, MemberLinkPurpose.SIGN_IN, NOW) == (member_id, browser)
    assert stores.links.use(token, MemberLinkPurpose.SIGN_IN, NOW) == member_id
    assert stores.links.holds(token, MemberLinkPurpose.SIGN_IN, NOW) is None


@pytest.mark.parametrize(
    ("purpose", "life"),
    [(MemberLinkPurpose.SIGN_IN, timedelta(minutes=10)), (MemberLinkPurpose.INVITATION, timedelta(days=7))],
)
def test_a_link_is_good_for_its_time_only(stores: MemberStores, purpose: MemberLinkPurpose, life: timedelta) -> None:
    member_id = invited(stores)
    late, in_time = (stores.links.make(member_id, purpose, NOW) for _ in range(2))
    assert stores.links.holds(late, purpose, NOW + life) is None
    assert stores.links.use(late, purpose, NOW + life) is None
    assert stores.links.use(in_time, purpose, NOW + life - timedelta(seconds=1)) == member_id
