"""Sessions of members: open until they are ended, never prolonged past their longest life, erased after it."""

from __future__ import annotations

from datetime import timedelta

from adapters.member_accounts import LONGEST_SESSION, MemberStores, SessionOpenedBy
from tests.adapters.member_accounts.conftest import NOW, another, invited


def test_a_session_tells_whose_it_is_and_how_it_was_opened(stores: MemberStores) -> None:
    member_id = invited(stores)
    by_link = stores.sessions.open(member_id, SessionOpenedBy.LINK, NOW)
    by_passkey = stores.sessions.open(member_id, SessionOpenedBy.PASSKEY, NOW)
    assert stores.sessions.find(by_link, NOW) == (member_id, SessionOpenedBy.LINK, NOW, NOW, None)
    assert stores.sessions.find(by_passkey, NOW) == (member_id, SessionOpenedBy.PASSKEY, NOW, NOW, NOW)
    assert by_link != by_passkey
    assert len(by_link) >= 43  # 256 bits
    assert stores.sessions.find("unknown", NOW) is None


def test_a_visit_is_noted_once_a_minute(stores: MemberStores) -> None:
    token = stores.sessions.open(invited(stores), SessionOpenedBy.LINK, NOW)
    stores.sessions.note_seen(token, NOW + timedelta(seconds=59))
    found = stores.sessions.find(token, NOW)
    assert found is not None
    assert found.seen_at == NOW
    stores.sessions.note_seen(token, NOW + timedelta(seconds=61))
    found = stores.sessions.find(token, NOW)
    assert found is not None
    assert found.seen_at == NOW + timedelta(seconds=61)


def test_an_ended_session_stays_ended_whatever_comes(stores: MemberStores) -> None:
    token = stores.sessions.open(invited(stores), SessionOpenedBy.LINK, NOW)
    stores.sessions.end(token, NOW)
    stores.sessions.note_seen(token, NOW + timedelta(hours=1))
    stores.sessions.note_passkey(token, NOW + timedelta(hours=1))
    assert stores.sessions.find(token, NOW) is None


def test_all_sessions_of_one_member_end_and_nobody_else_s(stores: MemberStores) -> None:
    mine, other = invited(stores), another(stores)
    tokens = [stores.sessions.open(mine, SessionOpenedBy.LINK, NOW) for _ in range(3)]
    kept = stores.sessions.open(other, SessionOpenedBy.LINK, NOW)
    assert len(stores.sessions.of_member(mine, NOW)) == 3
    assert stores.sessions.end_all(mine, NOW) == 3
    assert [stores.sessions.find(token, NOW) for token in tokens] == [None] * 3
    assert stores.sessions.of_member(mine, NOW) == []
    assert stores.sessions.find(kept, NOW) is not None


def test_no_visit_prolongs_a_session_past_its_longest_life(stores: MemberStores) -> None:
    token = stores.sessions.open(invited(stores), SessionOpenedBy.PASSKEY, NOW)
    for day in range(1, 31):
        stores.sessions.note_seen(token, NOW + timedelta(days=day))
    assert stores.sessions.find(token, NOW + LONGEST_SESSION - timedelta(seconds=1)) is not None
    assert stores.sessions.find(token, NOW + LONGEST_SESSION) is None
    stores.erase_expired(NOW + LONGEST_SESSION - timedelta(seconds=1))
    assert stores.sessions.find(token, NOW) is not None
    stores.erase_expired(NOW + LONGEST_SESSION)
    assert stores.sessions.find(token, NOW) is None
