"""The cookies of the service: each for one association, closed to scripts, to other sites' forms and to other hosts.

The association is part of the name, since a ``__Host-`` cookie has one path for all (ASVS 3.3.1, 3.3.3). Browsers
take that prefix over an encrypted connection only: the demonstration, which has none, goes without.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from service.http.dependencies import runtime_of

_PREFIX: Final = "__Host-"


class Cookie(StrEnum):
    """What a cookie is for; its value is the first part of its name."""

    MEMBER = "coopledger"
    """The session of a person who works with the service."""
    LINK = "coopledger-link"
    """The browser that asked for a sign-in link, for a quarter of an hour."""
    CHALLENGE = "coopledger-challenge"
    """What a passkey is about to sign, for five minutes."""
    FAMILY = "coopledger-family"
    """The session of a family's account."""
    BROWSER = "coopledger-browser"
    """The mark of a browser in which a family signed in before, for a year."""
    FRESH = "coopledger-fresh"
    """That a family has just come back from Google, for ten minutes."""
    GOOGLE = "coopledger-google"
    """What comes back from Google must fit, for ten minutes."""


def cookie_name(cookie: Cookie, association: str, *, secure: bool) -> str:
    """Return the name of an association's cookie."""
    return f"{_PREFIX if secure else ''}{cookie.value}-{association}"


def read_cookie(request: Request, cookie: Cookie, association: str) -> str:
    """Return what a cookie holds, empty when the browser sent none."""
    return request.cookies.get(_name(request, cookie, association), "")


def set_cookie(
    request: Request, answer: Response, cookie: Cookie, association: str, value: str, *, seconds: int | None = None
) -> None:
    """Put a value into the browser, for some seconds, or until it is closed."""
    answer.set_cookie(
        _name(request, cookie, association),
        value,
        max_age=seconds,
        path="/",
        secure=_secure(request),
        httponly=True,
        samesite="lax",
    )


def clear_cookie(request: Request, answer: Response, cookie: Cookie, association: str) -> None:
    """Have the browser forget a cookie."""
    name = _name(request, cookie, association)
    answer.delete_cookie(name, path="/", secure=_secure(request), httponly=True, samesite="lax")


def signed(content: bytes, secret: bytes) -> str:
    """Return a content with its keyed digest, as a cookie may hold it: readable by its browser, altered by nobody."""
    return urlsafe_b64encode(_mac(content, secret) + content).decode()


def unsigned(value: str, secret: bytes) -> bytes | None:
    """Return what a signed value holds; None when it is none of ours."""
    try:
        whole = urlsafe_b64decode(value.encode())
    except ValueError:
        return None
    size = hashlib.sha256().digest_size
    mac, content = whole[:size], whole[size:]
    return content if hmac.compare_digest(mac, _mac(content, secret)) else None


def _mac(content: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, content, hashlib.sha256).digest()


def _name(request: Request, cookie: Cookie, association: str) -> str:
    return cookie_name(cookie, association, secure=_secure(request))


def _secure(request: Request) -> bool:
    return runtime_of(request).settings.secure_cookies
