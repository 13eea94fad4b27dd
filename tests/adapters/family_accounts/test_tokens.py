"""Sessions and links: good for a time, served once, closed at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.family_accounts import FamilyStores, OneTimeLinkPurpose, Profile
from adapters.rate_limits import Charge, RateLimit

NOW: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)


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


def test_no_visit_prolongs_a_session_past_ninety_days(families: FamilyStores, account_id: UUID) -> None:
    token = families.sessions.open(account_id, NOW)
    for days in range(10, 90, 10):
        assert families.sessions.find(token, NOW + timedelta(days=days)) == account_id
    assert families.sessions.find(token, NOW + timedelta(days=90) - timedelta(seconds=1)) == account_id
    assert families.sessions.find(token, NOW + timedelta(days=90)) is None
    families.erase_expired(NOW + timedelta(days=90))
    assert families.sessions.find(token, NOW) is None


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


def test_all_links_of_an_account_end_at_once(families: FamilyStores, account_id: UUID) -> None:
    links = [families.links.make(account_id, purpose, NOW) for purpose in (*OneTimeLinkPurpose, *OneTimeLinkPurpose)]
    families.links.revoke(account_id)
    held = [families.links.holds(link, purpose, NOW) for link in links for purpose in OneTimeLinkPurpose]
    assert held == [None] * 8


def test_what_is_over_is_erased(families: FamilyStores, account_id: UUID) -> None:
    families.sessions.open(account_id, NOW)
    families.links.make(account_id, OneTimeLinkPurpose.PASSWORD, NOW)
    families.limits.take([Charge(RateLimit("sign in", 3, timedelta(minutes=5)), "a")], NOW)
    families.erase_expired(NOW + timedelta(days=40))
    assert families.erase_expired(NOW + timedelta(days=40)) == 0
    assert families.accounts.by_id(account_id) is not None
