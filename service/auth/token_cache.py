"""Tokens of the API that were looked up a moment ago: what one is does not change, but it may be revoked or expire."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from datetime import UTC, datetime
from time import monotonic
from typing import Final, NamedTuple

from adapters.api_tokens import ApiToken
from service.auth.authority import Notices

NOTICE: Final = "registry.tokens"
"""The name under which it is noticed that a token was revoked."""
_TRUSTED_SECONDS: Final = 5.0
_MOST: Final = 2_000


class _Seen(NamedTuple):
    token: ApiToken
    asked: float
    heard: int


class TokenCache:
    """What was read of tokens, believed for five seconds, and not at all while no revocation would be heard of."""

    def __init__(self, notices: Notices) -> None:
        """Remember nothing yet."""
        self._notices = notices
        self._seen: OrderedDict[bytes, _Seen] = OrderedDict()

    def before(self) -> int:
        """Return what was heard of so far: asked before a token is read, and given with it to ``keep``."""
        return self._notices.position(NOTICE)

    def keep(self, token: str, found: ApiToken, heard: int) -> None:
        """Remember what a token is."""
        self._seen[_digest(token)] = _Seen(found, monotonic(), heard)
        while len(self._seen) > _MOST:
            self._seen.popitem(last=False)

    def find(self, token: str) -> ApiToken | None:
        """Return what a token is as far as that is believed; None when the registry is to be asked."""
        seen = self._seen.get(_digest(token))
        if seen is None or not self._notices.listening or seen.heard != self._notices.position(NOTICE):
            return None
        if monotonic() - seen.asked >= _TRUSTED_SECONDS or seen.token.expires_at <= datetime.now(UTC):
            return None
        return seen.token


def _digest(token: str) -> bytes:
    """No secret is kept in memory longer than its request."""
    return hashlib.sha256(token.encode()).digest()
