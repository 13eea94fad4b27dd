"""A token that was looked up is believed for a moment, unless a revocation was or could not be heard of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.api_tokens import ApiToken
from service.auth import token_cache
from service.auth.token_cache import NOTICE, TokenCache

SECRET = "cl_" + "0" * 64


class Notices:
    """Notices that come when the test says."""

    def __init__(self) -> None:
        """Begin listening, with nothing heard."""
        self.listening, self.heard = True, 0

    def position(self, schema: str) -> int:
        """How many revocations were heard of."""
        assert schema == NOTICE
        return self.heard


def token(lives: timedelta) -> ApiToken:
    """A program's token that lives for so long."""
    now = datetime.now(UTC)
    return ApiToken(uuid4(), "ad06", None, "till", ["read"], None, now, now + lives, None, None)


@pytest.fixture
def notices() -> Notices:
    """Somebody listens."""
    return Notices()


def test_a_token_is_believed_for_five_seconds(notices: Notices, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr(token_cache, "monotonic", lambda: seconds[0])
    cache, known = TokenCache(notices), token(timedelta(hours=1))
    assert cache.find(SECRET) is None
    cache.keep(SECRET, known, cache.before())
    seconds[0] += 4.9
    assert cache.find(SECRET) is known
    assert cache.find(SECRET + "0") is None
    seconds[0] += 0.1
    assert cache.find(SECRET) is None


def test_any_revocation_ends_what_is_believed_also_one_heard_of_while_the_token_was_read(notices: Notices) -> None:
    cache, known = TokenCache(notices), token(timedelta(hours=1))
    cache.keep(SECRET, known, cache.before())
    notices.heard += 1
    assert cache.find(SECRET) is None
    before = cache.before()
    notices.heard += 1
    cache.keep(SECRET, known, before)
    assert cache.find(SECRET) is None


def test_nothing_is_believed_while_revocations_cannot_be_heard_of_or_after_the_token_has_expired(
    notices: Notices,
) -> None:
    cache = TokenCache(notices)
    cache.keep(SECRET, token(timedelta(hours=1)), cache.before())
    notices.listening = False
    assert cache.find(SECRET) is None
    notices.listening = True
    assert cache.find(SECRET) is not None
    cache.keep(SECRET, token(timedelta(0)), cache.before())
    assert cache.find(SECRET) is None


def test_no_more_tokens_are_remembered_than_there_is_room_for_and_no_secret(
    notices: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_cache, "_MOST", 2)
    cache, known = TokenCache(notices), token(timedelta(hours=1))
    for number in range(3):
        cache.keep(f"{SECRET}{number}", known, cache.before())
    assert [cache.find(f"{SECRET}{number}") is known for number in range(3)] == [False, True, True]
    assert SECRET not in repr(vars(cache))
