"""A sign-in by Google of a moment ago, for what a browser left open must not do: a signed cookie of ten minutes."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final
from uuid import UUID

from fastapi.responses import Response

from service.http.cookies import Cookie, read_cookie, set_cookie
from service.pages.accounts.dependencies import AccountRequest

_SECRET: Final = "fresh"  # noqa: S105 - the name of the secret in the vault
_SECONDS: Final = 10 * 60
_LONGEST: Final = 100
"""Characters: whatever is longer is none of ours."""


def keep_fresh(visit: AccountRequest, answer: Response, account_id: UUID) -> Response:
    """Note in the browser that the holder of an account has just come back from Google."""
    until = int(visit.now.timestamp()) + _SECONDS
    value = f"{until}.{_seal(visit, account_id, until)}"
    set_cookie(visit.request, answer, Cookie.FRESH, visit.association, value, seconds=_SECONDS)
    return answer


def is_fresh(visit: AccountRequest, account_id: UUID) -> bool:
    """Tell whether the holder of an account came back from Google in the last ten minutes."""
    value = read_cookie(visit.request, Cookie.FRESH, visit.association)
    if len(value) > _LONGEST:
        return False
    until, _, seal = value.partition(".")
    if not (until.isascii() and until.isdecimal()) or int(until) <= visit.now.timestamp():
        return False
    return hmac.compare_digest(_seal(visit, account_id, int(until)).encode(), seal.encode())


def _seal(visit: AccountRequest, account_id: UUID, until: int) -> str:
    secret = visit.opened.vault.secret(_SECRET)
    return hmac.new(secret, f"{account_id}\n{until}".encode(), hashlib.sha256).hexdigest()
