"""The browser that a visitor comes with: where it is, and whether the holder of an account signed in from it before.

A sign-in leaves a mark in the browser, bound to the address of e-mail (OWASP, « device cookies »). What strangers try
from elsewhere is then not counted against the holder, and nobody can lock an account by wrong passwords.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final, NamedTuple

from domain.texts.addresses import address_form

_NONCE: Final = 22
"""Characters that tell one browser from another: 128 random bits."""


class Browser(NamedTuple):
    """A visitor's network, as limits count it, and the mark that an earlier sign-in left, if any."""

    network: str
    mark: str = ""

    def known_as(self, secret: bytes, email: str) -> str | None:
        """Return what tells this browser from the holder's others, or None where nobody of this address signed in."""
        nonce = self.mark[:_NONCE]
        return nonce if hmac.compare_digest(_mark(secret, nonce, email).encode(), self.mark.encode()) else None


def new_mark(secret: bytes, email: str) -> str:
    """Return the mark that a sign-in leaves in a browser; ``secret`` is the association's."""
    return _mark(secret, secrets.token_urlsafe(16), email)


def _mark(secret: bytes, nonce: str, email: str) -> str:
    content = f"{nonce}\n{address_form(email)}".encode()
    return nonce + hmac.new(secret, content, hashlib.sha256).hexdigest()
