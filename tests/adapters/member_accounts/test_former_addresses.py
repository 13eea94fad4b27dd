"""Where a member's letters went before a change: sealed, for its time, another association's never."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from adapters.connections import Pool
from adapters.member_accounts import MemberStores
from adapters.people_vault import Keyring, VaultUnreadable
from tests.adapters.member_accounts.conftest import NOW, PROFILE, MakeMembers, another, invited

UNTIL: Final = NOW + timedelta(days=30)


def move(stores: MemberStores, member_id: UUID, email: str) -> None:
    """Change where a member's letters go."""
    assert stores.members.change(member_id, msgspec.structs.replace(PROFILE, email=email), former_until=UNTIL)


def kept(stores: MemberStores, *member_ids: UUID) -> list[str]:
    """The former addresses of members now."""
    return [one.email for one in stores.former_addresses.of_members(member_ids, NOW)]


def test_each_address_before_a_change_is_kept_for_its_time(stores: MemberStores) -> None:
    member_id, other = invited(stores), another(stores)
    move(stores, member_id, "first@ailleurs.example")
    move(stores, member_id, "second@ailleurs.example")
    assert sorted(kept(stores, member_id, other)) == [PROFILE.email, "first@ailleurs.example"]
    last = UNTIL - timedelta(seconds=1)
    assert len(stores.former_addresses.of_members([member_id], last)) == 2
    assert stores.former_addresses.of_members([member_id], UNTIL) == []
    assert stores.erase_expired(last) == 0
    assert stores.erase_expired(UNTIL) == 2
    assert kept(stores, member_id) == []


def test_going_back_and_forth_hides_nothing_and_adds_nothing(stores: MemberStores) -> None:
    member_id = invited(stores)
    for _ in range(2):
        move(stores, member_id, "thief@ailleurs.example")
        assert kept(stores, member_id) == [PROFILE.email]
        move(stores, member_id, PROFILE.email)
        assert kept(stores, member_id) == ["thief@ailleurs.example"]


def test_the_same_address_and_a_change_that_is_taken_back_leave_nothing(stores: MemberStores) -> None:
    member_id = invited(stores)
    move(stores, member_id, PROFILE.email.lower())
    assert kept(stores, member_id) == []
    move(stores, member_id, "refused@ailleurs.example")
    assert stores.members.change(member_id, PROFILE)
    assert kept(stores, member_id) == []


def test_an_address_that_another_has_changes_nothing(stores: MemberStores) -> None:
    member_id, other = invited(stores), another(stores)
    with pytest.raises(psycopg.errors.UniqueViolation):
        move(stores, other, PROFILE.email)
    assert kept(stores, member_id, other) == []


def test_another_association_reads_and_changes_nothing(make_members: MakeMembers) -> None:
    here, there = make_members(), make_members()
    member_id = invited(here)
    move(here, member_id, "new@ailleurs.example")
    assert kept(there, member_id) == []
    assert not there.members.change(member_id, PROFILE, former_until=UNTIL)
    assert there.former_addresses.reseal() == 0
    assert kept(here, member_id) == [PROFILE.email]


def test_the_database_holds_no_former_address_and_an_erased_member_leaves_none(
    stores: MemberStores, place: str
) -> None:
    member_id = invited(stores)
    move(stores, member_id, "new@ailleurs.example")
    with psycopg.connect(place, autocommit=True) as owner:
        query = "SELECT f::text FROM vault.member_former_addresses AS f WHERE member_id = %s"
        ((row,),) = owner.execute(query, (member_id,)).fetchall()
        assert "mardegan" not in row.casefold()
        assert b"ardegan".hex() not in row.casefold()
        stores.members.erase(member_id)
        assert owner.execute(query, (member_id,)).fetchall() == []


def test_a_row_moved_to_another_member_is_not_read(stores: MemberStores, place: str) -> None:
    mine, other = invited(stores), another(stores)
    move(stores, mine, "new@ailleurs.example")
    with psycopg.connect(place, autocommit=True) as owner:
        owner.execute(
            "UPDATE vault.member_former_addresses SET member_id = %s WHERE member_id = %s",
            (other, mine),
        )
    with pytest.raises(VaultUnreadable):
        kept(stores, other)


def test_former_addresses_survive_a_rotation_of_keys(pool: Pool) -> None:
    association_id, older, newer = uuid4(), os.urandom(32), os.urandom(32)

    def stores_with(*keys: bytes) -> MemberStores:
        return MemberStores.open(pool, association_id, Keyring(keys), lambda _: bytes(32))

    member_id = invited(stores_with(older))
    move(stores_with(older), member_id, "new@ailleurs.example")
    rotating = stores_with(newer, older).former_addresses
    assert (rotating.rewrap(), rotating.rewrap()) == (1, 0)
    assert kept(stores_with(newer), member_id) == [PROFILE.email]
    assert stores_with(newer).former_addresses.reseal() == 1
    assert kept(stores_with(newer), member_id) == [PROFILE.email]


def test_a_former_address_does_not_show_in_a_trace(stores: MemberStores) -> None:
    member_id = invited(stores)
    move(stores, member_id, "new@ailleurs.example")
    assert "mardegan" not in repr(stores.former_addresses.of_members([member_id], NOW)).casefold()
