"""The link « ne plus recevoir les messages de cette coopérative »: which coop, and whose address by its digest.

The token is sealed (AES-SIV, RFC 5297) with a secret of the association: nothing is kept of it, and who reads an
address of ours learns nothing of whom it is.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from adapters.people_vault import LinkInvalid
from domain.texts.addresses import address_form

SECRET: Final = "messages"  # noqa: S105 - the name of the secret in the vault
PATH: Final = "messages"
"""Where the link leads: ``/{association}/messages/{token}``."""
_ABOUT: Final = (b"coopledger no more messages 1",)
_ID_BYTES: Final = 16
_DIGEST_BYTES: Final = 32


class StopLink(NamedTuple):
    """Whose messages an address wants no more."""

    coop_id: UUID
    email_digest: bytes


def digest_of(secret: Callable[[str], bytes], email: str) -> bytes:
    """Return the keyed digest of an address, however it is written."""
    return hmac.new(secret(SECRET), b"address\n" + address_form(email).encode(), hashlib.sha256).digest()


def write_stop_link(secret: Callable[[str], bytes], link: StopLink) -> str:
    """Return the token of a link; the same link always has the same."""
    content = link.coop_id.bytes + link.email_digest
    sealed = AESSIV(secret(SECRET)).encrypt(content, list(_ABOUT))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def read_stop_link(secret: Callable[[str], bytes], token: str) -> StopLink:
    """Read a token.

    Raises:
        LinkInvalid: altered, made up, or of another association.

    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        content = AESSIV(secret(SECRET)).decrypt(sealed, list(_ABOUT))
    except (binascii.Error, ValueError, InvalidTag):
        raise LinkInvalid(kind="messages") from None
    if len(content) != _ID_BYTES + _DIGEST_BYTES:
        raise LinkInvalid(kind="messages")
    return StopLink(UUID(bytes=content[:_ID_BYTES]), content[_ID_BYTES:])
