"""Passkeys: one holder each, a count that grows, challenges answered once; a lost one is replaced by two people."""

from __future__ import annotations

import os
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.connections import Pool
from adapters.member_accounts import MemberLinkPurpose, MemberStores, Passkey, SessionOpenedBy
from adapters.member_accounts.replacements import LIFE
from adapters.people_vault import Keyring
from tests.adapters.member_accounts.conftest import KEY, NOW, MakeMembers, another, invited


def passkey_of(member_id: UUID, sign_count: int = 0) -> Passkey:
    """A passkey; what it holds means nothing to the database."""
    return Passkey(os.urandom(16), member_id, os.urandom(77), sign_count, "platform", NOW, None)


def test_a_passkey_is_kept_once_and_found_by_its_id(stores: MemberStores) -> None:
    passkey = passkey_of(invited(stores))
    assert stores.passkeys.add(passkey)
    assert not stores.passkeys.add(passkey._replace(member_id=another(stores)))
    assert stores.passkeys.find(passkey.credential_id) == passkey
    assert stores.passkeys.of_member(passkey.member_id) == [passkey]
    assert stores.passkeys.find(os.urandom(16)) is None


def test_another_association_neither_finds_nor_removes_a_passkey(make_members: MakeMembers) -> None:
    here, there = make_members(), make_members()
    passkey = passkey_of(invited(here))
    assert here.passkeys.add(passkey)
    assert there.passkeys.find(passkey.credential_id) is None
    assert there.passkeys.of_member(passkey.member_id) == []
    assert not there.passkeys.remove(passkey.member_id, passkey.credential_id)
    assert not here.passkeys.remove(uuid4(), passkey.credential_id)
    assert here.passkeys.remove(passkey.member_id, passkey.credential_id)
    assert here.passkeys.of_member(passkey.member_id) == []


@pytest.mark.parametrize(
    ("known", "said", "taken"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)]
)
def test_a_count_that_does_not_grow_is_a_copy_of_the_key(
    stores: MemberStores, known: int, said: int, *, taken: bool
) -> None:
    passkey = passkey_of(invited(stores), known)
    stores.passkeys.add(passkey)
    assert stores.passkeys.note_use(passkey.credential_id, said, NOW) is taken
    kept = stores.passkeys.find(passkey.credential_id)
    assert kept is not None
    assert (kept.sign_count, kept.used_at) == ((said, NOW) if taken else (known, None))


def test_a_challenge_is_answered_once(stores: MemberStores) -> None:
    challenge, until = os.urandom(32), NOW + timedelta(minutes=5)
    assert stores.passkeys.answer(challenge, until)
    assert not stores.passkeys.answer(challenge, until)
    stores.erase_expired(until - timedelta(seconds=1))
    assert not stores.passkeys.answer(challenge, until)


def test_two_people_replace_a_lost_passkey_and_everything_else_ends(stores: MemberStores) -> None:
    lost, first, second = invited(stores), another(stores), another(stores)
    stores.passkeys.add(passkey_of(lost))
    token = stores.sessions.open(lost, SessionOpenedBy.PASSKEY, NOW)
    link = stores.links.make(lost, MemberLinkPurpose.SIGN_IN, NOW)
    assert not stores.replacements.agree(lost, first, NOW)
    assert not stores.replacements.agree(lost, first, NOW)
    assert stores.passkeys.of_member(lost) != []
    assert stores.replacements.agree(lost, second, NOW)
    assert stores.passkeys.of_member(lost) == []
    assert stores.sessions.find(token, NOW) is None
    assert stores.links.use(link, MemberLinkPurpose.SIGN_IN, NOW) is None


def test_the_first_person_s_word_is_good_for_a_week(stores: MemberStores) -> None:
    lost, first, second = invited(stores), another(stores), another(stores)
    stores.passkeys.add(passkey_of(lost))
    assert not stores.replacements.agree(lost, first, NOW)
    assert not stores.replacements.agree(lost, second, NOW + LIFE)
    assert stores.replacements.agree(lost, first, NOW + LIFE)


def test_nobody_of_another_association_agrees(make_members: MakeMembers) -> None:
    here, there = make_members(), make_members()
    lost = invited(here)
    here.passkeys.add(passkey_of(lost))
    first, second = another(there), another(there)
    assert not there.replacements.agree(lost, first, NOW)
    assert not there.replacements.agree(lost, second, NOW)
    assert here.passkeys.of_member(lost) != []


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 4)), max_size=8))
def test_no_order_of_steps_lets_one_person_alone_take_a_passkey_away(
    pool: Pool, steps: list[tuple[int, int, int]]
) -> None:
    stores = MemberStores.open(pool, uuid4(), Keyring([KEY]), lambda _: bytes(32))
    people = [another(stores) for _ in range(4)]
    asked: dict[int, tuple[int, int]] = {}
    day = 0
    for lost in (0, 1):
        stores.passkeys.add(passkey_of(people[lost]))
    for lost, by, days in steps:
        day += days
        now = NOW + timedelta(days=day)
        waiting = asked.get(lost)
        alive = waiting is not None and now < NOW + timedelta(days=waiting[1]) + LIFE
        expected = bool(alive and waiting and waiting[0] != by and by != lost)
        if by != lost and not alive:
            asked[lost] = (by, day)
        assert stores.replacements.agree(people[lost], people[by], now) is expected
        if expected:
            del asked[lost]
            assert stores.passkeys.of_member(people[lost]) == []
            stores.passkeys.add(passkey_of(people[lost]))
        assert stores.passkeys.of_member(people[lost]) != []
