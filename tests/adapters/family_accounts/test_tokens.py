"""Sessions and links: good for a time, served once, closed at once; and attempts that are counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.family_accounts import FamilyStores, OneTimeLinkPurpose, Profile, RateLimit, TooManyAttempts
from tests.adapters.family_accounts.conftest import MakeStores

NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
LIMIT: Final = RateLimit("sign-in", 3)


@pytest.fixture
def account_id(families: FamilyStores) -> UUID:
    """An account."""
    key = uuid4()
    families.accounts.create(key, Profile("A", "B", "a@famille.example"), NOW, confirmed=True)
    return key


def test_whoever_comes_back_within_a_month_stays_signed_in(families: FamilyStores, account_id: UUID) -> None:
    token, at = families.sessions.open(account_id, NOW), NOW
    for _ in range(3):
        at += timedelta(days=29)
        assert families.sessions.find(token, at) == account_id
    assert families.sessions.find(token, at + timedelta(days=30)) is None
    assert families.sessions.find("x" * 43, NOW) is None


def test_a_session_ends_when_it_is_closed_and_all_of_them_at_once(families: FamilyStores, account_id: UUID) -> None:
    tokens = [families.sessions.open(account_id, NOW) for _ in range(3)]
    families.sessions.close(tokens[0])
    assert [families.sessions.find(token, NOW) is None for token in tokens] == [True, False, False]
    families.sessions.close_all(account_id)
    assert [families.sessions.find(token, NOW) for token in tokens] == [None, None, None]


def test_a_link_serves_once_for_its_purpose_and_in_time(families: FamilyStores, account_id: UUID) -> None:
    link = families.links.make(account_id, OneTimeLinkPurpose.PASSWORD, NOW)
    assert families.links.use(link, OneTimeLinkPurpose.CONFIRM, NOW) is None
    assert families.links.holds(link, OneTimeLinkPurpose.PASSWORD, NOW) == account_id
    assert families.links.use(link, OneTimeLinkPurpose.PASSWORD, NOW) == account_id
    assert families.links.holds(link, OneTimeLinkPurpose.PASSWORD, NOW) is None
    assert families.links.use(link, OneTimeLinkPurpose.PASSWORD, NOW) is None
    late = families.links.make(account_id, OneTimeLinkPurpose.PASSWORD, NOW)
    assert families.links.holds(late, OneTimeLinkPurpose.PASSWORD, NOW + timedelta(hours=1)) is None
    assert families.links.use(late, OneTimeLinkPurpose.PASSWORD, NOW + timedelta(hours=1)) is None


def test_one_attempt_too_many_is_refused_until_a_quarter_of_an_hour_has_passed(families: FamilyStores) -> None:
    for _ in range(3):
        families.attempts.count(LIMIT, "a@famille.example", NOW)
    with pytest.raises(TooManyAttempts):
        families.attempts.count(LIMIT, "a@famille.example", NOW)
    families.attempts.count(LIMIT, "b@famille.example", NOW)
    families.attempts.count(RateLimit("other", 1), "a@famille.example", NOW)
    families.attempts.count(LIMIT, "a@famille.example", NOW + timedelta(minutes=15))


def test_whoever_succeeds_begins_again_at_nothing_and_another_association_counts_apart(make_stores: MakeStores) -> None:
    here, there = make_stores(), make_stores()
    for _ in range(3):
        here.attempts.count(LIMIT, "a", NOW)
        there.attempts.count(LIMIT, "a", NOW)
    here.attempts.forget(LIMIT, "a")
    here.attempts.count(LIMIT, "a", NOW)
    with pytest.raises(TooManyAttempts):
        there.attempts.count(LIMIT, "a", NOW)


def test_what_is_over_is_erased(families: FamilyStores, account_id: UUID) -> None:
    families.sessions.open(account_id, NOW)
    families.links.make(account_id, OneTimeLinkPurpose.PASSWORD, NOW)
    families.attempts.count(LIMIT, "a", NOW)
    families.erase_expired(NOW + timedelta(days=40))
    assert families.erase_expired(NOW + timedelta(days=40)) == 0
    assert families.accounts.by_id(account_id) is not None
