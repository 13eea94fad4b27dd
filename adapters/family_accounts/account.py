"""One account of a family, as the service knows it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import msgspec


class Profile(msgspec.Struct, frozen=True):
    """What the holder typed: sealed, and shown to the holder alone."""

    first_name: str
    last_name: str
    email: str

    def __repr__(self) -> str:
        """Say nothing: it must not reach a log or a traceback."""
        return "Profile(…)"


class FamilyAccount(NamedTuple):
    """An account: its holder, and how it is signed in to.

    ``confirmed`` says that the address is known to be the holder's: before that, signing in is refused.
    """

    account_id: UUID
    profile: Profile
    password: str | None
    google: bool
    confirmed: bool
