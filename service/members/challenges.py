"""What a passkey is about to sign: random, for one purpose and one session, five minutes long, answered once.

A browser keeps it signed by us: those that nobody answers leave nothing in the database.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

LIFE: Final = timedelta(minutes=5)
_RANDOM_BYTES: Final = 32


class ChallengePurpose(StrEnum):
    """What is signed for."""

    SIGN_IN = "sign-in"
    REGISTER = "register"
    CONFIRM = "confirm"


class Challenge(msgspec.Struct, frozen=True, array_like=True):
    """A challenge; ``session`` is the digest of the token of the session that asked, empty before there is one."""

    random: bytes
    purpose: ChallengePurpose
    session: bytes
    until: int

    def fits(self, purpose: ChallengePurpose, token: str, now: datetime) -> bool:
        """Tell whether it was made for this purpose and this session, and is not over."""
        return self.purpose is purpose and self.session == _digest(token) and self.until > now.timestamp()

    @property
    def expires_at(self) -> datetime:
        """When it is over."""
        return datetime.fromtimestamp(self.until, UTC)


def new_challenge(purpose: ChallengePurpose, token: str, now: datetime) -> Challenge:
    """Make a challenge; ``token`` is that of the session that asks, empty before there is one."""
    return Challenge(secrets.token_bytes(_RANDOM_BYTES), purpose, _digest(token), int((now + LIFE).timestamp()))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest() if token else b""
